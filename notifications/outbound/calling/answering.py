"""What comes back over a connection, parsed as it comes; never more is kept than the limit."""

from typing import Final

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from notifications.outbound.results import Answer

# Beside the body that is kept: heads, and what says how long the pieces of a body are.
MOST_BESIDE: Final = 64 * 1024
FINAL: Final = 200


class Answering:
    """The answers of one connection, one after the other; methods named `on_` are the parser's."""

    __slots__ = (
        "_body",
        "_left",
        "_limit",
        "_parser",
        "_wait",
        "has_begun",
        "is_over",
        "keeps",
        "status",
    )

    def __init__(self, limit: int) -> None:
        self._parser, self._limit = HttpResponseParser(self), limit
        self.expect()

    def expect(self) -> None:
        """Another call goes out."""
        self._body, self._wait, self._left = b"", "", self._limit + MOST_BESIDE
        self.status = 0
        """0 until it is known."""
        self.has_begun = self.is_over = self.keeps = False
        """Whether anything was read, nothing further is, and another call may follow."""

    def feed(self, piece: bytes) -> None:
        """Read on. Once a status is known, what is odd, too long or broken off only ends it."""
        self._left -= len(piece)
        self.has_begun |= bool(piece)
        try:
            self._parser.feed_data(piece)
        except (HttpParserError, HttpParserUpgrade):
            self._break_off()
        if not piece or self._left < 0:
            self._break_off()

    def answer(self) -> Answer:
        """The answer, with the one header that decides anything."""
        return Answer(self.status, {"Retry-After": self._wait} if self._wait else {}, self._body)

    def on_message_begin(self) -> None:
        """What nobody asked for may be meant for the next call; it is not kept for it."""
        if self.is_over:
            self.keeps = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.is_over and name.lower() == b"retry-after":
            self._wait = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """A status is known, unless it only says that another one comes."""
        status = self._parser.get_status_code()
        if self.is_over:
            return
        if status >= FINAL:
            self.status = status
        else:
            self._wait = ""

    def on_body(self, piece: bytes) -> None:
        if not self.is_over:
            self._body += piece[: self._limit - len(self._body)]
            if len(self._body) == self._limit:
                self._break_off()

    def on_message_complete(self) -> None:
        if self.status and not self.is_over:
            self.is_over, self.keeps = True, self._parser.should_keep_alive()

    def _break_off(self) -> None:
        self.is_over, self.keeps = True, False
