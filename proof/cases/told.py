"""An update posted in the console is on page, feed, JSON, mail and signed webhook within 2 s."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import requests
from standardwebhooks import Webhook

from proof import tools
from proof.broker import Broker
from proof.product import Product, own_database
from proof.verdict import BrokenPromise, Verdict
from proof.visitor import Visitor
from proof.waiting import until
from tests.sinks.http import HttpSink
from tests.sinks.smtp import SmtpSink

LIMIT = 2.0
PATIENCE = 20
READ = {"page": "/incidents/{}/", "feed": "/history.atom", "JSON": "/api/v2/incidents.json"}


def prove(verdict: Verdict) -> None:
    """Post a few updates, embedded on SQLite, then with Redis, worker and beat."""
    rounds = verdict.count or 3
    verdict.measured(_site(verdict, "told", "embedded, SQLite", rounds))
    if not verdict.has(tools.REDIS, "with Redis, worker and beat"):
        return
    with ExitStack() as stack:
        settings, name = {"REDIS_URL": Broker(stack).url}, "Redis, worker, beat, SQLite"
        if tools.postgres_answers():
            settings["DATABASE_URL"] = own_database(stack, "told")
            name = "Redis, worker, beat, PostgreSQL"
        else:
            verdict.left_out("on PostgreSQL", tools.POSTGRES_HINT)
        verdict.measured(_site(verdict, "told-redis", name, rounds, **settings))


@dataclass
class Watch:
    """When a marked update was first seen at each place, in seconds after it was sent."""

    started: float = 0.0
    seen: dict[str, float] = field(default_factory=dict)

    def look_for(self, place: str, there: Callable[[], Any]) -> threading.Thread:
        """Begin to look, in a thread of its own."""

        def look() -> None:
            with suppress(BrokenPromise):  # what was never seen is told by its absence
                until(there, PATIENCE, place, pause=0.1)
                self.seen[place] = time.monotonic() - self.started

        thread = threading.Thread(target=look, name=place, daemon=True)
        thread.start()
        return thread


def _site(verdict: Verdict, name: str, title: str, rounds: int, **settings: str) -> str:
    with SmtpSink() as mails, HttpSink() as hooks:
        mail = f"smtp://127.0.0.1:{mails.port}"
        with Product(name, EMAIL_URL=mail, **settings) as product:
            hook = f"{hooks.url}/told"
            laid = product.seed(incident=True, subscribers=5, webhook=hook)
            product.start()
            visitor = Visitor(product.url)
            visitor.sign_in()
            worst: dict[str, float] = {}
            for number in range(rounds):
                seen = _one(visitor, laid["incident"], f"marker-{number}-end", mails, hooks)
                worst = {place: max(seen[place], worst.get(place, 0)) for place in seen}
            _check_signature(verdict, hooks, laid["key"])
    slow = {place: seconds for place, seconds in worst.items() if seconds > LIMIT}
    figures = " ".join(f"{place} {seconds:.2f}" for place, seconds in worst.items())
    load = f"{figures} (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)"
    verdict.expect(not slow, f"{title}: over {LIMIT:g} s: {load}")
    verdict.expect(len(worst) == len(READ) + 2, f"{title}: not all in {PATIENCE} s: {load}")
    return f"{title} (worst of {rounds}, seconds): {figures}"


def _one(
    visitor: Visitor, incident: str, mark: str, mails: SmtpSink, hooks: HttpSink
) -> dict[str, float]:
    screen = visitor.get(f"/console/mail/incidents/{incident}/")
    watch = Watch(started=time.monotonic())
    places: dict[str, Callable[[], Any]] = {
        place: _reader(visitor.url + path.format(incident), mark) for place, path in READ.items()
    }
    places["mail"] = lambda: any(mark in entry["data"] for entry in list(mails.entries))
    places["webhook"] = lambda: any(mark in entry["body"] for entry in list(hooks.entries))
    threads = [watch.look_for(place, there) for place, there in places.items()]
    visitor.submit(screen, {"body": f"We are still on it: {mark}", "next_update_due": ""})
    for thread in threads:
        thread.join(PATIENCE + 5)
    return watch.seen


def _reader(url: str, mark: str) -> Callable[[], bool]:
    session = requests.Session()
    return lambda: mark in session.get(url, timeout=10).text


def _check_signature(verdict: Verdict, hooks: HttpSink, key: str) -> None:
    verdict.expect(hooks.entries, "no webhook came")
    for entry in hooks.entries:
        Webhook(key).verify(entry["body"], entry["headers"])
