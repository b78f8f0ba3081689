"""Redis refuses, hangs, is emptied, is killed: no request waits for it, and everybody is told."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from proof import tools
from proof.broker import Broker
from proof.crowd import Crowd
from proof.verdict import NotProven, Verdict
from proof.visitor import Visitor
from proof.waiting import until

READERS: Final = 500
POSTS: Final = 20
# How long Redis stays away: long enough for whoever tries again to take longer breaks.
AWAY: Final = 15.0
PATIENCE: Final = 60
# Seconds until everybody is told, beyond what telling takes while all is well.
WITHIN: Final = 10.0
# Seconds that publishing may take (p99); twice what it takes while all is well where that is more,
# since a busy machine is slow in either case.
GOAL: Final = 0.2
WELL: Final = "all well"


def prove(verdict: Verdict) -> None:
    """Publish during each fault, then see that N readers hear of it once it is over."""
    if not tools.REDIS.path:
        raise NotProven(tools.REDIS.install)
    with ExitStack() as stack:
        redis = Broker(stack)
        crowd = Crowd(stack, "broker", verdict.count or READERS, REDIS_URL=redis.url)
        redis.kill()
        crowd.tell()
        crowd.product.start()
        faults = Faults(verdict, crowd, redis)
        for each in (faults.refused, faults.hung, faults.flushed, faults.killed):
            verdict.measured(each())
        verdict.measured(faults.all_well())


class Faults:
    """One product, and a Redis that fails it in one way after the other."""

    def __init__(self, verdict: Verdict, crowd: Crowd, redis: Broker) -> None:
        self._verdict, self._crowd, self._redis = verdict, crowd, redis
        self._visitor = Visitor(crowd.product.url)
        self._visitor.sign_in()
        self._took: dict[str, float] = {}
        self._late: dict[str, float] = {}

    def refused(self) -> str:
        """It was not there when everything started, and comes later."""
        with _away():
            self._publish("refused")
        return self._told("refused", self._redis.start)

    def hung(self) -> str:
        """It takes connections and answers nobody."""
        self._redis.hang()
        with _away():
            self._publish("hung")
        return self._told("hung", self._redis.go_on)

    def flushed(self) -> str:
        """It forgets everything, again and again, while readers are being told."""
        self._in_the_middle()
        self._publish("flushed", self._redis.flush)
        return self._told("flushed", self._redis.flush)

    def killed(self) -> str:
        """It dies while readers are being told, and comes back empty."""
        self._in_the_middle()
        self._redis.kill()
        with _away():
            self._publish("killed")
        return self._told("killed", self._redis.start)

    def all_well(self) -> str:
        """Nothing is wrong: what that takes is what the faults are measured by."""
        self._in_the_middle()
        self._publish(WELL)
        figures = self._told(WELL, lambda: None)
        load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        most, latest = max(GOAL, 2 * self._took[WELL]), WITHIN + self._late[WELL]
        for name in self._took:
            took, late = self._took[name], self._late[name]
            slow = f"{name}: publishing took {took:.2f} s (p99), {self._took[WELL]:.2f} s when well"
            self._verdict.expect(took <= most, f"{slow} ({load})")
            self._verdict.expect(late <= latest, f"{name}: told only {late:.1f} s later ({load})")
        return f"{figures} ({load})"

    def _in_the_middle(self) -> None:
        before = self._crowd.heard
        self._post()
        until(lambda: self._crowd.heard > before, PATIENCE, "the first are told")

    def _publish(self, name: str, then: Callable[[], object] = lambda: None) -> None:
        """Post updates, each followed by `then`, and keep how long the slowest took to answer."""
        took = []
        for _ in range(POSTS):
            took.append(self._post())
            then()
        self._took[name] = max(took)

    def _post(self) -> float:
        crowd = self._crowd
        screen = self._visitor.get(f"/console/mail/incidents/{crowd.incident}/")
        self._visitor.submit(screen, {"body": crowd.next_mark(), "next_update_due": ""})
        return self._visitor.took

    def _told(self, name: str, mend: Callable[[], object]) -> str:
        """Mend it, and see how long it takes from then on until everybody is up to date."""
        mend()
        crowd, began = self._crowd, time.monotonic()
        until(lambda: crowd.is_up_to_date, PATIENCE, f"{name}: everybody is told", pause=0.2)
        self._late[name] = time.monotonic() - began
        crowd.until_told(PATIENCE)
        counted = crowd.told_all(self._verdict)
        took = f"{POSTS} updates published in {self._took[name] * 1000:.0f} ms at most"
        return f"{name}: {took}, {counted}, all {crowd.count} told within {self._late[name]:.1f} s"


@contextmanager
def _away() -> Iterator[None]:
    """Take as long as Redis stays away, whatever is done meanwhile."""
    began = time.monotonic()
    yield
    time.sleep(max(0.0, AWAY - (time.monotonic() - began)))
