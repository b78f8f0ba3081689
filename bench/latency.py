"""Publish latency: from the request that commits an update to the page, and to the first mail.

One product: server with the embedded worker, SQLite, loopback.
"""

import time
from functools import partial
from statistics import quantiles

import requests

from proof.product import OWNER, Product
from proof.waiting import until
from tests.sinks.smtp import SmtpSink

ROUNDS = 20
SUBSCRIBERS = 50
PATIENCE = 30


def measure() -> list[str]:
    """Post updates through the API; a line for the page and one for the mail."""
    with SmtpSink() as mails, _site(mails) as product:
        laid = product.seed(incident=True, subscribers=SUBSCRIBERS)
        product.start()
        return _posted(product, mails, laid["incident"])


def _site(mails: SmtpSink) -> Product:
    return Product("bench", EMAIL_URL=f"smtp://127.0.0.1:{mails.port}")


def _posted(product: Product, mails: SmtpSink, incident: str) -> list[str]:
    token = product.manage("create_token", "bench", "--scope", "incidents:write", "--owner", OWNER)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token.strip()}"
    page: list[float] = []
    mail: list[float] = []
    for number in range(ROUNDS):
        mark = f"bench-{number}-end"
        sent = _post(session, product, incident, mark)
        page.append(_on_page(product, incident, mark) - sent)
        mail.append(_first_mail(mails, mark) - sent)
        time.sleep(0.3)
    return [_line("request to page", page), _line("request to first mail", mail)]


def _post(session: requests.Session, product: Product, incident: str, mark: str) -> float:
    """Post an update; returns when the request went out (its commit comes a little later)."""
    sent = time.time()
    url = f"{product.url}/api/v3/incidents/{incident}/updates"
    answer = session.post(url, json={"body": f"Still on it: {mark}"}, timeout=PATIENCE)
    answer.raise_for_status()
    return sent


def _on_page(product: Product, incident: str, mark: str) -> float:
    """Return when a reader first got the update."""
    url = f"{product.url}/incidents/{incident}/"
    look = partial(_shows, url, mark)
    until(look, PATIENCE, "the update on the page", pause=0.005)
    return time.time()


def _shows(url: str, mark: str) -> bool:
    return mark in requests.get(url, timeout=PATIENCE).text


def _first_mail(mails: SmtpSink, mark: str) -> float:
    """Return when the sink recorded the first mail of an update."""

    def found() -> list[float]:
        return [entry["seen_at"] for entry in list(mails.entries) if mark in entry["data"]]

    return min(until(found, PATIENCE, "a mail about the update"))


def _line(name: str, seconds: list[float]) -> str:
    cuts = quantiles(seconds, n=20)
    middle, most = cuts[9] * 1000, cuts[18] * 1000
    return f"{name}: median {middle:.0f} ms, 95 % within {most:.0f} ms ({len(seconds)} updates)"
