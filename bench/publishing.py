"""Publishing requests of a page with 100,000 subscribers while they are told, whatever Redis does.

Server, worker and beat on PostgreSQL. Redis answers, takes what it is sent without a word, or is
gone; a request waits for none of it. Each time the posts are on an incident of its own: the page of
one with three hundred updates takes longer to make than that of one with a hundred.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from statistics import median
from typing import Final

import requests
from redis import Redis

from bench.mailing import sink
from proof import tools
from proof.broker import Broker
from proof.product import OWNER, Product, own_database

SUBSCRIBERS: Final = int(os.environ.get("N") or 100_000)
POSTS: Final = 100
PAUSE: Final = 0.2
GOAL_MS: Final = 200
LONGER_THAN_US: Final = 600_000


def measure() -> Iterator[str]:
    """Return a line for each thing that Redis does."""
    name = f"publishing request, {SUBSCRIBERS:,} subscribers"
    for tool in (tools.REDIS, tools.SMTP_SINK):
        if not tool.path:
            yield f"{name}: limit not measurable: {tool.install}"
            return
    if not tools.postgres_answers():
        yield f"{name}: limit not measurable: {tools.POSTGRES_HINT}"
        return
    with ExitStack() as stack:
        broker = Broker(stack)
        product, api = _site(stack, broker)
        states: dict[str, Callable[[], object]] = {
            "answers": lambda: None,
            "hangs": lambda: Redis.from_url(broker.url).client_pause(LONGER_THAN_US),
            "is gone": broker.kill,
        }
        session = _session(product)
        for state, come_about in states.items():
            incident = f"{api}/incidents/{_opened(session, api)}"
            come_about()
            times = [_one(session, f"{incident}/updates", number) for number in range(POSTS)]
            _send(session, "PUT", f"{incident}/resolution", body="It is over.")
            yield f"{name}, Redis {state}: {_words(times)}"


def _site(stack: ExitStack, broker: Broker) -> tuple[Product, str]:
    settings = {
        "DATABASE_URL": own_database(stack, "publishing"),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink(stack)}",
        "REDIS_URL": broker.url,
    }
    product = stack.enter_context(Product("publishing", **settings))
    product.seed(subscribers=SUBSCRIBERS)
    product.start()
    return product, f"{product.url}/api/v3"


def _session(product: Product) -> requests.Session:
    token = product.manage("create_token", "bench", "--scope", "incidents:write", "--owner", OWNER)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token.strip()}"
    return session


def _opened(session: requests.Session, api: str) -> str:
    """The id of a new incident."""
    said = {"title": "Mail cannot be read", "body": "We are looking into it."}
    return str(_send(session, "POST", f"{api}/pages/mail/incidents", **said).json()["id"])


def _send(session: requests.Session, method: str, url: str, **body: str) -> requests.Response:
    answer = session.request(method, url, json=body, timeout=30)
    answer.raise_for_status()
    return answer


def _one(session: requests.Session, url: str, number: int) -> float:
    """How long one post takes, in milliseconds."""
    time.sleep(PAUSE)
    began = time.monotonic()
    _send(session, "POST", url, body=f"Still on it: {number}.")
    return (time.monotonic() - began) * 1000


def _words(times: list[float]) -> str:
    times = sorted(times)
    return (
        f"median {median(times):.0f} ms, 99 % within {times[POSTS * 99 // 100 - 1]:.0f} ms, "
        f"worst {times[-1]:.0f} ms ({POSTS} posts; goal {GOAL_MS})"
    )
