"""Others' readers read the page as the record has it: well, in an outage, during maintenance."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import feedparser
import requests
from icalendar import Calendar

from proof import packages, tools
from proof.browser import chromium
from proof.product import Product
from proof.verdict import Verdict
from proof.waiting import until

STATES: Final = ("well", "outage", "maintenance")
CLIENT: Final = "statuspage.io@3"
PATIENCE: Final = 30
WIDGET: Final = "@statuspage/status-widget@1"
BUNDLE: Final = "@statuspage/status-widget/dist/index.js"
ASK: Final = """
const {Statuspage} = require("statuspage.io");
const client = new Statuspage("page");
client.setApiUrl(process.argv[1]);
(async () => console.log(JSON.stringify({
  summary: await client.api.getSummary(),
  status: await client.api.getStatus(),
  components: await client.api.getComponents(),
  incidents: await client.api.incidents.getAll(),
  unresolved: await client.api.incidents.getUnresolved(),
  upcoming: await client.api.scheduledMaintenances.getUpcoming(),
})))();
"""
SHOP: Final = """<!doctype html><html lang="en"><title>A shop</title><body>
<statuspage-widget src="{url}"></statuspage-widget>
<statuspage-widget src="{url}" appearance="badge" title="Mail"></statuspage-widget>
<script src="/{bundle}"></script>"""

Record = dict[str, Any]


def prove(verdict: Verdict) -> None:
    """Serve a page in three states, and let everything read it that is here."""
    clients = _clients(verdict)
    with Product("readers") as product:
        product.seed()
        product.start()
        for state in STATES:
            record = json.loads(product.python("-m", "proof.turn", state))
            _told(product.url, record)
            _clean(verdict, product.url, record)
            if clients:
                _client(verdict, clients, product.url, record)
                _widget(verdict, clients, product.url, record)
    verdict.measured(f"feedparser and icalendar read {', '.join(STATES)}")
    if clients:
        verdict.measured("so do statuspage.io in Node and @statuspage/status-widget in Chromium")


def _clients(verdict: Verdict) -> Path | None:
    """The two packages, or None where something is missing that runs them."""
    what = "statuspage.io and @statuspage/status-widget"
    if all(verdict.has(tool, what) for tool in (tools.NODE, tools.NPM, tools.CHROMIUM)):
        return packages.fetched(CLIENT, WIDGET)
    return None


def _told(url: str, record: Record) -> None:
    """Wait until each form tells what the record holds; what people read comes first."""
    every, open_ones = set(record["incidents"].values()), set(record["open"].values())
    planned = {datetime.fromisoformat(start) for start in record["starts"]}
    for there, what in (
        (lambda: _summary(url) == record["description"], "the summary"),
        (lambda: len(_feed(f"{url}/updates.atom").entries) == record["updates"], "each update"),
        (lambda: _titles(f"{url}/history.atom") == every, "Atom"),
        (lambda: _titles(f"{url}/history.rss") == every, "RSS"),
        (lambda: {item["title"] for item in _json(f"{url}/feed.json")["items"]} == every, "JSON"),
        (lambda: _starts(f"{url}/maintenance.ics") == planned, "the calendar"),
    ):
        until(there, PATIENCE, f"{what} is as the record")
    for path in _of_components(record):
        tells = partial(_tells, f"{url}{path}", open_ones)
        until(tells, PATIENCE, f"{path} tells what goes on")


def _clean(verdict: Verdict, url: str, record: Record) -> None:
    """No feed is anything that a strict reader stumbles over."""
    for path in ("/history.atom", "/history.rss", "/updates.atom", *_of_components(record)):
        feed = _feed(f"{url}{path}")
        verdict.expect(not feed.bozo, f"{path} is bad: {feed.get('bozo_exception')}")


def _of_components(record: Record) -> list[str]:
    folders = [f"/components/{public_id}/" for public_id in record["components"].values()]
    return [f"{each}{name}" for each in folders for name in ("history.atom", "history.rss")]


def _summary(url: str) -> str:
    return str(_json(f"{url}/api/v2/summary.json")["status"]["description"])


def _feed(address: str) -> Any:
    return feedparser.parse(requests.get(address, timeout=10).content)


def _titles(address: str) -> set[str]:
    return {entry.title for entry in _feed(address).entries}


def _tells(address: str, wanted: set[str]) -> bool:
    return wanted <= _titles(address)


def _starts(address: str) -> set[datetime]:
    events: Any = Calendar.from_ical(requests.get(address, timeout=10).content).walk("VEVENT")
    return {event.start for event in events}


def _client(verdict: Verdict, folder: Path, url: str, record: Record) -> None:
    read = json.loads(packages.node(folder, ASK, url))
    summary, unresolved = read["summary"], read["unresolved"]["incidents"]
    levels = {each["name"]: each["status"] for each in summary["components"]}
    going_on = {each["id"]: each["name"] for each in unresolved}
    every = {each["id"] for each in read["incidents"]["incidents"]}
    wanted = {"indicator": record["indicator"], "description": record["description"]}
    for held, promise in (
        (summary["status"] == read["status"]["status"] == wanted, "the status"),
        (levels == record["levels"], "the components"),
        (read["components"]["components"] == summary["components"], "the list of components"),
        (going_on == record["open"], "what goes on"),
        (summary["incidents"] == unresolved, "the summary"),
        (every == set(record["incidents"]) - set(record["works"]), "what happened"),
        ([each["id"] for each in summary["scheduled_maintenances"]] == record["works"], "work"),
        (read["upcoming"]["scheduled_maintenances"] == [], "what waits"),
    ):
        verdict.expect(held, f"statuspage.io does not read {promise}: {json.dumps(read)[:500]}")


def _widget(verdict: Verdict, folder: Path, url: str, record: Record) -> None:
    (folder / "shop.html").write_text(SHOP.format(url=url, bundle=BUNDLE))
    with _served(folder) as shop, chromium("390x844") as context:
        page = context.new_page()
        page.goto(f"{shop}/shop.html")
        for look, place in (("basic", ".status-text"), ("badge", ".status-indicator")):
            shown = page.locator(f".{look} {place}")
            shown.wait_for()
            said = shown.inner_text().strip().lower()
            verdict.expect(
                said == record["description"].lower(), f"the {look} widget says “{said}”"
            )
            dot = page.locator(f".{look} .status-indicator").get_attribute("class") or ""
            verdict.expect(record["indicator"] in dot.split(), f"the {look} widget looks “{dot}”")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Another site on this machine, of another origin than the page."""

    class Shop(SimpleHTTPRequestHandler):
        def log_message(self, *_words: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Shop, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _json(url: str) -> Any:
    return requests.get(url, timeout=10).json()
