"""Every public page as people see it: each width, light and dark, each language; axe, keyboard."""

import re
from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

import requests
from playwright.sync_api import Page

from proof import tools
from proof.browser import SIZES, Eyes, chromium
from proof.product import Product
from proof.verdict import BrokenPromise, NotProven, Verdict

SEEN: Final = tools.root() / "proof" / "out" / "look"
ID: Final = "[a-z0-9]{12}"
KINDS: Final = {
    "status": "",
    "incident": f"incidents/{ID}/",
    "as-of": rf"incidents/{ID}/as-of/\w+/",
    "ask": f"incidents/{ID}/ask/",
    "series": f"series/{ID}/",
    "maintenance": f"maintenance/{ID}/",
    "postmortem": f"postmortems/{ID}/",
    "revision": rf"postmortems/{ID}/revisions/\d+/",
    "component": f"components/{ID}/",
    "component-history": f"components/{ID}/history/",
    "history": "history/",
    "month": r"history/\d{4}-\d\d/",
    "uptime": "uptime/",
    "uptime-month": r"uptime/\d{4}-\d\d/",
    "promises": "promises/",
    "promises-year": r"promises/\d{4}/",
    "subscribe": "subscribe/",
}
UNLINKED: Final = {
    "search": "search/?q=Relay+access+denied",
    "search-nothing": "search/?q=a+text+that+nobody+saw",
    "missing": "no-such-place/",
}
MOST_STOPS: Final = 400
A_FEW: Final = 12
# What has the focus now: said in a word, and whether its outline is there and can be seen.
STOP: Final = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const ringed = getComputedStyle(at).outlineStyle !== "none" && getComputedStyle(at).outlineWidth !== "0px";
  const within = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  return [at.outerHTML.slice(0, 120), ringed && within];
}"""  # noqa: E501


@dataclass(frozen=True)
class Language:
    """A language that the page is published in, and where it begins."""

    code: str
    root: str
    direction: str


def prove(verdict: Verdict) -> None:
    """Serve the demo and look at everything in every way."""
    if not tools.CHROMIUM.path:
        raise NotProven(tools.CHROMIUM.install)
    with Product("look") as site:
        site.manage("demo")
        site.start()
        spoken = languages(site.url)
        ways = list(product(spoken, SIZES, (False, True)))
        seen = sum(look(site.url, language, size, dark=dark) for language, size, dark in ways)
        stops = sum(walk(site.url, language, size) for language, size in product(spoken, SIZES))
    codes = ", ".join(f"{each.code} ({each.direction})" for each in spoken)
    verdict.measured(f"{seen} screens clean for axe: {codes}; {', '.join(SIZES)}; light, dark")
    verdict.measured(f"{stops} stops by keyboard, each seen; pictures in proof/out/look")


def languages(url: str) -> list[Language]:
    """The languages that the page names; its own is the first."""
    html = requests.get(url, timeout=30).text
    own = re.search(r'<html lang="([\w-]+)" dir="(\w+)"', html)
    if own is None:
        raise BrokenPromise("the page does not say in which language it is")
    named = re.findall(r'<a href="([^"]+)" hreflang="([\w-]+)"[^>]*? dir="(\w+)"', html)
    further = [Language(code, root, way) for root, code, way in named if code != own[1]]
    return [Language(own[1], "/", own[2]), *further]


def both_directions(spoken: list[Language]) -> tuple[Language, Language]:
    """The page's own language, and one that reads the other way; else its last, or itself."""
    turned = [each for each in spoken if each.direction != spoken[0].direction]
    return spoken[0], (turned or spoken)[-1]


@cache
def pages(url: str, language: Language) -> dict[str, str]:
    """One page of each kind, found by following links from the front page; looked for once.

    Not every page of a kind leads on to all the others, so a few of each are read.
    """
    found: dict[str, str] = {}
    read: Counter[str] = Counter()
    seen, waiting = {language.root}, deque([language.root])
    while waiting and len(found) < len(KINDS):
        here = waiting.popleft()
        kind = _kind(here.removeprefix(language.root))
        if kind is None or read[kind] >= A_FEW:
            continue
        read[kind] += 1
        found.setdefault(kind, here)
        html = requests.get(url + here, timeout=30).text
        fresh = [path for path in re.findall(r'href="(/[^"#?]*)', html) if path not in seen]
        seen.update(fresh)
        waiting += dict.fromkeys(fresh)
    if absent := KINDS.keys() - found.keys():
        raise BrokenPromise(f"no link leads to {', '.join(sorted(absent))} ({language.code})")
    return found | {name: language.root + path for name, path in UNLINKED.items()}


def look(url: str, language: Language, size: str, *, dark: bool, only: Collection[str] = ()) -> int:
    """Look at every page in one way, or at some; returns how many there were."""
    way = "-".join([language.code, size, *(["dark"] if dark else [])])
    with chromium(size, dark=dark) as context:
        eyes = Eyes(context, way, folder=SEEN, strict=True)
        for name, path in pages(url, language).items():
            if not only or name in only:
                eyes.go(url + path, name)
        return eyes.screens


def walk(url: str, language: Language, size: str) -> int:
    """Go through every page by the tabulator alone; returns at how many places it stopped."""
    with chromium(size) as context:
        page = context.new_page()
        return sum(_stops(page, url + path) for path in pages(url, language).values())


def _stops(page: Page, address: str) -> int:
    page.goto(address)
    first, count = None, 0
    while count < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop[0] == first:
            break
        what, is_seen = stop
        first, count = first or what, count + 1
        if not is_seen:
            raise BrokenPromise(f"{address}: the focus cannot be seen at {what}")
    if count in {0, MOST_STOPS}:
        raise BrokenPromise(f"{address}: {count} stops by keyboard")
    return count


def _kind(path: str) -> str | None:
    return next((name for name, pattern in KINDS.items() if re.fullmatch(pattern, path)), None)
