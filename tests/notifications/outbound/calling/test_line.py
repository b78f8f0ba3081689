"""Connections: kept while they are good, called anew when they are not, and proved over TLS."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from time import monotonic, sleep

import pytest

from notifications.outbound.calling.calls import Call
from notifications.outbound.calling.switchboard import Switchboard
from notifications.outbound.door import Door
from notifications.outbound.results import Answer, OutboundError, Refused, Result, Unreachable
from tests.sinks.certificates import Authority
from tests.sinks.http import HttpSink
from tests.sinks.scripted import HANG_UP, ScriptedSink

DOOR = Door((ip_network("127.0.0.0/8"),))
WELL = b"HTTP/1.1 204 No Content\r\n\r\n"
LAST = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def results(url: str, count: int = 1, door: Door = DOOR, *, lines: int = 1) -> list[Result]:
    """Of so many calls, one after the other."""
    calls = (Call(number, url, [], b"{}") for number in range(count))
    board = Switchboard(door, lines=lines).run(calls)
    return [done.result for each in board for done in each]


def statuses(found: list[Result]) -> list[int]:
    return [each.status if isinstance(each, Answer) else 0 for each in found]


def test_one_connection_carries_calls_as_long_as_it_is_kept() -> None:
    with ScriptedSink([WELL, WELL, LAST], [WELL] * 9) as sink:
        assert statuses(results(sink.url, 5)) == [204] * 5
    assert sink.connections == 2


def test_a_kept_connection_that_is_closed_meanwhile_costs_no_call() -> None:
    with ScriptedSink([WELL, HANG_UP]) as sink:
        assert statuses(results(sink.url, 4)) == [204] * 4
    # Each but the first was read twice: over the line that was closed, and over a new one.
    assert len(sink.entries) == 7


def test_whoever_hangs_up_on_a_new_connection_has_perhaps_read_the_call() -> None:
    with ScriptedSink([HANG_UP]) as sink:
        (lost,) = results(sink.url)
    assert isinstance(lost, OutboundError)
    assert lost.reached
    assert sink.connections == 1


def test_what_is_no_answer_is_told_as_such() -> None:
    with ScriptedSink([b"220 mail.example.com ESMTP\r\n"]) as sink:
        (odd,) = results(sink.url)
    assert isinstance(odd, OutboundError)
    assert "without an answer" in odd.words


def test_what_was_not_asked_for_is_nobody_else_s_answer() -> None:
    with ScriptedSink([WELL + b"HTTP/1.1 500 Smuggled\r\n\r\n", WELL], [WELL]) as sink:
        assert statuses(results(sink.url, 2)) == [204, 204]
    assert sink.connections == 2


def test_the_longest_idle_connection_makes_room_for_a_new_one() -> None:
    with HttpSink() as first, HttpSink() as second, HttpSink() as third:
        board = Switchboard(DOOR, slots=2, lines=1)
        urls = [first.url, second.url, third.url]
        calls = [Call(key, url, [], b"{}") for key, url in enumerate(urls)]
        for _round in board.run(calls):
            assert len(board._panel.busy) + board._panel._kept <= 2


@pytest.mark.parametrize("url", ["http://{}/a b", "http://{}/\u20ac b"])
def test_an_address_that_cannot_be_written_is_refused(url: str) -> None:
    with HttpSink() as sink:
        (found,) = results(url.format(f"127.0.0.1:{sink.port}"))
    assert isinstance(found, Answer if "\u20ac" in url else Refused)


def test_an_address_without_a_path_asks_for_the_root() -> None:
    with HttpSink() as sink:
        results(f"http://127.0.0.1:{sink.port}?to=us#part")
    (entry,) = sink.entries
    assert entry["path"] == "/?to=us"
    assert entry["headers"]["host"] == f"127.0.0.1:{sink.port}"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_call_over_tls_arrives_where_its_certificate_is_believed(authority: Authority) -> None:
    with ScriptedSink([WELL] * 3, tls=authority.server()) as sink:
        trusting = replace(DOOR, authorities=str(authority.path))
        assert statuses(results(sink.url, 3, trusting)) == [204] * 3
    assert sink.connections == 1


def test_a_call_over_tls_is_not_sent_to_whom_nobody_vouches_for(authority: Authority) -> None:
    with ScriptedSink([WELL], tls=authority.server()) as sink:
        (found,) = results(sink.url)
    assert isinstance(found, Unreachable)
    assert "certificate verify failed" in found.words
    assert not sink.entries


def test_a_certificate_of_another_name_is_not_believed(authority: Authority) -> None:
    with ScriptedSink([WELL], tls=authority.server("127.0.0.9")) as sink:
        (found,) = results(sink.url, door=replace(DOOR, authorities=str(authority.path)))
    assert isinstance(found, Unreachable)
    assert not sink.entries


def test_the_name_is_proved_and_not_the_address_it_has_today(authority: Authority) -> None:
    door = replace(DOOR, authorities=str(authority.path), resolver=lambda *_: ["127.0.0.1"])
    with ScriptedSink([WELL], tls=authority.server("hooks.example.com")) as sink:
        (found,) = results(f"https://hooks.example.com:{sink.port}/", door=door)
    assert statuses([found]) == [204]


def test_greetings_without_an_end_hold_up_no_other_call() -> None:
    hello = b"\x16\x03\x03\x00\x04\x00\x00\x00\x00" * 7000
    with ScriptedSink([hello]) as noisy, HttpSink() as well:
        noisy.is_endless = True
        calls = [Call(1, f"https://127.0.0.1:{noisy.port}/", [], b""), Call(2, well.url, [], b"")]
        found: dict[int, tuple[type, float]] = {}
        began = monotonic()
        for each in Switchboard(replace(DOOR, seconds=0.8)).run(calls):
            found |= {done.key: (type(done.result), monotonic() - began) for done in each}
    assert found[2][0] is Answer
    assert found[2][1] < 0.6
    assert found[1][0] is Unreachable
    assert found[1][1] < 2


def test_a_call_is_repeated_once_and_no_more() -> None:
    def calls(url: str) -> Iterator[Call]:
        yield Call(1, url, [], b"first")
        yield Call(2, url, [], b"second")
        sleep(0.2)  # so that both lines are kept when the third call goes out
        yield Call(3, url, [], b"third")

    with ScriptedSink([WELL, HANG_UP]) as sink:
        board = Switchboard(DOOR, lines=2).run(calls(sink.url))
        found = {done.key: done.result for each in board for done in each}
    assert statuses([found[1], found[2], found[3]]) == [204, 204, 0]
    assert sum(entry["asked"].endswith("third") for entry in sink.entries) == 2


def test_what_was_said_while_a_line_was_idle_is_nobody_s_answer() -> None:
    with ScriptedSink([WELL], [WELL]) as sink:
        sink.parting = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"
        found = []
        for each in Switchboard(DOOR, lines=1).run(
            Call(key, sink.url, [], b"{}") for key in (1, 2)
        ):
            found += [done.result for done in each]
            sleep(0.3)
    assert statuses(found) == [204, 204]


def test_a_header_cannot_bring_another_one_along() -> None:
    with HttpSink() as sink:
        (found,) = Switchboard(DOOR).run([Call(1, sink.url, ["X-A: b\r\nX-C: d"], b"{}")])
        (well,) = Switchboard(DOOR).run([Call(1, sink.url, [], b"{}")])
    assert isinstance(found[0].result, Refused)
    assert isinstance(well[0].result, Answer)
    assert [entry["body"] for entry in sink.entries] == ["{}"]


def test_a_request_is_written_as_it_should_be() -> None:
    lines = Call(1, "http://example.com/a?b#c", ["X-A: b"], b"{}").request("example.com", "Me")
    head, body = lines.split(b"\r\n\r\n")
    assert body == b"{}"
    assert head.split(b"\r\n") == [
        b"POST /a?b HTTP/1.1", b"Host: example.com", b"User-Agent: Me", b"Accept: */*",
        b"Content-Length: 2", b"X-A: b",
    ]  # fmt: skip
