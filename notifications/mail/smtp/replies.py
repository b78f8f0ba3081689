"""What an SMTP server says, cut into replies however the bytes arrive."""

from typing import Final, NamedTuple

LONGEST_LINE: Final = 4096
MOST_LINES: Final = 128


class Garbled(Exception):
    """These bytes are no SMTP replies."""


class Reply(NamedTuple):
    """A code, and the text of all its lines."""

    code: int
    text: str

    @property
    def ok(self) -> bool:
        """Whether the server did what it was asked for."""
        return 200 <= self.code < 300

    @property
    def lasting(self) -> bool:
        """Whether asking again is of no use."""
        return self.code >= 500

    def __str__(self) -> str:
        return f"{self.code} {' '.join(self.text.split())}"


class Replies:
    """Gathers bytes until whole replies are there."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that these bytes complete; raises Garbled."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise Garbled("a reply without an end")
        return [reply for line in lines if (reply := self._take(line.rstrip(b"\r")))]

    @property
    def begun(self) -> bool:
        """Whether part of a reply is here."""
        return bool(self._rest or self._lines)

    def _take(self, line: bytes) -> Reply | None:
        code, mark = line[:3], line[3:4]
        if not (code.isdigit() and b"200" <= code <= b"599" and mark in {b" ", b"-", b""}):
            raise Garbled(f"no SMTP reply: {line[:80]!r}")
        self._lines.append(line[4:].decode("utf-8", "replace"))
        if mark == b"-":
            if len(self._lines) > MOST_LINES:
                raise Garbled("a reply without an end")
            return None
        text, self._lines = "\n".join(self._lines), []
        return Reply(int(code), text)
