"""Django behind the door: whole bodies, honest headers, bounded waiting."""

import ast
import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Event, current_thread
from typing import Any

import pytest

from publishing.published.courtesy import Courtesy
from statuspage.door import bridge
from statuspage.door.bridge import LARGEST, Answer, Bridge
from statuspage.door.crowd import Crowd
from tests.statuspage.door.fakes import Proto, Scope

type Start = Callable[..., Any]


def mirror(environ: dict[str, Any], start_response: Start) -> list[bytes]:
    """Say what came in."""
    start_response("200 OK", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    said = {key: value for key, value in environ.items() if isinstance(value, str)}
    return [f"{said}\n".encode(), environ["wsgi.input"].read()]


def ask(door: Bridge, scope: Scope, *parts: bytes) -> Answer:
    return asyncio.run(door.answer(scope, Proto(list(parts))))


@pytest.fixture
def door() -> Iterator[Bridge]:
    made = Bridge(mirror, threads=2, waiting=1)
    yield made
    made.close()


def test_a_body_in_parts_arrives_whole_with_its_length(door: Bridge) -> None:
    chunked = Scope("POST", "/x", ("transfer-encoding", "chunked"))
    answer = ask(door, chunked, b"text=", b"Hello")
    assert answer.body.endswith(b"\ntext=Hello")
    assert b"'CONTENT_LENGTH': '10'" in answer.body


def test_repeated_headers_are_joined_and_cookies_both_go_out(door: Bridge) -> None:
    answer = ask(
        door, Scope("GET", "/", ("x-a", "1"), ("X-A", "2"), ("cookie", "c"), ("cookie", "d"))
    )
    assert b"'HTTP_X_A': '1,2'" in answer.body
    assert b"'HTTP_COOKIE': 'c; d'" in answer.body
    assert answer.headers == [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]


def test_a_header_with_a_low_line_cannot_pass_for_another(door: Bridge) -> None:
    answer = ask(door, Scope("GET", "/", ("x_forwarded_for", "10.0.0.1"), ("content_length", "9")))
    assert b"10.0.0.1" not in answer.body
    assert b"'CONTENT_LENGTH': '0'" in answer.body


def test_the_reader_and_the_host_are_who_they_are(door: Bridge) -> None:
    scope = Scope("GET", "/a b/é?q=%20", client="[::1]:5000")
    scope.authority = "status.example.com"
    answer = ask(door, scope)
    assert b"'REMOTE_ADDR': '::1'" in answer.body
    assert b"'HTTP_HOST': 'status.example.com'" in answer.body
    assert b"'QUERY_STRING': 'q=%20'" in answer.body
    assert "/a b/Ã©".encode() in answer.body


def test_a_query_in_raw_characters_arrives_as_its_bytes(door: Bridge) -> None:
    answer = ask(door, Scope("GET", "/search/?q=日本"))
    (said,) = re.findall("'QUERY_STRING': ('[^']*')", answer.body.decode())
    assert ast.literal_eval(said) == "q=日本".encode().decode("latin-1")


@pytest.mark.parametrize("length", [str(LARGEST + 1), "9" * 50, "-1", "ten"])
def test_what_is_too_long_is_refused_unread(door: Bridge, length: str) -> None:
    answer = ask(door, Scope("POST", "/", ("content-length", length)), b"unread")
    assert answer.status == 413


def test_what_turns_out_too_long_is_refused_too(door: Bridge) -> None:
    scope = Scope("POST", "/", ("transfer-encoding", "chunked"))
    assert ask(door, scope, *[b"x" * 100_000] * 13).status == 413


def test_half_a_body_is_nobodys_request(door: Bridge) -> None:
    assert ask(door, Scope("POST", "/", ("content-length", "10")), b"text=").status == 400


def test_slow_senders_hold_no_thread_and_are_few(
    door: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "PATIENCE", 0.2)
    monkeypatch.setattr(door, "_ears", 2)

    class Dripping(Proto):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            await asyncio.sleep(30)
            yield b""

    async def crowd() -> list[int]:
        slow = [door.answer(Scope("POST", "/", ("content-length", "9")), Dripping()) for _ in "123"]
        told = asyncio.gather(*slow)
        await asyncio.sleep(0.05)
        assert (await door.answer(Scope("GET", "/"), Proto())).status == 200
        return [answer.status for answer in await told]

    assert asyncio.run(crowd()) == [408, 408, 503]
    assert ask(door, Scope("POST", "/", ("content-length", "1")), b"x").status == 200


def test_all_bodies_together_hold_little_memory(
    door: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "HOLDING", 250_000)
    go = asyncio.Event()

    class Pausing(Proto):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"x" * 100_000
            await go.wait()

    async def crowd() -> list[int]:
        scope = Scope("POST", "/", ("content-length", "100000"))
        sent = [asyncio.ensure_future(door.answer(scope, Pausing())) for _ in "123"]
        await asyncio.sleep(0.05)
        go.set()
        return [answer.status for answer in await asyncio.gather(*sent)]

    assert asyncio.run(crowd()) == [200, 200, 503]
    assert door._held == 0


def test_beyond_what_can_wait_it_is_said_at_once_when_to_come_again() -> None:
    go = Event()

    def hanging(_environ: dict[str, Any], start_response: Start) -> list[bytes]:
        assert go.wait(10)
        start_response("200 OK", [])
        return [b"late"]

    async def crowd(door: Bridge) -> list[Answer]:
        asked = [asyncio.ensure_future(door.answer(Scope("GET", "/"), Proto())) for _ in range(5)]
        await asyncio.sleep(0.05)
        go.set()
        return await asyncio.gather(*asked)

    door = Bridge(hanging, threads=2, waiting=1)
    answers = asyncio.run(crowd(door))
    door.close()
    assert [each.status for each in answers] == [200, 200, 200, 503, 503]
    assert ("retry-after", "5") in answers[-1].headers


def test_few_compute_at_a_time_however_many_threads_there_are() -> None:
    pairs, running, most = Barrier(2), set[str](), list[int]()

    def computing(_environ: dict[str, Any], start_response: Start) -> list[bytes]:
        running.add(current_thread().name)
        most.append(len(running))
        pairs.wait(10)
        running.discard(current_thread().name)
        start_response("200 OK", [])
        return [b"done"]

    door = Bridge(computing, threads=6, at_work=2, brisk=60)
    assert statuses(door, 6) == [200] * 6
    assert max(most) == 2


def test_whoever_waits_lets_the_next_one_in_up_to_the_last_thread() -> None:
    everybody = Barrier(6)

    def waiting(_environ: dict[str, Any], start_response: Start) -> list[bytes]:
        everybody.wait(10)
        start_response("200 OK", [])
        return [b"done"]

    assert statuses(Bridge(waiting, threads=6, at_work=2, brisk=0), 6) == [200] * 6


@pytest.mark.parametrize(("method", "put_off"), [("GET", [0.03]), ("POST", [])])
def test_while_a_crowd_reads_at_the_door_whoever_asks_for_more_leaves_it_time(
    method: str, put_off: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    now, paused = [1.0], list[float]()
    crowd = Crowd(lambda: now[0])
    crowd.handed_out, now[0] = 5000, 2.0
    crowd.worked(0.01)

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", pause)
    ask(Bridge(mirror, crowd=crowd), Scope(method, "/search/"))
    assert paused == pytest.approx(put_off)


def test_writes_that_wait_hold_up_nothing_that_only_reads() -> None:
    go = Event()

    def application(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            assert go.wait(10)
        start_response("200 OK", [])
        return [b"done"]

    async def crowd(door: Bridge) -> list[int]:
        writes = [
            asyncio.ensure_future(door.answer(Scope("POST", "/subscribe/"), Proto()))
            for _ in range(4)
        ]
        await asyncio.sleep(0.05)
        read = await asyncio.wait_for(door.answer(Scope("GET", "/search/"), Proto()), 5)
        assert not any(each.done() for each in writes)
        go.set()
        return [read.status, *(each.status for each in await asyncio.gather(*writes))]

    door = Bridge(application, threads=2, brisk=0)
    assert asyncio.run(crowd(door)) == [200] * 5
    door.close()


def test_whoever_writes_is_given_way_and_whoever_reads_is_not() -> None:
    noted: list[str] = []

    class Noting(Courtesy):
        @contextmanager
        def writing(self) -> Iterator[None]:
            noted.append("begins")
            yield
            noted.append("ends")

    def application(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        noted.append(environ["REQUEST_METHOD"])
        start_response("200 OK", [])
        return [b"done"]

    door = Bridge(application, courtesy=Noting())
    for method in ("GET", "POST", "HEAD", "DELETE"):
        ask(door, Scope(method, "/"))
    door.close()
    assert noted == ["GET", "begins", "POST", "ends", "HEAD", "begins", "DELETE", "ends"]


def statuses(door: Bridge, count: int) -> list[int]:
    """Ask that often at once, and return what was said."""

    async def asked() -> list[Answer]:
        asks = [door.answer(Scope("GET", "/"), Proto()) for _ in range(count)]
        return await asyncio.gather(*asks)

    said = [answer.status for answer in asyncio.run(asked())]
    door.close()
    return said


def test_the_whole_call_runs_in_one_thread_and_is_closed() -> None:
    seen: list[str] = []

    class Stream:
        def __iter__(self) -> Iterator[bytes]:
            seen.append(current_thread().name)
            yield b"a"
            yield b"b"

        def close(self) -> None:
            seen.append(current_thread().name)

    def streaming(_environ: dict[str, Any], start_response: Start) -> Stream:
        seen.append(current_thread().name)
        start_response("200 OK", [])
        return Stream()

    door = Bridge(streaming)
    assert ask(door, Scope("GET", "/")).body == b"ab"
    door.close()
    assert len(seen) == 3
    assert len(set(seen)) == 1
