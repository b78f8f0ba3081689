"""One call on a handle that is used again and again: hardened once, bounded in time and size."""

import socket
from ipaddress import ip_address
from typing import Final, NamedTuple

import pycurl
from requests.utils import DEFAULT_CA_BUNDLE_PATH, requote_uri

from notifications.outbound.door import (
    CONNECT_SECONDS,
    Answer,
    Door,
    OutboundError,
    Refused,
    TooSlow,
    Unreachable,
)

WAITS: Final = {429, 503}
NOTHING: Final = 0

Result = Answer | OutboundError


class Call(NamedTuple):
    """One POST, made ready; `key` is whatever the caller knows it by."""

    key: int
    url: str
    headers: list[str]
    body: bytes


class Transfer:
    """A handle with the call that it makes at the moment."""

    def __init__(self, door: Door) -> None:
        self.curl, self._door = pycurl.Curl(), door
        self.peer, self._port = "", 0
        self._is_refused = False
        self._start_anew()
        self._harden()

    def begin(self, call: Call, address: str, port: int) -> None:
        """Get ready to call a vetted address; whatever the URL says, no other is connected to."""
        self._start_anew()
        if (self.peer, self._port) != (address, port):
            self.peer, self._port = address, port
            literal = f"[{address}]" if ":" in address else address
            self.curl.setopt(pycurl.CONNECT_TO, [f"::{literal}:{port}"])
        url = call.url if call.url.isascii() else requote_uri(call.url)
        self.curl.setopt(pycurl.URL, url)
        self.curl.setopt(pycurl.HTTPHEADER, [*call.headers, "Expect:"])
        self.curl.setopt(pycurl.POSTFIELDS, call.body)

    def result(self, code: int, problem: str) -> Result:
        """What came of it. Once a status is known, a body that breaks off changes nothing."""
        status = self.curl.getinfo(pycurl.RESPONSE_CODE)
        if status >= 200:
            return Answer(status, self._asked_wait(status), bytes(self._body))
        if self._is_refused:
            return Refused(f"connected to another address than {self.peer}")
        if not self.curl.getinfo(pycurl.REQUEST_SIZE):
            return Unreachable(problem or f"no connection within {CONNECT_SECONDS:.0f} s")
        if code == pycurl.E_OPERATION_TIMEDOUT:
            return TooSlow(f"no answer within {self._door.seconds:.0f} s")
        return OutboundError(problem)

    def _asked_wait(self, status: int) -> dict[str, str]:
        """The one header that decides anything; a date is read as seconds from now."""
        seconds = self.curl.getinfo(pycurl.RETRY_AFTER) if status in WAITS else 0
        return {"Retry-After": str(seconds)} if seconds else {}

    def close(self) -> None:
        """Let go of the handle."""
        self.curl.close()

    def _start_anew(self) -> None:
        self._body = bytearray()

    def _harden(self) -> None:
        """Nothing of the environment, nowhere else to go, nothing without an end."""
        web = pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS
        for option, value in (
            (pycurl.NOSIGNAL, 1),
            (pycurl.POST, 1),
            (pycurl.PROTOCOLS, web),
            (pycurl.REDIR_PROTOCOLS, NOTHING),
            (pycurl.FOLLOWLOCATION, NOTHING),
            (pycurl.PROXY, ""),
            (pycurl.NETRC, pycurl.NETRC_IGNORED),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
            (pycurl.SSL_VERIFYPEER, 1),
            (pycurl.SSL_VERIFYHOST, 2),
            (pycurl.CAINFO, self._door.authorities or DEFAULT_CA_BUNDLE_PATH),
            (pycurl.USERAGENT, self._door.agent),
            (pycurl.CONNECTTIMEOUT_MS, int(min(CONNECT_SECONDS, self._door.seconds) * 1000)),
            (pycurl.TIMEOUT_MS, int(self._door.seconds * 1000)),
            (pycurl.OPENSOCKETFUNCTION, self._open),
            (pycurl.WRITEFUNCTION, self._take_body),
        ):
            self.curl.setopt(option, value)

    def _open(self, _purpose: int, to: "CurlAddress") -> "Handed | int":
        """The last look at an address before anything is sent there."""
        if not _is_same(to.addr[0], self.peer):
            self._is_refused = True
            return int(pycurl.SOCKET_BAD)
        return Handed(to.family, to.socktype, to.protocol)

    def _take_body(self, piece: bytes) -> int | None:
        self._body += piece[: self._door.limit - len(self._body)]
        return NOTHING if len(self._body) >= self._door.limit else None


class Handed(socket.SocketType):
    """A socket of which libcurl has a duplicate as soon as it is returned."""

    def __del__(self) -> None:
        self.close()


class CurlAddress(NamedTuple):
    """What libcurl is about to connect to."""

    family: int
    socktype: int
    protocol: int
    addr: tuple[str, int]


def _is_same(one: str, other: str) -> bool:
    return one == other or ip_address(one) == ip_address(other)
