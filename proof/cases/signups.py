"""Signing up tells nobody who is known, mails nobody to death, and obeys no forged link."""

import json
import re
import time
from bisect import bisect_left, bisect_right
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from random import Random
from typing import Final

import requests

from proof import tools
from proof.browser import chromium
from proof.product import Product
from proof.verdict import Verdict
from proof.waiting import until
from tests.sinks.smtp import SmtpSink

TRIES: Final = 2000
TOKENS: Final = 100_000
MOST_MAILS: Final = 3
MOST_TOLD: Final = 0.55
LINK: Final = re.compile(r"http\S+/subscriptions/\S+")
GROUPS: Final = ("known", "unknown", "suppressed")


def prove(verdict: Verdict) -> None:
    """Ask, look, forge and flood, as whoever attacks a sign-up form does."""
    count = verdict.count or 10_000
    with SmtpSink() as mails:
        surroundings = {
            "EMAIL_URL": f"smtp://127.0.0.1:{mails.port}",
            # Everybody's address is what the proof says it is.
            "TRUSTED_PROXIES": "127.0.0.0/8",
        }
        with Product("signups", **surroundings) as product:
            product.seed()
            product.start()
            site = Site(product, mails)
            links = site.links()
            verdict.measured(_scanners(verdict, site, links))
            verdict.measured(_forged(verdict, product))
            verdict.measured(_told_apart(verdict, site))
            verdict.measured(_flooded(verdict, site, count))


class Site:
    """The product's form, from as many places as one likes."""

    def __init__(self, product: Product, mails: SmtpSink) -> None:
        self.product, self.mails = product, mails
        self._session = requests.Session()

    def ask(self, address: str, source: int) -> tuple[float, int, bytes]:
        """Send the form; how long it took, and what the answer was."""
        place = f"10.{source >> 16 & 255}.{source >> 8 & 255}.{source & 255}"
        began = time.perf_counter()
        answer = self._session.post(
            f"{self.product.url}/subscribe/",
            data={"email": address},
            headers={"X-Forwarded-For": place},
            timeout=30,
        )
        return time.perf_counter() - began, answer.status_code, answer.content

    def links(self) -> dict[str, str]:
        """A reader who waits, one who confirmed, and one whom nobody may mail any more."""
        self.ask("waiting@example.org", 1)
        confirm = LINK.search(self._text("waiting@example.org", 1))
        self.ask("told@example.com", 2)
        first = LINK.search(self._text("told@example.com", 1))
        requests.post(first[0] if first else "", timeout=10).raise_for_status()
        self.ask("told@example.com", 3)
        manage = LINK.search(self._text("told@example.com", 2))
        self.product.python("-m", "proof.suppress", "gone@example.net")
        return {"confirm": confirm[0] if confirm else "", "manage": manage[0] if manage else ""}

    def mails_to(self, address: str) -> list[EmailMessage]:
        """What arrived there."""
        return [mail for mail in list(self.mails.mails) if mail["To"] == address]

    def state_of(self, address: str) -> str:
        """What the record says of it."""
        sql = "SELECT state FROM notifications_subscription WHERE destination = "
        return str(self.product.query(f"{sql}'{address}'")[0][0])

    def _text(self, address: str, count: int) -> str:
        until(lambda: len(self.mails_to(address)) >= count, 30, f"mail {count} to {address}")
        body = self.mails_to(address)[count - 1].get_body(("plain",))
        return str(body.get_content()) if body else ""


def _scanners(verdict: Verdict, site: Site, links: dict[str, str]) -> str:
    """Mail scanners open each link, some run its scripts: nothing happens."""
    page = requests.get(links["manage"], timeout=10).text
    leave = re.search(r'action="([^"]+/subscriptions/unsubscribe/[^"]+)"', page)
    doors = [*links.values(), leave[1] if leave else ""]
    doors += [links["manage"] + each for each in ("key/", "erase/", "export.json")]
    for door in doors:
        for method in ("GET", "HEAD"):
            requests.request(method, door, timeout=10).raise_for_status()
    looked = "GET and HEAD"
    if verdict.has(tools.CHROMIUM, "a scanner that runs scripts"):
        with chromium("390x844") as context:
            for door in doors[:-1]:
                screen = context.new_page()
                screen.goto(door, wait_until="networkidle")
                screen.wait_for_timeout(500)
        looked = "GET, HEAD and Chromium"
    verdict.expect(site.state_of("waiting@example.org") == "pending", "a scanner confirmed")
    verdict.expect(site.state_of("told@example.com") == "confirmed", "a scanner unsubscribed")
    verdict.expect(len(site.mails_to("told@example.com")) == 2, "a scanner had a mail sent")
    return f"{looked} of {len(doors)} links: 0 acted"


def _forged(verdict: Verdict, product: Product) -> str:
    opened = json.loads(product.python("-m", "proof.forge", str(TOKENS)))
    verdict.expect(opened.pop("genuine") == 3, "a genuine link opens nothing")
    verdict.expect(not any(opened.values()), f"forged links opened: {opened}")
    return f"{TOKENS} random tokens, every flipped character and every other purpose: 0 opened"


def _told_apart(verdict: Verdict, site: Site) -> str:
    """The answer's bytes are equal, and its time says nothing either."""
    took: dict[str, list[float]] = {group: [] for group in GROUPS}
    answers: set[tuple[int, bytes]] = set()
    order = Random(8058)
    for number in range(TRIES):
        group = order.choice(GROUPS)
        address = {"known": "told@example.com", "suppressed": "gone@example.net"}.get(group)
        seconds, status, body = site.ask(address or f"nobody-{number}@example.com", 1000 + number)
        took[group].append(seconds)
        answers.add((status, re.sub(rb"\d\d:\d\d(:\d\d)?", b"", body)))
    verdict.expect(len(answers) == 1, f"{len(answers)} different answers")
    told = [_auc(took["known"], took[other]) for other in ("unknown", "suppressed")]
    apart = max(max(each, 1 - each) for each in told)
    verdict.expect(apart <= MOST_TOLD, f"time tells who is known: AUC {apart:.3f}")
    return f"{TRIES} answers alike, AUC of their times {apart:.3f} (most {MOST_TOLD})"


def _flooded(verdict: Verdict, site: Site, count: int) -> str:
    victim = "victim@example.edu"
    with ThreadPoolExecutor(4) as pool:
        codes = [
            status
            for _seconds, status, _body in pool.map(
                lambda number: site.ask(victim, 100_000 + number % 1000), range(count)
            )
        ]
    waiting = "SELECT count(*) FROM notifications_wish"
    until(lambda: site.product.query(waiting)[0][0] == 0, 120, "every wish is read")
    time.sleep(3)
    sent = len(site.mails_to(victim))
    verdict.expect(sent <= MOST_MAILS, f"{sent} mails to one address")
    verdict.expect(sent > 0, "nobody was mailed")
    verdict.expect(set(codes) <= {200, 422}, f"answers {sorted(set(codes))}")
    refused = codes.count(422)
    return f"{count} sign-ups of one address from 1000 places: {sent} mails, {refused} turned away"


def _auc(some: list[float], others: list[float]) -> float:
    """How well a time tells two groups apart: 0.5 is not at all."""
    ranked = sorted(others)
    wins = sum(bisect_left(ranked, each) + bisect_right(ranked, each) for each in some) / 2
    return wins / (len(some) * len(others))
