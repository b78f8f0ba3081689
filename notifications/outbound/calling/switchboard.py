"""Makes many calls at once, each host over two lines at most, and none in the way of another."""

from collections.abc import Generator, Iterable, Iterator
from time import monotonic
from typing import Final, NamedTuple

import pycurl

from notifications.outbound.calling.hosts import Host
from notifications.outbound.calling.multi import Ended, Multi
from notifications.outbound.calling.queues import Given, Queues
from notifications.outbound.calling.transfer import Call, Result, Transfer
from notifications.outbound.door import Answer, Door, OutboundError, Refused, TooSlow, Unreachable

# More than can be expected to hang at once.
SLOTS: Final = 256
LINES: Final = 2
# So many at most were sent within the last moment: a sender that is killed costs these, and what
# hangs, twice.
JUST_SENT: Final = 16
MOMENT: Final = 0.05
LONGEST_TURN: Final = 1.0
LOOKUP_TURN: Final = 0.01


class Done(NamedTuple):
    """The key of a call, what came of it, and how long that took."""

    key: int
    result: Result
    seconds: float


class UnderWay(NamedTuple):
    """A call that is being made."""

    transfer: Transfer
    call: Call
    host: Host
    began: float
    is_slow: bool


class Switchboard:
    """One round of calls over one set of handles and kept connections."""

    def __init__(self, door: Door, *, slots: int = SLOTS, lines: int = LINES) -> None:
        self._door, self._slots = door, slots
        self._multi = Multi(connections=slots)
        self._queues = Queues(door, lines)
        self._free: list[Transfer] = []
        self._under_way: dict[pycurl.Curl, UnderWay] = {}
        self._just_sent: dict[pycurl.Curl, float] = {}
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
                    yield done
        finally:
            self._hang_up()

    def _fill(self, calls: Iterator[Call]) -> bool:
        """Begin what can be begun; whether anything is left to wait for."""
        self._drop(self._queues.found())
        self._forget_moments()
        while self._has_room() and (found := self._find(calls)):
            self._begin(*found)
        return bool(self._under_way or self._queues.waiting or self._done)

    def _has_room(self) -> bool:
        return len(self._under_way) < self._slots and len(self._just_sent) < JUST_SENT

    def _find(self, calls: Iterator[Call]) -> tuple[Host, Call] | None:
        """A call that can be made now; reads on until there is one."""
        while (found := self._queues.next()) is None and self._read(calls):
            pass
        return found

    def _read(self, calls: Iterator[Call]) -> bool:
        """Sort one more call to its host; False when there is none, or enough is waiting."""
        call = None if self._queues.is_full else next(calls, None)
        if call is None:
            return False
        try:
            self._queues.add(call)
        except OutboundError as odd:
            self._done.append(Done(call.key, odd, 0.0))
        self._drop(self._queues.found())
        return True

    def _begin(self, host: Host, call: Call) -> None:
        transfer = self._free.pop() if self._free else Transfer(self._door)
        mine = UnderWay(transfer, call, host, monotonic(), host.is_slow)
        try:
            transfer.begin(call, host.addresses[0], host.place.port)
        except (pycurl.error, ValueError) as odd:
            refused = Refused(f"{type(odd).__name__}: {odd}")
            self._done.append(Done(call.key, refused, 0.0))
            self._release(mine)
            return
        self._under_way[transfer.curl] = mine
        if not mine.is_slow:
            self._just_sent[transfer.curl] = mine.began
        self._multi.add(transfer.curl)

    def _turn(self) -> None:
        for ended in self._multi.turn(self._patience()):
            self._end(ended)
        self._drop(self._queues.give_up_late())

    def _patience(self) -> float:
        if self._done:
            return 0.0
        if self._queues.seeking:
            return LOOKUP_TURN
        return MOMENT if self._just_sent else LONGEST_TURN

    def _end(self, ended: Ended) -> None:
        mine = self._under_way.pop(ended.curl)
        self._just_sent.pop(ended.curl, None)
        result = mine.transfer.result(ended.code, ended.problem)
        if isinstance(result, Unreachable) and mine.host.has_another(mine.transfer.peer):
            self._queues.again(mine.host, mine.call)
        else:
            self._done.append(Done(mine.call.key, result, monotonic() - mine.began))
            self._learn(mine.host, result)
        self._release(mine)

    def _learn(self, host: Host, result: Result) -> None:
        """One endpoint that hangs does not hold its neighbours up once for each of them."""
        if isinstance(result, Answer):
            host.remember(hung=False)
        elif isinstance(result, TooSlow | Unreachable):
            host.remember(hung=isinstance(result, TooSlow))
            self._drop(self._queues.give_up(host, result))

    def _release(self, mine: UnderWay) -> None:
        self._free.append(mine.transfer)
        self._queues.freed(mine.host, slow=mine.is_slow)

    def _drop(self, given_up: Given) -> None:
        self._done += [Done(call.key, problem, 0.0) for call, problem in given_up]

    def _forget_moments(self) -> None:
        """What has taken longer than a moment no longer holds up what comes after it."""
        past = monotonic() - MOMENT
        while self._just_sent and next(iter(self._just_sent.values())) < past:
            del self._just_sent[next(iter(self._just_sent))]

    def _hang_up(self) -> None:
        for mine in self._under_way.values():
            self._multi.drop(mine.transfer.curl)
            mine.transfer.close()
        for transfer in self._free:
            transfer.close()
        self._multi.close()
