"""Page, feed and JSON of the demo hold the facts of the Mailstore outage."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from proof.product import Product
from proof.verdict import Verdict

Said = dict[str, str]
Json = dict[str, Any]

WORDS: Final[Said] = {
    "19 h 27 min": "19 h 27 min",
    "8 h 14 min of silence": r"8 h 14 min without a word",
    "10 minutes late": r"10 min late",
    "about 8,000": r"[Aa]bout 8,000 messages",
    "+31:59": r"\+31 h 59 min",
    "24 accounts at +45:14": r"24 accounts.*\+45 h 14 min",
    "75/25": r"75 % .{0,60}25 % ",
    "six months": r"six months of service to all Mailstore accounts",
    "not affected": r"[Nn]ot affected: Forwarding",
}


def prove(verdict: Verdict) -> None:
    """Seed the demo, serve it, and read it as people and machines do."""
    with Product("facts") as product:
        printed = product.manage("demo")
        product.start()
        address = _address(verdict, printed, product.url)
        feed = _text(f"{product.url}/history.atom")
        for name, pattern in WORDS.items():
            for place, text in (("page", _text(address)), ("feed", feed)):
                verdict.expect(re.search(pattern, text, re.DOTALL), f"{name} is not in the {place}")
        public_id = urlsplit(address).path.strip("/").rpartition("/")[2]
        told = requests.get(f"{product.url}/api/v3/incidents/{public_id}", timeout=10).json()
        for name, holds in COUNTED.items():
            verdict.expect(holds(told), f"{name} is not in the JSON")
    verdict.measured(f"{', '.join(WORDS)}: in page, feed and JSON")


def _address(verdict: Verdict, printed: str, url: str) -> str:
    """Return the address that the command printed, once the front page offers to read it too."""
    front = _text(url)
    verdict.expect("Read the Mailstore outage" in front, "the front page does not offer it")
    found = re.search(r"The Mailstore outage\s+(\S+)", printed)
    verdict.expect(found, f"`manage.py demo` printed no address: {printed}")
    return found[1] if found else ""


def _text(url: str) -> str:
    """Return what stands at an address, without its markup and on one line."""
    written = unescape(unescape(requests.get(url, timeout=10).text))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", written))


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _downtime(incident: Json) -> bool:
    whole = [w for w in incident["windows"] if w["kind"] == "unavailable" and not w["cohort_id"]]
    return [_seconds(w["start"], w["end"]) for w in whole] == [19 * 3600 + 27 * 60]


def _silence(incident: Json) -> bool:
    posted = sorted(update["posted_at"] for update in incident["updates"])
    gaps = {_seconds(one, next_one) for one, next_one in pairwise(posted)}
    return 8 * 3600 + 14 * 60 in gaps


def _late(incident: Json) -> bool:
    return 600 in {promise["seconds_late"] for promise in incident["commitments"]}


def _bounced(incident: Json) -> bool:
    lost = [w for w in incident["windows"] if w["kind"] == "data_loss"]
    return [(w["count_affected"], w["precision"]) for w in lost] == [(8000, "about")]


def _backlog(incident: Json) -> bool:
    known = [note["happened_at"] for note in incident["notes"] if note["happened_at"]]
    after = {_seconds(incident["started_at"], instant) for instant in known}
    return 31 * 3600 + 59 * 60 in after


def _last_accounts(incident: Json) -> bool:
    cohorts = {cohort["id"]: cohort["size"] for cohort in incident["cohorts"]}
    spans = {
        cohorts.get(w["cohort_id"]): _seconds(w["start"], w["end"])
        for w in incident["windows"]
        if w["cohort_id"]
    }
    return bool(spans.get(24) == 45 * 3600 + 14 * 60)


def _moved(incident: Json) -> bool:
    return 75 in {cohort["done_percent"] for cohort in incident["cohorts"]}


def _six_months(incident: Json) -> bool:
    months = [given["months"] for given in incident["credit_statement"]["statements"]]
    return months == [6]


def _not_affected(incident: Json) -> bool:
    kinds = [note["kind"] for note in incident["notes"]]
    return kinds.count("not_affected") == 4


COUNTED: Final[dict[str, Callable[[Json], bool]]] = {
    "19 h 27 min": _downtime,
    "8 h 14 min of silence": _silence,
    "10 minutes late": _late,
    "about 8,000": _bounced,
    "+31:59": _backlog,
    "24 accounts at +45:14": _last_accounts,
    "75/25": _moved,
    "six months": _six_months,
    "not affected": _not_affected,
}
