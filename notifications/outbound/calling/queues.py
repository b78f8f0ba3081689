"""Calls that wait for their hosts: few lines to each, and a slow lane for those that hung."""

from collections import deque
from time import monotonic
from typing import Final

from notifications.outbound.calling.calls import Call
from notifications.outbound.calling.hosts import LOOKUPS, Host, Place
from notifications.outbound.door import Door
from notifications.outbound.results import Crowded, OutboundError

# Of all slots, so many at most are for hosts that hung last time.
SLOTS_FOR_SLOW: Final = 64
# How much is read ahead of what can be sent, to find hosts that are free; little enough that
# nothing waits for long because of us.
AHEAD: Final = 512
LOOK_EVERY: Final = 0.5

Given = list[tuple[Call, OutboundError]]


class Queues:
    """What is read and not begun yet, host by host; hosts that can be called stand in line."""

    def __init__(self, door: Door, lines: int) -> None:
        self._door, self._lines = door, lines
        self._hosts: dict[Place, Host] = {}
        self._sought: set[Host] = set()
        self._answered: deque[Host] = deque()
        self.asking = 0
        """How many look-ups have no answer yet, those given up included: each holds a thread."""
        self._looked_at = monotonic()
        self._ready: deque[Host] = deque()
        self._slow: deque[Host] = deque()
        self._slow_busy = 0
        self.waiting = 0

    @property
    def is_full(self) -> bool:
        """Whether nothing should be read further ahead."""
        return self.waiting >= AHEAD or self.asking >= LOOKUPS

    def add(self, call: Call) -> None:
        """Sort a call to its host; OutboundError when that cannot be called."""
        host = self._host(Place.of(call.url))
        if host.problem:
            # Without what it went through for the calls before: that would grow and grow.
            raise host.problem.with_traceback(None)
        host.waiting.append((monotonic(), call))
        self.waiting += 1
        self._line_up(host)

    def next(self) -> tuple[Host, Call] | None:
        """A call that can be made now."""
        while (host := self._first()) is not None:
            host.is_in_line = False
            if host.waiting:
                return self._take(host)
        return None

    def again(self, host: Host, call: Call) -> None:
        """Put a call back to the head of its queue: its host has another address."""
        host.waiting.appendleft((monotonic(), call))
        self.waiting += 1

    def freed(self, host: Host, *, slow: bool) -> None:
        """A line to a host is free again."""
        host.busy -= 1
        self._slow_busy -= slow
        self._line_up(host)

    def found(self) -> Given:
        """Line up hosts that were found meanwhile; returns what waited for the others, and why."""
        given_up: Given = []
        while self._answered:
            self.asking -= 1
            given_up += self._settle(self._answered.popleft())
        return given_up

    def give_up(self, host: Host, problem: OutboundError) -> Given:
        """Take everything away that waits for a host."""
        given_up = [(call, problem) for _since, call in host.waiting]
        self.waiting -= len(given_up)
        host.waiting.clear()
        return given_up

    def give_up_late(self) -> Given:
        """Take away, now and then, what has waited longer than a call may take."""
        now = monotonic()
        if now < self._looked_at + LOOK_EVERY:
            return []
        self._looked_at = now
        late: Given = []
        for host in [each for each in self._sought if each.is_late]:
            late += self._settle(host)
        for host in self._hosts.values():
            if host.waiting and host.waiting[0][0] < now - self._door.seconds:
                late += self.give_up(host, Crowded(f"{host.place.name} had too much to answer"))
        return late

    def _host(self, place: Place) -> Host:
        host = self._hosts.get(place)
        if host is None:
            host = self._hosts[place] = Host(place)
            self._sought.add(host)
            self.asking += 1
            host.look_up(self._door, self._answered)
        return host

    def _settle(self, host: Host) -> Given:
        if host not in self._sought:
            return []
        self._sought.discard(host)
        host.settle(self._door)
        self._line_up(host)
        return self.give_up(host, host.problem) if host.problem else []

    def _line_up(self, host: Host) -> None:
        may = host.addresses and host.waiting and host.busy < self._lines
        if may and not host.is_in_line:
            host.is_in_line = True
            (self._slow if host.is_slow else self._ready).append(host)

    def _first(self) -> Host | None:
        if self._ready:
            return self._ready.popleft()
        if self._slow and self._slow_busy < SLOTS_FOR_SLOW:
            return self._slow.popleft()
        return None

    def _take(self, host: Host) -> tuple[Host, Call]:
        _since, call = host.waiting.popleft()
        self.waiting -= 1
        host.busy += 1
        self._slow_busy += host.is_slow
        self._line_up(host)
        return host, call
