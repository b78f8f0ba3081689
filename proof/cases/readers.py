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
            until(partial(_is_told, product.url, record), 20, f"{state} is told")
            _feeds(verdict, product.url, record)
            _calendars(verdict, product.url, record)
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


def _is_told(url: str, record: Record) -> bool:
    summary = _json(f"{url}/api/v2/summary.json")
    feed = feedparser.parse(requests.get(f"{url}/updates.atom", timeout=10).content)
    told = len(feed.entries) == record["updates"]
    return bool(told and summary["status"]["description"] == record["description"])


def _feeds(verdict: Verdict, url: str, record: Record) -> None:
    for component in record["components"].values():
        for name in ("history.atom", "history.rss"):
            told = _titles(verdict, f"{url}/components/{component}/{name}")
            verdict.expect(set(record["open"].values()) <= told, f"{name} lacks what goes on")
    wanted = set(record["incidents"].values())
    verdict.expect(_titles(verdict, f"{url}/history.atom") == wanted, "Atom is not the record")
    verdict.expect(_titles(verdict, f"{url}/history.rss") == wanted, "RSS is not the record")
    items = {item["title"] for item in _json(f"{url}/feed.json")["items"]}
    verdict.expect(items == wanted, "JSON Feed is not the record")


def _titles(verdict: Verdict, address: str) -> set[str]:
    feed = feedparser.parse(requests.get(address, timeout=10).content)
    stumbled = feed.get("bozo_exception")
    verdict.expect(not feed.bozo, f"feedparser stumbles over {address}: {stumbled}")
    return {entry.title for entry in feed.entries}


def _calendars(verdict: Verdict, url: str, record: Record) -> None:
    written = requests.get(f"{url}/maintenance.ics", timeout=10).content
    events: Any = Calendar.from_ical(written).walk("VEVENT")
    planned = {datetime.fromisoformat(start) for start, _end in record["windows"]}
    verdict.expect({event.start for event in events} == planned, "the calendar is not the record")


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
