"""Commands go out, replies come in; which reply answers which command is known by their order."""

from collections import deque
from collections.abc import Callable
from typing import Final

from notifications.mail.smtp.replies import Garbled, Replies, Reply

CLOSING: Final = 421

type Answered = Callable[[Reply], None]


class Broken(Exception):
    """This line is of no further use."""


class Dialogue:
    """Our side of an SMTP session as bytes; it opens no socket."""

    def __init__(self) -> None:
        self.outgoing = bytearray()
        self._replies = Replies()
        self._awaited: deque[Answered] = deque()

    def hear(self, data: bytes) -> int:
        """Takes bytes of the server; returns how many replies they held. Raises Broken."""
        try:
            replies = self._replies.feed(data)
        except Garbled as garbled:
            raise Broken(str(garbled)) from None
        for reply in replies:
            self._take(reply)
        return len(replies)

    def say(self, words: bytes, answered: Answered) -> None:
        """Writes a command, and keeps in mind who wants its answer."""
        self.outgoing += words + b"\r\n"
        self._awaited.append(answered)

    def closed_by(self, reply: Reply) -> None:
        """The server ends the session."""
        raise Broken(str(reply))

    def _take(self, reply: Reply) -> None:
        if reply.code == CLOSING:
            self.closed_by(reply)
        if not self._awaited:
            raise Broken(f"an answer to nothing: {reply}")
        self._awaited.popleft()(reply)
