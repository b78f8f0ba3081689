"""A web process killed after its commit and before the doorbell: everybody is told all the same."""

import time
from contextlib import ExitStack, suppress

import requests

from proof import tools
from proof.broker import Broker
from proof.crowd import Crowd
from proof.verdict import Verdict
from proof.visitor import Visitor
from proof.waiting import until

KILLS = 5
READERS = 20
WITHIN = 10.0
PATIENCE = 60


def prove(verdict: Verdict) -> None:
    """Kill the whole product, which is started anew each time; then a server beside a worker.

    N is the number of kills of each.
    """
    kills = verdict.count or KILLS
    with ExitStack() as stack:
        crowd = Crowd(stack, "doorbell", READERS)
        verdict.measured(f"embedded: {_killed(verdict, crowd, kills)} after the restart")
    if verdict.has(tools.REDIS, "a server beside a worker"):
        with ExitStack() as stack:
            crowd = Crowd(stack, "doorbell_worker", READERS, REDIS_URL=Broker(stack).url)
            crowd.product.start_worker()
            crowd.product.start_beat()
            verdict.measured(f"beside a worker: {_killed(verdict, crowd, kills)} after the commit")


def _killed(verdict: Verdict, crowd: Crowd, kills: int) -> str:
    crowd.tell()
    crowd.product.start_server()
    visitor = Visitor(crowd.product.url)
    visitor.sign_in()
    crowd.until_told(PATIENCE)
    crowd.product.end("server")
    worst = max(_once(crowd, visitor) for _ in range(kills))
    verdict.expect(worst <= WITHIN, f"told only {worst:.1f} s later")
    return f"{kills} kills, {crowd.told_once(verdict)}, all told within {worst:.1f} s"


def _once(crowd: Crowd, visitor: Visitor) -> float:
    """Publish to a server that dies of it; the seconds until everybody is told."""
    product = crowd.product.start_server("-m", "proof.mortal")
    screen = visitor.get(f"/console/mail/incidents/{crowd.incident}/")
    with suppress(requests.RequestException):
        visitor.submit(screen, {"body": crowd.next_mark(), "next_update_due": ""})
    until(lambda: product.process("server").ended, 10, "the server is killed")
    product.end("server")
    embedded = "REDIS_URL" not in product.env
    if embedded:
        product.start_server()
    began = time.monotonic()
    crowd.until_heard(1)
    seconds = time.monotonic() - began
    crowd.until_told(PATIENCE)
    if embedded:
        product.end("server")
    return seconds
