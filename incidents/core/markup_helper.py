"""One kept process that turns Markdown into HTML under a wall clock.

A text that fools the parser may burn a process, never a server: on time-out the process is
killed and the next text gets a new one. It is started by exec, never by a bare fork, because the
servers that call it are threaded.
"""

import atexit
import os
import selectors
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Final

CHILD: Final = Path(__file__).with_name("markup_child.py")
# As the child says them; to ask it for them would load the parser into every server, too.
READY: Final = b"R"
FINE: Final = b"F"
START_SECONDS: Final = 20.0
QUEUE_SECONDS: Final = 15.0


class TookTooLong(Exception):
    """The text used up its time."""


class Stumbled(Exception):
    """The parser, or the process around it, broke over the text."""


class Helper:
    """The process and its pipes; used by one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def render(self, text: str, seconds: float) -> str:
        if not self._lock.acquire(timeout=QUEUE_SECONDS):
            raise TookTooLong
        try:
            return self._ask(text, seconds)
        finally:
            self._lock.release()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def forget(self) -> None:
        """In a forked copy: the pipes belong to the parent, so leave them alone."""
        self._lock = threading.Lock()
        self._process = None

    def _ask(self, text: str, seconds: float) -> str:
        try:
            process = self._running()
            _send(_pipe(process.stdin), text)
            verdict, html = _receive(_pipe(process.stdout), time.monotonic() + seconds)
        except (TookTooLong, Stumbled):
            self.stop()
            raise
        if verdict != FINE:
            raise Stumbled
        return html

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = _start()
            verdict, _ = _receive(_pipe(self._process.stdout), time.monotonic() + START_SECONDS)
            if verdict != READY:
                raise Stumbled
        return self._process


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-P", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise Stumbled
    return stream


def _send(pipe: IO[bytes], text: str) -> None:
    body = text.encode()
    try:
        # Larger than a pipe holds: write in turns, since an unbuffered write may be partial.
        rest = memoryview(len(body).to_bytes(4) + body)
        while rest:
            rest = rest[pipe.write(rest) :]
    except OSError as broken:
        raise Stumbled from broken


def _receive(pipe: IO[bytes], deadline: float) -> tuple[bytes, str]:
    head = _read(pipe, 5, deadline)
    body = _read(pipe, int.from_bytes(head[1:]), deadline)
    return head[:1], body.decode()


def _read(pipe: IO[bytes], size: int, deadline: float) -> bytes:
    parts = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while len(parts) < size:
            if not selector.select(max(deadline - time.monotonic(), 0)):
                raise TookTooLong
            chunk = os.read(pipe.fileno(), size - len(parts))
            if not chunk:
                raise Stumbled
            parts += chunk
    return bytes(parts)


HELPER: Final = Helper()
atexit.register(HELPER.stop)
os.register_at_fork(after_in_child=HELPER.forget)
