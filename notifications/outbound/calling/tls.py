"""TLS over a socket that never waits, and never for longer than one piece of what comes.

OpenSSL reads from a socket for as long as anything comes: whoever sends endless greetings would
hold up everybody else's calls. Here it is given what came piece by piece.
"""

import socket
from collections.abc import Callable
from ssl import (
    MemoryBIO,
    SSLContext,
    SSLEOFError,
    SSLWantReadError,
    SSLWantWriteError,
    SSLZeroReturnError,
)
from typing import Final

PIECE: Final = 16 * 1024


class Secure:
    """A socket's methods, as far as a line needs them."""

    def __init__(self, plain: socket.socket, trust: SSLContext, name: str) -> None:
        self._socket = plain
        self._in, self._out = MemoryBIO(), MemoryBIO()
        self._tls = trust.wrap_bio(self._in, self._out, server_hostname=name)
        self._unsent = b""
        self._is_written = False

    def do_handshake(self) -> None:
        """Greet each other; to be called again for as long as it wants to read or write."""
        self._moved(self._tls.do_handshake)

    def send(self, data: bytes) -> int:
        """Send all of it; to be called again with the same for as long as it wants to write."""
        if not self._is_written:
            self._tls.write(data)
            self._is_written = True
        self._flush()
        self._is_written = False
        return len(data)

    def recv(self, most: int) -> bytes:
        """What has come; nothing once the other side has closed."""
        try:
            return self._moved(lambda: self._tls.read(most))
        except (SSLZeroReturnError, SSLEOFError):
            return b""

    def close(self) -> None:
        self._socket.close()

    def _moved[T](self, act: Callable[[], T]) -> T:
        """Act on what is here, or else on one piece more."""
        self._flush()
        try:
            return act()
        except SSLWantReadError:
            self._flush()
        self._take_in()
        try:
            return act()
        except SSLWantReadError:
            self._flush()
            raise

    def _take_in(self) -> None:
        piece = self._socket.recv(PIECE)
        if piece:
            self._in.write(piece)
        else:
            self._in.write_eof()

    def _flush(self) -> None:
        self._unsent += self._out.read()
        while self._unsent:
            try:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
            except BlockingIOError:
                raise SSLWantWriteError("more is to be sent") from None
