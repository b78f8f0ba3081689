"""The lines of a switchboard: those under way, and those that are kept for the next call."""

from functools import cached_property
from select import POLLIN, poll
from ssl import VERIFY_X509_STRICT, SSLContext, create_default_context
from time import monotonic
from typing import Final

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from notifications.outbound.calling.calls import Call
from notifications.outbound.calling.hosts import Host
from notifications.outbound.calling.line import NOTHING, Line
from notifications.outbound.door import Door

# In seconds.
LOOK_EVERY: Final = 0.1
A_REST: Final = 0.05


class Panel:
    """Lines on one poll(2), however many files are open; the most at once is given."""

    def __init__(self, door: Door, most: int) -> None:
        self._door, self._most = door, most
        self._poll = poll()
        self._lines: dict[int, Line] = {}
        """By descriptor: what is polled."""
        self._idle: dict[Host, list[Line]] = {}
        self._kept = 0
        self._over: list[Line] = []
        self._looked_at = self.asked_at = monotonic()
        """When lines that had something to say were last known for certain."""
        self.busy: set[Line] = set()

    def begin(self, host: Host, call: Call) -> Line:
        """Make a call over a kept line, or a new one; ValueError when it cannot be written."""
        now = monotonic()
        line = self._kept_line(host, now) or self._new_line(host)
        self.busy.add(line)
        try:
            self._go_on(line, line.begin(call, now))
        except (OSError, ValueError):
            self.release(line)
            raise
        return line

    def turn(self, seconds: float) -> list[Line]:
        """Wait for so long at most, move what can be moved; returns lines whose call is over."""
        for line in self._ready(0 if self._over else min(seconds, LOOK_EVERY)):
            self._move(line)
        self._give_up_late()
        over, self._over = self._over, []
        return over

    def release(self, line: Line) -> None:
        """Keep a line whose call is over for the next one to its host, if it is still good."""
        self.busy.remove(line)
        if not line.is_kept:
            self._hang_up(line)
            return
        self._go_on(line, POLLIN)
        line.rested_at = self.asked_at
        self._idle.setdefault(line.host, []).append(line)
        self._kept += 1

    def excuse(self, seconds: float) -> None:
        """For so long nobody looked at any line: that is held against none."""
        if seconds > LOOK_EVERY:
            for line in self.busy:
                line.began += seconds

    def close(self) -> None:
        """Hang up everywhere; what is under way breaks off."""
        for line in (*self.busy, *(line for lines in self._idle.values() for line in lines)):
            self._hang_up(line)

    def _ready(self, seconds: float) -> list[Line]:
        began = monotonic()
        ready = [self._lines[fd] for fd, _events in self._poll.poll(seconds * 1000)]
        self.asked_at = began if ready else began + seconds
        return ready

    def _move(self, line: Line) -> None:
        if line not in self.busy:
            self._look_after(line)
        elif line not in self._over:
            self._go_on(line, line.go_on())

    def _look_after(self, line: Line) -> None:
        """Hang up a kept line that the other side has closed, or says something on."""
        if not line.is_quiet():
            self._hang_up(self._forget(line))

    def _go_on(self, line: Line, wanted: int) -> None:
        if wanted == NOTHING:
            self._over.append(line)
        elif line.awaited != wanted:
            line.awaited = wanted
            self._lines[line.fd] = line
            self._poll.register(line.fd, wanted)

    def _give_up_late(self) -> None:
        if self.asked_at > self._looked_at + LOOK_EVERY:
            self._looked_at = self.asked_at
            going = self.busy.difference(self._over)
            self._over += [each for each in going if each.is_late(self.asked_at)]

    def _kept_line(self, host: Host, now: float) -> Line | None:
        """One that is still good: what it was told since it was last polled is for nobody."""
        while lines := self._idle.get(host):
            line = self._forget(lines[-1])
            if now - line.rested_at < A_REST or line.is_quiet():
                return line
            self._hang_up(line)
        return None

    def _new_line(self, host: Host) -> Line:
        if self._kept and len(self.busy) + self._kept >= self._most:
            longest_idle = next(iter(self._idle.values()))
            self._hang_up(self._forget(longest_idle[0]))
        return Line(host, self._door, self._trust if host.place.is_secure else None)

    def _forget(self, line: Line) -> Line:
        """Take a kept line out of those that are kept."""
        lines = self._idle[line.host]
        lines.remove(line)
        if not lines:
            del self._idle[line.host]
        self._kept -= 1
        return line

    def _hang_up(self, line: Line) -> None:
        if line.awaited != NOTHING:
            self._poll.unregister(line.fd)
            del self._lines[line.fd]
        line.close()

    @cached_property
    def _trust(self) -> SSLContext:
        """Whose certificates are believed; read when the first line needs it."""
        trust = create_default_context(cafile=self._door.authorities or DEFAULT_CA_BUNDLE_PATH)
        # Authorities of a company's own often leave out what only the strict ask for.
        trust.verify_flags &= ~VERIFY_X509_STRICT
        return trust
