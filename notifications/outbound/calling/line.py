"""One connection to a vetted address, and the call that it carries at the moment."""

import os
import socket
from collections.abc import Generator
from errno import EINPROGRESS
from select import POLLIN, POLLOUT
from ssl import SSLContext, SSLWantReadError, SSLWantWriteError
from typing import Final

from notifications.outbound.calling.answering import Answering
from notifications.outbound.calling.calls import Call
from notifications.outbound.calling.hosts import Host
from notifications.outbound.calling.tls import PIECE, Secure
from notifications.outbound.door import CONNECT_SECONDS, Door
from notifications.outbound.reasons import reason
from notifications.outbound.results import OutboundError, Result, TooSlow, Unreachable

NOTHING: Final = 0
MOST_STIRS: Final = 8
WAITS: Final = (BlockingIOError, SSLWantReadError, SSLWantWriteError)

type Waits[T] = Generator[int, None, T]
"""Yields what it waits for: POLLIN or POLLOUT."""


class Line:
    """A connection; whatever an address says, it leads to the vetted one and nowhere else."""

    call: Call
    began: float
    is_slow: bool

    def __init__(self, host: Host, door: Door, trust: SSLContext | None) -> None:
        self.host, self.address = host, host.addresses[0]
        self._door, self._trust = door, trust
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        plain = socket.socket(family, socket.SOCK_STREAM)
        plain.settimeout(0)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.fd = plain.fileno()
        self._plain = plain
        self._socket: socket.socket | Secure = plain
        self._authority = host.place.authority
        self._answering = Answering(door.limit)
        self._is_open = self._is_used = False
        self.rested_at = 0.0
        self.awaited = NOTHING
        """What it is polled for."""

    def begin(self, call: Call, at: float) -> int:
        """Send as much of a call as goes at once; returns what to wait for, or NOTHING."""
        self.call, self.began, self.is_slow = call, at, self.host.is_slow
        self._is_used, self._is_sent, self._stirred = self._is_open, False, 0
        self._problem: Exception | None = None
        self._answering.expect()
        request = call.request(self._authority, self._door.agent)
        self._steps = self._talk(request)
        return self.go_on()

    def go_on(self) -> int:
        """Move what can be moved; returns what to wait for, or NOTHING when the call is over."""
        try:
            return next(self._steps, NOTHING)
        except (OSError, ValueError) as broken:
            self._problem = broken
            return NOTHING

    def is_late(self, now: float) -> bool:
        """Whether the call has taken longer than it may, or its connection has."""
        seconds = self._door.seconds if self._is_open else min(CONNECT_SECONDS, self._door.seconds)
        return now > self.began + seconds

    @property
    def is_stale(self) -> bool:
        """Whether the other side had closed a kept connection before it read the call."""
        over = self._problem is not None or self._answering.is_over
        return self._is_used and over and not self._answering.has_begun

    def result(self) -> Result:
        """What came of the call. Once a status is known, a body that breaks off changes nothing."""
        if self._answering.status:
            return self._answering.answer()
        if not self._is_sent:
            return Unreachable(self._why() or f"no connection within {CONNECT_SECONDS:.0f} s")
        if self._problem or self._answering.is_over:
            return OutboundError(self._why() or "the connection was closed without an answer")
        return TooSlow(f"no answer within {self._door.seconds:.0f} s")

    @property
    def is_kept(self) -> bool:
        """Whether the connection can carry another call."""
        return self._problem is None and self._answering.keeps

    def is_quiet(self) -> bool:
        """Whether a kept connection still stands, with nothing on it that nobody asked for."""
        self._stirred += 1
        try:
            self._socket.recv(1)
        except WAITS:
            # TLS has things of its own to say, but not for ever.
            return self._stirred <= MOST_STIRS
        except OSError:
            return False
        return False

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _why(self) -> str:
        return reason(self._problem, self.host.place.name) if self._problem else ""

    def _talk(self, request: bytes) -> Waits[None]:
        if not self._is_open:
            yield from self._connect()
        yield from self._send(request)
        yield from self._receive()

    def _connect(self) -> Waits[None]:
        code = self._plain.connect_ex((self.address, self.host.place.port))
        if code == EINPROGRESS:
            yield POLLOUT
            code = self._plain.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))
        if self._trust:
            name = self.host.place.name.rstrip(".")
            self._socket = secure = Secure(self._plain, self._trust, name)
            yield from self._shake_hands(secure)
        self._is_open = True

    def _shake_hands(self, tls: Secure) -> Waits[None]:
        while True:
            try:
                return tls.do_handshake()
            except WAITS as wait:
                yield _awaited(wait, POLLIN)

    def _send(self, request: bytes) -> Waits[None]:
        # Whatever happens from here on, the other side may have read some of it.
        self._is_sent = True
        while request:
            try:
                sent = self._socket.send(request)
            except WAITS as wait:
                yield _awaited(wait, POLLOUT)
            else:
                request = request[sent:]

    def _receive(self) -> Waits[None]:
        yield POLLIN
        while not self._answering.is_over:
            try:
                piece = self._socket.recv(PIECE)
            except WAITS as wait:
                yield _awaited(wait, POLLIN)
            else:
                self._answering.feed(piece)


def _awaited(wait: OSError, plain: int) -> int:
    """What to wait for; TLS says itself what it needs."""
    if isinstance(wait, SSLWantReadError):
        return POLLIN
    return POLLOUT if isinstance(wait, SSLWantWriteError) else plain
