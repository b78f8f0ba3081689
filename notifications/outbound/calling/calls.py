"""One POST, made ready for the wire."""

import re
from typing import Final, NamedTuple

from requests.utils import requote_uri

from notifications.outbound.results import Refused

ORIGIN: Final = re.compile(r"[^/?#]*//[^/?#]*")

# The request, four headers, and the empty line.
OWN_LINES: Final = 6


class Call(NamedTuple):
    """One POST; `key` is whatever the caller knows it by."""

    key: int
    url: str
    headers: list[str]
    body: bytes

    def request(self, host: str, agent: str) -> bytes:
        """The bytes of it for a host; Refused when the address cannot be written in them."""
        more = "".join(f"{each}\r\n" for each in self.headers)
        head = (
            f"POST {self._target()} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\n"
            f"Accept: */*\r\nContent-Length: {len(self.body)}\r\n{more}\r\n"
        )
        if head.count("\n") != OWN_LINES + len(self.headers) or "\0" in head:
            raise Refused("a header holds a line break")
        return head.encode("ascii") + self.body

    def _target(self) -> str:
        url = self.url if self.url.isascii() else requote_uri(self.url)
        origin = ORIGIN.match(url)
        if origin is None or " " in url:
            raise Refused("not an address of the web")
        target = url[origin.end() :].partition("#")[0]
        return target if target.startswith("/") else f"/{target}"
