"""The one door for outgoing requests: vetted addresses, no redirects, bounded time and size."""

import logging
import socket
import threading
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from time import monotonic
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from notifications.outbound.networks import Network
from notifications.outbound.reasons import reason
from notifications.outbound.resolving import Forbidden, Resolver, resolve, vetted
from notifications.outbound.results import Answer, OutboundError, Refused, TooSlow, Unreachable

# At the level DEBUG it writes whole addresses, and with some of them a token.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

CONNECT_SECONDS = 3.0
WALL_SECONDS = 10.0
READ_LIMIT = 16 * 1024


class Journey:
    """One request's limits: who may be reached, and a wall clock that cuts the socket."""

    def __init__(
        self, allow: tuple[Network, ...], resolver: Resolver, seconds: float = WALL_SECONDS
    ) -> None:
        self.allow, self.resolver = allow, resolver
        self.seconds, self.ends = seconds, monotonic() + seconds
        self.expired = self.connected = False
        self.name = ""
        self.forbidden: Forbidden | None = None
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        self._token = _journey.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        _journey.reset(self._token)
        self._timer.cancel()
        for sock in self._sockets:
            sock.close()

    def connect(self, host: str, port: int) -> socket.socket:
        """A socket to one of the vetted addresses of a host, its peer checked."""
        self.name = host
        try:
            addresses = vetted(
                host, port, allow=self.allow, timeout=self._left(), resolver=self.resolver
            )
        except Forbidden as bad:
            self.forbidden = bad
            raise
        return self._first_answering(addresses, port)

    def _first_answering(self, addresses: list[str], port: int) -> socket.socket:
        problem: OSError = OSError("no address")
        for address in addresses:
            try:
                return self._open(address, port)
            except OSError as failed:
                problem = failed
        raise problem

    def _open(self, address: str, port: int) -> socket.socket:
        sock = socket.create_connection((address, port), timeout=self._left())
        if sock.getpeername()[0] != address:
            sock.close()
            raise Forbidden(f"connected to {sock.getpeername()[0]}, not to {address}")
        # A duplicate, since wrapping in TLS takes the original's descriptor away.
        self._sockets.append(sock.dup())
        self.connected = True
        if self.expired:
            self._cut()
        return sock

    def verdict(self, problem: Exception) -> OutboundError:
        """What the failure means for somebody who must decide whether to try again."""
        if self.forbidden:
            return Refused(str(self.forbidden))
        if not self.connected:
            return Unreachable(reason(problem, self.name))
        # The socket's own limit may run out a moment before the wall clock's thread has its turn.
        if self.expired or monotonic() >= self.ends:
            return TooSlow(f"no answer within {self.seconds:g} s")
        return OutboundError(reason(problem, self.name))

    def _left(self) -> float:
        return max(0.05, min(CONNECT_SECONDS, self.ends - monotonic()))

    def _cut(self) -> None:
        self.expired = True
        for sock in self._sockets:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


_journey: ContextVar[Journey] = ContextVar("journey")


class GuardedHTTPConnection(HTTPConnection):
    """Connects where the journey allows."""

    def _new_conn(self) -> socket.socket:
        return _journey.get().connect(self.host, self.port or self.default_port)


class GuardedHTTPSConnection(HTTPSConnection):
    """The same, with the certificate and SNI of the name, not of the address."""

    def _new_conn(self) -> socket.socket:
        return _journey.get().connect(self.host, self.port or self.default_port)


class GuardedHTTPPool(HTTPConnectionPool):
    """Plain connections through the door."""

    ConnectionCls = GuardedHTTPConnection


class GuardedHTTPSPool(HTTPSConnectionPool):
    """TLS connections through the door."""

    ConnectionCls = GuardedHTTPSConnection


class DoorAdapter(HTTPAdapter):
    """Carries any `requests` session through the door, by another base URL if one is given."""

    def __init__(self, door: "Door", base_url: str = "") -> None:
        self.door, self.base_url = door, base_url
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {
            "http": GuardedHTTPPool,
            "https": GuardedHTTPSPool,
        }

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        request.headers.update({"Accept-Encoding": "identity", "Connection": "close"})
        request.url = rebased(request.url or "", self.base_url)
        with Journey(self.door.allow, self.door.resolver, self.door.seconds) as journey:
            try:
                return _bounded(self._through(request), self.door.limit)
            except (OSError, ValueError) as problem:
                raise journey.verdict(problem) from problem

    def _through(self, request: requests.PreparedRequest) -> requests.Response:
        limits = (CONNECT_SECONDS, self.door.seconds)
        trusted = self.door.authorities or True
        return super().send(request, stream=True, timeout=limits, verify=trusted)


@dataclass(frozen=True)
class Door:
    """Where requests may go. Channels use `Door.of_settings()`; tests pass their own."""

    allow: tuple[Network, ...] = ()
    resolver: Resolver = resolve
    seconds: float = WALL_SECONDS
    limit: int = READ_LIMIT
    agent: str = field(default="Candor/1 (+status page)")
    authorities: str = ""
    """A file of certificates to trust instead of the usual ones."""

    @classmethod
    def of_settings(cls) -> Self:
        """The public internet and what OUTBOUND_ALLOW opens beside it."""
        networks, trusted = tuple(settings.OUTBOUND_ALLOW), settings.OUTBOUND_AUTHORITIES
        return cls(allow=networks, authorities=trusted)

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """One POST; OutboundError when no status came back."""
        return self.call("POST", url, body, headers)

    def get(self, url: str, *, limit: int = READ_LIMIT) -> Answer:
        """One GET of at most `limit` bytes; OutboundError when no status came back."""
        return replace(self, limit=limit).call("GET", url)

    def call(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request; OutboundError when no status came back."""
        try:
            with self.session() as session:
                response = session.request(
                    method, url, data=body, headers=headers, allow_redirects=False,
                    timeout=self.seconds,
                )  # fmt: skip
        except OutboundError:
            raise
        except requests.RequestException as malformed:
            raise Refused(f"{type(malformed).__name__}: {malformed}") from malformed
        return Answer(response.status_code, response.headers, response.content)

    def session(self, base_url: str = "") -> requests.Session:
        """A session for libraries that bring their own client, such as tweepy."""
        session = requests.Session()
        return self.guard(session, base_url)

    def guard(self, session: requests.Session, base_url: str = "") -> requests.Session:
        """Closes every other way out of an existing session."""
        session.trust_env = False
        session.verify = self.authorities or True
        session.adapters.clear()
        session.mount("http://", DoorAdapter(self, base_url))
        session.mount("https://", DoorAdapter(self, base_url))
        session.headers["User-Agent"] = self.agent
        return session


def rebased(url: str, base_url: str) -> str:
    """The URL under another scheme, host and path prefix; unchanged without a base."""
    if not base_url:
        return url
    base, parts = urlsplit(base_url), urlsplit(url)
    path = base.path.rstrip("/") + parts.path
    return urlunsplit((base.scheme, base.netloc, path, parts.query, ""))


def _bounded(response: requests.Response, limit: int) -> requests.Response:
    """The answer with at most `limit` bytes of body, and nowhere else to go."""
    body = bytearray()
    try:
        while len(body) < limit and (piece := response.raw.read1(limit - len(body))):
            body += piece
    except (OSError, HTTPError):
        # The status is known; a body that breaks off or drips changes nothing about it.
        pass
    finally:
        response.raw.close()
    response.headers.pop("Location", None)
    response._content = bytes(body)
    return response
