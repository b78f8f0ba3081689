"""Many letters to one server over several kept connections, with one `select` for all of them."""

import re
import selectors
import socket
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from math import ceil
from time import monotonic
from typing import Final

from notifications.mail.smtp import verdicts
from notifications.mail.smtp.budget import Budget
from notifications.mail.smtp.connection import Address, Connection
from notifications.mail.smtp.dialogue import Broken
from notifications.mail.smtp.letters import Letter
from notifications.mail.smtp.server import Server
from notifications.outcomes import Verdict
from notifications.parcels import Accepted, Settled

TICK: Final = 0.5
TRIES: Final = 3
# Seconds after which a server that refused further lines is asked for them again.
NARROW: Final = 15.0
TOO_MANY: Final = re.compile(r"too many .*(connection|session)", re.IGNORECASE)


class Pool:
    """Hands letters over until there are none left, or the server is of no use any more.

    `trouble` then says why; whatever was not settled may be given to somebody else.
    """

    def __init__(
        self, server: Server, letters: Iterator[Letter], clock: Callable[[], float] = monotonic
    ) -> None:
        self.trouble = ""
        self._server, self._letters, self._clock = server, letters, clock
        self._waiting: deque[Letter] = deque()
        self._tries: Counter[int] = Counter()
        self._settled: list[Settled] = []
        self._lines: list[Connection] = []
        self._most, self._narrow_until = _most_lines(server), 0.0
        self._budget = Budget(server.per_second, clock())
        self._addresses: deque[Address] = deque()
        self._stood, self._failures = False, 0
        self._selector = selectors.DefaultSelector()
        self._pause = min(TICK, 1 / server.per_second) if server.per_second else TICK
        self._checked = clock()

    def run(self, accepted: Accepted) -> Generator[list[Settled], None, None]:
        """Rounds of what came of the letters; a silent server yields empty ones now and then.

        What a round holds was told to `accepted`, and may be written down, before anything else
        is written to the server.
        """
        try:
            while self._go_on():
                self._listen()
                yield self._known(accepted)
            if left := self._known(accepted):
                yield left
        finally:
            self._hang_up()

    def _go_on(self) -> bool:
        """Gives letters to whoever takes them, and opens lines; False when all is done."""
        self._feed()
        self._widen()
        for line in list(self._lines):
            if line.session.outgoing:
                self._do(line, line.flush)
        return not self.trouble and bool(self._settled or self._busy() or self._wait(1))

    def _feed(self) -> None:
        for line in self._lines:
            # A letter that is too large settles at once and leaves room for the next one.
            while line.session.hungry and self._wait(1) and self._budget.take(self._clock()):
                line.session.give(self._waiting.popleft())

    def _widen(self) -> None:
        """Opens one line first; when that one stands, as many as there is work for."""
        while not self.trouble and len(self._lines) < self._room():
            opening = len(self._lines) - self._standing()
            if not self._wait(opening + 1):
                return
            self._open()

    def _wait(self, count: int) -> bool:
        """Whether so many letters wait."""
        while len(self._waiting) < count:
            letter = next(self._letters, None)
            if letter is None:
                return False
            self._waiting.append(letter)
        return True

    def _listen(self) -> None:
        for line in self._lines:
            self._watch(line)
        for key, _events in self._selector.select(self._pause):
            self._do(key.data, key.data.advance)
        now = self._clock()
        if now - self._checked >= TICK / 2:
            self._checked = now
            for line in list(self._lines):
                self._do(line, line.check)

    def _known(self, accepted: Accepted) -> list[Settled]:
        settled, self._settled = self._settled, []
        for line in self._lines:
            if line.session.settled:
                settled += line.session.settled
                line.session.settled = []
        if sent := [key for key, outcome in settled if outcome.verdict is Verdict.SENT]:
            accepted(sent)
        return settled

    def _open(self) -> None:
        try:
            self._addresses = self._addresses or _resolved(self._server)
            line = Connection(self._server, self._addresses[0], self._clock())
        except (Broken, OSError) as broken:
            # OSError: this machine has no socket left, or none of that family.
            self._refused(str(broken))
            return
        self._lines.append(line)
        self._selector.register(line.socket.fileno(), line.watched, line)

    def _do(self, line: Connection, step: Callable[[float], None]) -> None:
        try:
            step(self._clock())
        except Broken as broken:
            self._lose(line, str(broken))

    def _lose(self, line: Connection, why: str) -> None:
        self._close(line)
        for letter in line.session.lost(why):
            self._give_again(letter, why)
        self._settled += line.session.settled
        if not line.session.ready:
            self._refused(why)
            return
        self._stood, self._failures = True, 0
        if TOO_MANY.search(why):
            self._make_do(max(1, self._standing()))

    def _give_again(self, letter: Letter, why: str) -> None:
        """Over another line, but a letter that breaks one line after another has to wait."""
        self._tries[letter.key] += 1
        if self._tries[letter.key] < TRIES:
            self._waiting.append(letter)
        else:
            self._settled.append((letter.key, verdicts.unsent(why)))

    def _refused(self, why: str) -> None:
        """A line did not come about: those that stand have to do, or else the next address."""
        if standing := self._standing():
            self._make_do(standing)
        elif not self._lines:
            self._next_address(why)

    def _next_address(self, why: str) -> None:
        """Another one, or the same again where a line stood before: it may be a passing thing."""
        self._failures += 1
        if self._stood and self._failures < TRIES:
            return
        if self._addresses:
            self._addresses.popleft()
        if not self._addresses:
            self.trouble = why

    def _make_do(self, lines: int) -> None:
        self._most, self._narrow_until = lines, self._clock() + NARROW

    def _room(self) -> int:
        if self._clock() >= self._narrow_until:
            self._most = _most_lines(self._server)
        return self._most if self._standing() else 1

    def _standing(self) -> int:
        return sum(line.session.ready for line in self._lines)

    def _busy(self) -> bool:
        return any(line.session.busy for line in self._lines)

    def _watch(self, line: Connection) -> None:
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.wants_to_write else 0)
        if wanted != line.watched:
            line.watched = wanted
            self._selector.modify(line.socket.fileno(), wanted, line)

    def _close(self, line: Connection) -> None:
        self._lines.remove(line)
        self._selector.unregister(line.socket.fileno())
        line.close()

    def _hang_up(self) -> None:
        for line in list(self._lines):
            if line.session.ready and not line.session.waiting:
                line.session.leave()
                with suppress(Broken):
                    line.flush(self._clock())
            self._close(line)
        self._selector.close()


def _most_lines(server: Server) -> int:
    """No more than can be kept busy."""
    useful = ceil(server.per_second) if server.per_second else server.connections
    return max(1, min(server.connections, useful))


def _resolved(server: Server) -> deque[Address]:
    """The server's addresses, in the order in which they are tried."""
    try:
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        raise Broken(f"{server.host}: {unknown.strerror or unknown}") from unknown
    return deque(dict.fromkeys((family, where) for family, _type, _proto, _name, where in found))
