"""From granian's RSGI to Django's WSGI handler: one at work, bounded waiting, bodies read first.

Bodies are gathered while no thread waits for them, so that slow senders hold up nobody; the whole
call, its iterator included, runs in one thread, since database connections belong to threads. A
thread that computes takes the interpreter from the front door, so that one does at a time, and with
pauses while a crowd reads there; a call that takes long waits for something (a lock, a network),
and no longer holds up the next one.
"""

import asyncio
import io
import sys
from asyncio import Semaphore
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Any, Final, NamedTuple

from publishing.published.courtesy import Courtesy
from statuspage.door.crowd import Crowd

READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# For what reads; as many for what writes.
THREADS: Final = 8
AT_WORK: Final = 1
# Whatever takes longer than this, in seconds, waits for something.
BRISK: Final = 0.1
WAITING: Final = 256
SENDING: Final = 1024
# Of all bodies that are being sent or waiting, in bytes.
HOLDING: Final = 32 * 1024 * 1024
LARGEST: Final = 1_200_000
# For a whole body, in seconds.
PATIENCE: Final = 60.0
type Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
type Headers = list[tuple[str, str]]


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    headers: Headers
    body: bytes


@dataclass
class Started:
    """What the application said before its body."""

    status: int = 500
    headers: Headers = field(default_factory=list)

    def __call__(
        self, status: str, headers: Headers, _trouble: object = None
    ) -> Callable[..., None]:
        self.status, self.headers = int(status[:3]), headers
        return lambda _data: None


class Bridge:
    """Answers by a WSGI application in a pool of threads."""

    def __init__(
        self,
        application: Wsgi,
        *,
        threads: int = THREADS,
        at_work: int = AT_WORK,
        brisk: float = BRISK,
        waiting: int = WAITING,
        courtesy: Courtesy | None = None,
        crowd: Crowd | None = None,
    ) -> None:
        self._application = application
        self._courtesy = courtesy or Courtesy()
        self._crowd = crowd or Crowd()
        self._pool = ThreadPoolExecutor(2 * threads, thread_name_prefix="django")
        # What writes may wait long for whoever else writes: it holds up nothing that only reads.
        self._reading, self._writing = Semaphore(threads), Semaphore(threads)
        self._at_work = Semaphore(at_work)
        self._brisk = brisk
        self._free = threads + waiting
        self._ears = SENDING
        self._held = 0

    async def answer(self, scope: Any, proto: Any) -> Answer:
        """Answer one request; at once where too many wait, or too much is sent."""
        body = bytearray()
        try:
            await self._listen(scope, proto, body)
            return await self._ask(environ_of(scope, bytes(body)))
        except Refused as refused:
            return refused.answer
        finally:
            self._held -= len(body)

    async def _listen(self, scope: Any, proto: Any, body: bytearray) -> None:
        """The whole body, read while no thread waits for it; raises Refused."""
        announced = _announced(scope)
        if announced == 0:
            return
        if self._ears <= 0:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, BUSY, ("retry-after", "5"))
        self._ears -= 1
        try:
            async with asyncio.timeout(PATIENCE):
                await self._gather(proto, body)
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW) from None
        finally:
            self._ears += 1
        if announced is not None and len(body) != announced:
            raise Refused(HTTPStatus.BAD_REQUEST, CUT_OFF)

    async def _gather(self, proto: Any, body: bytearray) -> None:
        """What has come so far counts, and not who is sending: the slow cost next to nothing."""
        async for part in proto:
            body += part
            self._held += len(part)
            if len(body) > LARGEST:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
            if self._held > HOLDING:
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, BUSY, ("retry-after", "5"))

    async def _ask(self, environ: dict[str, Any]) -> Answer:
        """What the application says, once it is this one's turn; raises Refused."""
        if self._free <= 0:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, BUSY, ("retry-after", "5"))
        self._free -= 1
        try:
            reads = environ["REQUEST_METHOD"] in READS
            async with self._reading if reads else self._writing:
                return await self._work(environ, reads=reads)
        finally:
            self._free += 1

    async def _work(self, environ: dict[str, Any], *, reads: bool) -> Answer:
        """Call the application; among those at work for as long as it is brisk."""
        async with self._at_work:
            if reads and (owed := self._crowd.owed()):
                await asyncio.sleep(owed)
            began = monotonic()
            call = asyncio.get_running_loop().run_in_executor(self._pool, self._call, environ)
            if (await asyncio.wait([call], timeout=self._brisk))[0]:
                self._crowd.worked(monotonic() - began)
        return await call

    def close(self) -> None:
        """Let what is being answered come to its end, and take nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _call(self, environ: dict[str, Any]) -> Answer:
        if environ["REQUEST_METHOD"] in READS:
            return self._answer(environ)
        with self._courtesy.writing():
            return self._answer(environ)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        started = Started()
        answer = self._application(environ, started)
        try:
            body = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        return Answer(started.status, started.headers, body)


def environ_of(scope: Any, body: bytes) -> dict[str, Any]:
    """The WSGI surroundings of a request (PEP 3333)."""
    server, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        _add(environ, name, value)
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    return environ


class Refused(Exception):
    """A request that the application is not asked about; `answer` says why, in plain words."""

    def __init__(self, status: HTTPStatus, text: str, *more: tuple[str, str]) -> None:
        super().__init__(text)
        body = f"{text}\n".encode()
        headers = [
            ("content-type", "text/plain; charset=utf-8"),
            ("content-length", str(len(body))),
            ("cache-control", "no-store"),
            *more,
        ]
        self.answer = Answer(status, headers, body)


def _add(environ: dict[str, Any], name: str, value: str) -> None:
    """Note a header; one with a low line could pass for another, so it is nobody's."""
    if "_" in name or name == "content-length":
        return
    key = "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"
    if key in environ:
        joint = "; " if name == "cookie" else ","
        value = f"{environ[key]}{joint}{value}"
    environ[key] = value


def _announced(scope: Any) -> int | None:
    """How long the body is said to be, None where that is left open; Refused if it is too long."""
    text = scope.headers.get("content-length")
    if text is None:
        return None if "transfer-encoding" in scope.headers else 0
    if not text.isdecimal() or len(text) > 12 or int(text) > LARGEST:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    return int(text)


BUSY: Final = "Too many are asking at this moment; please try again in a few seconds."
TOO_LARGE: Final = "This is too large: send at most 1 MB."
CUT_OFF: Final = "What you sent did not arrive whole; please send it again."
TOO_SLOW: Final = "What you sent did not arrive whole within a minute; please send it again."
