"""One line's patience, by a clock of our own."""

import selectors
import socket
from collections.abc import Iterator
from contextlib import closing
from selectors import EVENT_READ, EVENT_WRITE

import pytest

from notifications.mail.smtp.connection import Connection
from notifications.mail.smtp.dialogue import Broken
from notifications.mail.smtp.server import Patience, Server

PATIENCE = Patience(opening=20.0, answer=60.0, taking=300.0)


class Line:
    """A connection, and the end of it that a server holds."""

    def __init__(self, line: Connection, peer: socket.socket) -> None:
        self.line, self.peer = line, peer

    def hear(self, words: bytes, now: float) -> None:
        """The server says something at a moment."""
        self.peer.sendall(words)
        with selectors.DefaultSelector() as selector:
            selector.register(self.line.socket, EVENT_READ)
            assert selector.select(5)
        self.line.advance(now)
        self.line.flush(now)


@pytest.fixture
def line() -> Iterator[Line]:
    """A line that has just come about, at the moment 0."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        where = listener.getsockname()
        server = Server(where[0], where[1], patience=PATIENCE)
        line = Connection(server, (socket.AF_INET, where), 0.0)
        peer, _address = listener.accept()
        with closing(peer), closing(line):
            line.advance(0.0)
            yield Line(line, peer)


def test_a_server_that_speaks_slowly_has_to_be_done_with_opening_in_its_time(line: Line) -> None:
    line.hear(b"220-hello\r\n220 there\r\n", 19.0)
    assert line.line.deadline == 20.0
    with pytest.raises(Broken, match="did not answer in time"):
        line.line.check(20.0)


def test_what_is_looked_out_for_stays_what_the_selector_was_told(line: Line) -> None:
    line.hear(b"220 hello\r\n", 1.0)
    line.hear(b"250 hello\r\n", 2.0)
    assert line.line.session.ready
    line.line.watched = EVENT_READ | EVENT_WRITE
    line.line.session.outgoing += b"NOOP\r\n"
    line.line.flush(3.0)
    assert line.line.watched == EVENT_READ | EVENT_WRITE
