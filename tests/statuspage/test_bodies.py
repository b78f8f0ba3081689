"""Slow senders hold up no reader."""

from collections.abc import Callable
from io import BytesIO
from threading import Event, Thread
from typing import Any

from statuspage.bodies import LARGEST, Bodies


class Dripping(BytesIO):
    """A body that does not come before it is let."""

    def __init__(self) -> None:
        super().__init__(b"text=Hello")
        self.waited_for, self.come = Event(), Event()

    def read(self, size: int | None = -1) -> bytes:
        self.waited_for.set()
        assert self.come.wait(10)
        return super().read(size)


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def asked(door: Bodies, body: BytesIO, length: str = "10") -> tuple[str, bytes]:
    """Send `body`, and return status and answer."""
    statuses: list[str] = []
    environ = {"CONTENT_LENGTH": length, "wsgi.input": body}
    answer = door(environ, lambda status, _headers: statuses.append(status))
    return statuses[0], b"".join(answer)


def test_a_body_is_read_whole_and_handed_on() -> None:
    assert asked(Bodies(echo), BytesIO(b"text=Hello, and more")) == ("200 OK", b"text=Hello")


def test_slow_senders_leave_threads_to_readers() -> None:
    door, slow = Bodies(echo, at_once=2), [Dripping(), Dripping()]
    threads = [Thread(target=asked, args=(door, body)) for body in slow]
    for thread, body in zip(threads, slow, strict=True):
        thread.start()
        assert body.waited_for.wait(10)
    assert asked(door, BytesIO(b"text=Hello"))[0] == "503 Service Unavailable"
    assert asked(door, BytesIO(), length="")[0] == "200 OK"
    for thread, body in zip(threads, slow, strict=True):
        body.come.set()
        thread.join(10)
    assert asked(door, BytesIO(b"text=Hello"))[0] == "200 OK"


def test_what_is_refused_for_its_size_is_not_waited_for() -> None:
    for length in (str(LARGEST + 1), "9" * 5000, "-1", "ten"):
        assert asked(Bodies(echo, at_once=1), BytesIO(b"unread"), length)[1] == b"unread"
