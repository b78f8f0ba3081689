"""Workers asked to stop in the middle, again and again: nobody is left out, nobody hears twice."""

import time
from contextlib import ExitStack

from proof import tools
from proof.broker import Broker
from proof.crowd import Crowd
from proof.product import Product
from proof.verdict import Verdict

RESTARTS = 5
BETWEEN = 200
LEFT = 500
WITHIN = 10.0
PATIENCE = 150
# Long enough for whatever the worker sends by itself to have got stuck.
HUNG = 25


def prove(verdict: Verdict) -> None:
    """Restart the whole product under load, then a worker beside a server; N is how often."""
    restarts = verdict.count or RESTARTS
    with ExitStack() as stack:
        crowd = Crowd(stack, "restarts", BETWEEN * restarts + LEFT)
        verdict.measured(f"embedded: {_restart(verdict, crowd, 'server', restarts)}")
    if verdict.has(tools.REDIS, "a worker beside a server"):
        with ExitStack() as stack:
            count = BETWEEN * restarts + LEFT
            crowd = Crowd(stack, "restarts_worker", count, REDIS_URL=Broker(stack).url)
            verdict.measured(f"a worker: {_restart(verdict, crowd, 'worker', restarts)}")
        with ExitStack() as stack:
            verdict.measured(f"while Redis hangs: {_stop_without_redis(verdict, stack)}")


def _restart(verdict: Verdict, crowd: Crowd, victim: str, restarts: int) -> str:
    crowd.product.start()
    crowd.tell()
    slowest = 0.0
    for number in range(1, restarts + 1):
        crowd.until_heard(BETWEEN * number / crowd.count)
        verdict.expect(not crowd.is_told, "all was told before a restart")
        began = time.monotonic()
        crowd.product.end(victim)
        slowest = max(slowest, time.monotonic() - began)
        _start(crowd.product, victim)
    crowd.until_told(PATIENCE)
    verdict.expect(slowest < WITHIN, f"it took {slowest:.1f} s to stop")
    return f"{restarts} restarts, {crowd.told_once(verdict)}, stopped within {slowest:.1f} s"


def _stop_without_redis(verdict: Verdict, stack: ExitStack) -> str:
    """Stop a worker that has heard nothing of its broker for so long that all of it waits."""
    broker = Broker(stack)
    product = stack.enter_context(Product("restarts_hung", REDIS_URL=broker.url))
    product.seed()
    product.start()
    broker.hang()
    time.sleep(HUNG)
    began = time.monotonic()
    product.end("worker")
    took = time.monotonic() - began
    broker.go_on()
    verdict.expect(took < WITHIN, f"it took {took:.1f} s to stop while Redis hung")
    return f"stopped within {took:.1f} s"


def _start(product: Product, victim: str) -> None:
    if victim == "worker":
        product.start_worker()
    else:
        product.start_server()
