"""Makes many calls at once, each host over two lines at most, and none in the way of another."""

from collections.abc import Generator, Iterable, Iterator
from time import monotonic
from typing import Final, NamedTuple

from notifications.outbound.calling.calls import Call
from notifications.outbound.calling.hosts import Host
from notifications.outbound.calling.line import Line
from notifications.outbound.calling.moments import SHORTEST, Moments
from notifications.outbound.calling.panel import Panel
from notifications.outbound.calling.queues import Given, Queues
from notifications.outbound.door import CONNECT_SECONDS, Door
from notifications.outbound.results import (
    Answer,
    Crowded,
    OutboundError,
    Refused,
    Result,
    TooSlow,
    Unreachable,
)

# More than can be expected to hang at once.
SLOTS: Final = 256
LINES: Final = 2
LONGEST_TURN: Final = 1.0
SOON: Final = 1.0
LOOKUP_TURN: Final = 0.01


class Done(NamedTuple):
    """The key of a call, what came of it, and how long that took."""

    key: int
    result: Result
    seconds: float


class Switchboard:
    """One round of calls over one set of kept connections."""

    def __init__(self, door: Door, *, slots: int = SLOTS, lines: int = LINES) -> None:
        self._door, self._slots = door, slots
        self._panel = Panel(door, slots)
        self._queues = Queues(door, lines)
        self._moments = Moments()
        self._repeated: set[int] = set()
        self._is_read = False
        self._done: list[Done] = []

    def run(self, calls: Iterable[Call]) -> Generator[list[Done], None, None]:
        """Make each call once; yields what is known before anything further is sent.

        `calls` is read as slots become free.
        """
        waiting = iter(calls)
        try:
            while self._fill(waiting):
                self._turn()
                if self._done:
                    done, self._done = self._done, []
                    began = monotonic()
                    yield done
                    self._panel.excuse(monotonic() - began)
        finally:
            self._panel.close()

    def _fill(self, calls: Iterator[Call]) -> bool:
        """Begin what can be begun; whether anything is left to wait for."""
        self._drop(self._queues.found())
        self._moments.forget(self._panel.asked_at)
        while self._has_room() and (found := self._find(calls)):
            self._begin(*found)
        unread = self._queues.asking and not self._is_read
        return bool(self._panel.busy or self._queues.waiting or self._done or unread)

    def _has_room(self) -> bool:
        return len(self._panel.busy) < self._slots and not self._moments.are_full

    def _find(self, calls: Iterator[Call]) -> tuple[Host, Call] | None:
        """A call that can be made now; reads on until there is one."""
        while (found := self._queues.next()) is None and self._read(calls):
            pass
        return found

    def _read(self, calls: Iterator[Call]) -> bool:
        """Sort one more call to its host; False when there is none, or enough is waiting."""
        if self._queues.is_full or (call := next(calls, None)) is None:
            self._is_read = not self._queues.is_full
            return False
        try:
            self._queues.add(call)
        except OutboundError as odd:
            self._done.append(Done(call.key, odd, 0.0))
        self._drop(self._queues.found())
        return True

    def _begin(self, host: Host, call: Call) -> None:
        try:
            line = self._panel.begin(host, call)
        except (OSError, ValueError) as odd:
            refused = odd if isinstance(odd, Refused) else Refused(f"{type(odd).__name__}: {odd}")
            self._done.append(Done(call.key, refused, 0.0))
            self._queues.freed(host, slow=host.is_slow)
            return
        if not line.is_slow:
            self._moments.begin(line)

    def _turn(self) -> None:
        for line in self._panel.turn(self._patience()):
            self._end(line)
        self._drop(self._queues.give_up_late())

    def _patience(self) -> float:
        if self._done:
            return 0.0
        if self._queues.asking:
            return LOOKUP_TURN
        return SHORTEST if self._moments else LONGEST_TURN

    def _end(self, line: Line) -> None:
        result, seconds = line.result(), monotonic() - line.began
        self._moments.end(line, seconds)
        if self._may_repeat(line, seconds) or self._has_another(line, result):
            self._queues.again(line.host, line.call)
        else:
            self._repeated.discard(line.call.key)
            self._done.append(Done(line.call.key, result, seconds))
            self._learn(line.host, result, seconds)
        self._panel.release(line)
        self._queues.freed(line.host, slow=line.is_slow)

    def _may_repeat(self, line: Line, seconds: float) -> bool:
        """Once, where a kept connection was closed: whoever took long over it has read the call."""
        may = line.is_stale and seconds < SOON and line.call.key not in self._repeated
        if may:
            self._repeated.add(line.call.key)
        return may

    def _has_another(self, line: Line, result: Result) -> bool:
        """Whether the host has one more address to try."""
        return isinstance(result, Unreachable) and line.host.has_another(line.address)

    def _learn(self, host: Host, result: Result, seconds: float) -> None:
        """One endpoint that hangs does not hold its neighbours up once for each of them."""
        match result:
            case Answer():
                host.remember(hung=False)
            case TooSlow():
                host.remember(hung=True)
                waits = Crowded(f"{host.place.name} left another call without an answer")
                self._drop(self._queues.give_up(host, waits))
            case Unreachable():
                host.remember(hung=seconds >= min(CONNECT_SECONDS, self._door.seconds))
                self._drop(self._queues.give_up(host, result))

    def _drop(self, given_up: Given) -> None:
        self._done += [Done(call.key, problem, 0.0) for call, problem in given_up]
