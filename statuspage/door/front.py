"""The RSGI application: a public GET is answered from memory, anything else by Django."""

from ipaddress import ip_address
from typing import Any, Final

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from publishing.published.counter import Counter, is_current, takes_gzip
from statuspage.door.bridge import Bridge
from statuspage.door.crowd import Crowd

READS: Final = frozenset({"GET", "HEAD"})
MOST_HOSTS: Final = 1000
# Asked by address and over http, and true even while nothing behind this door moves.
ALIVE: Final = "/livez"
PLAIN: Final = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")]


class Door:
    """Where every request comes in."""

    def __init__(self, counter: Counter, bridge: Bridge, crowd: Crowd | None = None) -> None:
        self._counter = counter
        self._bridge = bridge
        self._crowd = crowd or Crowd()
        self._hosts: dict[str, str | None] = {}

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        if scope.proto != "http":
            proto.close(403)
            return
        if scope.path == ALIVE and scope.method in READS:
            proto.response_bytes(200, PLAIN, b"alive\n")
            return
        if scope.method in READS and self._hand_out(scope, proto):
            return
        answer = await self._bridge.answer(scope, proto)
        if scope.method == "HEAD" or not answer.body:
            proto.response_empty(answer.status, answer.headers)
        else:
            proto.response_bytes(answer.status, answer.headers, answer.body)

    def _hand_out(self, scope: Any, proto: Any) -> bool:
        """Answer from what is published; False where nothing is, or somebody has to be led on."""
        headers = scope.headers
        host = self._host(scope.authority or headers.get("host", ""))
        if host is None or (settings.SECURE_SSL_REDIRECT and not _is_secure(scope)):
            return False
        found = self._counter.find(host, scope.path)
        if found is None:
            return False
        self._crowd.handed_out += 1
        ready = found.plain
        if found.packed is not None and takes_gzip(headers.get("accept-encoding", "")):
            ready = found.packed
        given = headers.get("if-none-match")
        if given and ready.status == 200 and is_current(given, ready.etag):
            proto.response_empty(304, ready.unchanged)
            return True
        if scope.method == "HEAD" or not ready.body:
            proto.response_empty(ready.status, ready.headers)
        else:
            proto.response_bytes(ready.status, ready.headers, ready.body)
        return True

    def _host(self, given: str) -> str | None:
        """The host's name, if this installation answers to it."""
        if given not in self._hosts:
            if len(self._hosts) > MOST_HOSTS:
                self._hosts.clear()
            name = split_domain_port(given)[0]
            self._hosts[given] = name if validate_host(name, settings.ALLOWED_HOSTS) else None
        return self._hosts[given]


def _is_secure(scope: Any) -> bool:
    """Whether the reader came by https, as far as that is known from whom we believe."""
    if scope.scheme == "https":
        return True
    if scope.headers.get("x-forwarded-proto") != "https":
        return False
    address = ip_address(scope.client.rpartition(":")[0].strip("[]"))
    known = getattr(address, "ipv4_mapped", None) or address
    return any(known in network for network in settings.TRUSTED_PROXIES)
