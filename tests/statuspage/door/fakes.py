"""What granian hands to an RSGI application, as far as the door reads it."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field


class Headers:
    """Names in small letters, repeated ones as often as they were sent."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._rows = [(name.lower(), value) for name, value in rows]

    def __contains__(self, name: str) -> bool:
        return any(each == name for each, _value in self._rows)

    def items(self) -> list[tuple[str, str]]:
        return self._rows

    def get(self, name: str, default: str | None = None) -> str | None:
        return next((value for each, value in self._rows if each == name), default)


class Scope:
    """One request."""

    proto = "http"
    http_version = "1.1"
    server = "127.0.0.1:8000"
    scheme = "http"

    def __init__(
        self, method: str, path: str, *headers: tuple[str, str], client: str = "127.0.0.1:50000"
    ) -> None:
        self.method, self.client = method, client
        self.path, _, self.query_string = path.partition("?")
        self.authority: str | None = None
        self.headers = Headers((("host", "localhost"), *headers))


@dataclass
class Proto:
    """The other end: a body that comes in parts, and what was answered."""

    parts: list[bytes] = field(default_factory=list)
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, headers

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def header(self, name: str) -> str | None:
        return next((value for each, value in self.headers if each.lower() == name), None)
