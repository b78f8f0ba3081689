"""A socket that never blocks, the session over it, and how long each phase of that may last."""

import errno
import os
import selectors
import socket
import ssl
from math import inf
from typing import Any, Final

from notifications.mail.smtp.dialogue import Broken
from notifications.mail.smtp.server import Server
from notifications.mail.smtp.session import Session

AT_ONCE: Final = 65_536
NOT_YET: Final = (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError)

type Address = tuple[socket.AddressFamily, Any]
"""A family, and where in it."""


class Connection:
    """One line to a server. What goes wrong on it is raised as Broken."""

    def __init__(self, server: Server, address: Address, now: float) -> None:
        family, where = address
        self.session = Session(server)
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.watched = selectors.EVENT_READ
        """The events that a selector looks out for on its behalf."""
        self.deadline = now + server.patience.opening
        self._server = server
        self._connected = self._shaking = self._no_room = False
        self.socket.settimeout(0)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if (code := self.socket.connect_ex(where)) not in {0, errno.EINPROGRESS}:
            self.socket.close()
            raise Broken(os.strerror(code))

    @property
    def wants_to_write(self) -> bool:
        """Whether it waits for room to write, rather than for words to read."""
        return not self._connected or self._no_room or bool(self.session.outgoing)

    def advance(self, now: float) -> None:
        """Does what the socket is ready for, and hears what the server says."""
        self._no_room = False
        try:
            if self._shaking:
                self._shake_hands()
            elif not self._connected:
                self._connect()
            else:
                self._hear(now)
        except NOT_YET as not_yet:
            self._no_room = isinstance(not_yet, ssl.SSLWantWriteError)
        except OSError as problem:
            raise Broken(_words(problem)) from problem

    def flush(self, now: float) -> None:
        """Writes what the session has to say, as far as there is room."""
        if self._shaking or not self._connected:
            return
        try:
            sent = self.socket.send(self.session.outgoing)
        except NOT_YET:
            return
        except OSError as problem:
            raise Broken(_words(problem)) from problem
        del self.session.outgoing[:sent]
        self._progress(now)

    def check(self, now: float) -> None:
        """Raises Broken when the server has been silent for too long."""
        if now >= self.deadline:
            raise Broken("the server did not answer in time")

    def close(self) -> None:
        """Hangs up."""
        self.socket.close()

    def _connect(self) -> None:
        if code := self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise Broken(os.strerror(code))
        self._connected = True
        if self._server.tls and not self._server.starttls:
            self._encrypt(self._server.tls)

    def _encrypt(self, context: ssl.SSLContext) -> None:
        self.socket = context.wrap_socket(
            self.socket, server_hostname=self._server.host, do_handshake_on_connect=False
        )
        self._shaking = True
        self._shake_hands()

    def _shake_hands(self) -> None:
        if isinstance(self.socket, ssl.SSLSocket):
            self.socket.do_handshake()
        self._shaking = False
        if self._server.starttls:
            self.session.encrypted()

    def _hear(self, now: float) -> None:
        data = self.socket.recv(AT_ONCE)
        if not data:
            raise Broken("the server hung up")
        if isinstance(self.socket, ssl.SSLSocket):
            # What is decrypted already would not wake the selector.
            while self.socket.pending():
                data += self.socket.recv(AT_ONCE)
        if self.session.hear(data):
            self._progress(now)
        if self.session.wants_tls and self._server.tls:
            self._encrypt(self._server.tls)

    def _progress(self, now: float) -> None:
        """An answer earns patience for the next one; opening has to be done in its time."""
        if self.session.ready:
            self.deadline = now + self._patience()

    def _patience(self) -> float:
        if self.session.handed:
            return self._server.patience.taking
        return self._server.patience.answer if self.session.waiting else inf


def _words(problem: OSError) -> str:
    return f"{type(problem).__name__}: {problem.strerror or problem}"
