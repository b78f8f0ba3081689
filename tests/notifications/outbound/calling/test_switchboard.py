"""Many calls at once: none in the way of another, none without an end, none to the wrong place."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from ipaddress import ip_network
from time import monotonic, sleep
from traceback import walk_tb

import pytest

from notifications.outbound.calling import hosts, moments, queues
from notifications.outbound.calling.calls import Call
from notifications.outbound.calling.switchboard import Done, Switchboard
from notifications.outbound.door import READ_LIMIT, Door
from notifications.outbound.results import (
    Answer,
    Crowded,
    OutboundError,
    Refused,
    Result,
    TooSlow,
    Unreachable,
)
from tests.sinks.http import DROP, HttpSink, Reply

DOOR = Door((ip_network("127.0.0.0/8"),))


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What hung in one test is forgotten in the next."""
    yield
    hosts._hung.clear()


def call(url: str, key: int = 1, body: bytes = b"{}") -> Call:
    return Call(key, url, ["Content-Type: application/json"], body)


def rounds(calls: Iterable[Call], door: Door = DOOR) -> list[Done]:
    return [done for each in Switchboard(door).run(calls) for done in each]


def one(url: str, door: Door = DOOR) -> Result:
    (done,) = rounds([call(url)], door)
    return done.result


def test_every_call_is_answered_once_over_two_kept_lines() -> None:
    with HttpSink() as sink:
        found = rounds(call(f"{sink.url}/{number}", number) for number in range(50))
    assert sorted(done.key for done in found) == list(range(50))
    assert {done.result.status for done in found if isinstance(done.result, Answer)} == {204}
    assert sink.connections <= 2
    assert len(sink.entries) == 50


def test_what_is_sent_is_what_was_asked_for() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(429, {"retry-after": "7"}, b"thanks")
        answer = one(f"{sink.url}/caf\u00e9?a=b")
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body, answer.headers["Retry-After"]) == (429, b"thanks", "7")
    (entry,) = sink.entries
    assert (entry["method"], entry["path"], entry["body"]) == ("POST", "/caf%C3%A9?a=b", "{}")
    assert entry["headers"]["content-type"] == "application/json"
    assert "expect" not in entry["headers"]
    assert "accept-encoding" not in entry["headers"]


def test_one_that_hangs_holds_up_no_other() -> None:
    with HttpSink() as slow, HttpSink() as quick:
        slow.reply = lambda entry: Reply(delay=1.5)
        began = monotonic()
        calls = [call(slow.url, 1), *(call(quick.url, number) for number in range(2, 30))]
        seen: dict[int, float] = {}
        for each in Switchboard(replace(DOOR, seconds=0.8)).run(calls):
            seen |= {done.key: monotonic() - began for done in each}
    assert max(seconds for key, seconds in seen.items() if key != 1) < 0.6
    assert 0.7 < seen[1] < 1.4


def test_whoever_hung_last_time_is_called_in_the_slow_lane() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(delay=0.6)
        assert isinstance(one(sink.url, replace(DOOR, seconds=0.2)), TooSlow)
        host = hosts.Host(hosts.Place.of(sink.url))
        assert host.is_slow
        assert isinstance(one(sink.url), Answer)
        assert not host.is_slow


def test_what_waits_behind_one_that_hangs_is_tried_again_later() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(delay=1)
        found = rounds((call(sink.url, key) for key in range(20)), replace(DOOR, seconds=0.3))
    assert len(found) == 20
    tried = [done for done in found if isinstance(done.result, TooSlow)]
    waiting = [done for done in found if isinstance(done.result, Crowded)]
    assert len(tried) == 2
    assert len(waiting) == 18
    assert len(sink.entries) <= 4


def test_nothing_further_is_sent_before_a_round_is_known() -> None:
    with HttpSink() as sink:
        board = Switchboard(DOOR, lines=1).run(call(sink.url, key) for key in range(5))
        for number, _round in enumerate(board, 1):
            assert len(sink.entries) == number


def test_few_are_in_flight_while_answers_are_quick() -> None:
    with ExitStack() as stack:
        sinks = [stack.enter_context(HttpSink()) for _ in range(20)]
        for sink in sinks:
            sink.reply = lambda entry: Reply(delay=0.01)
        board = Switchboard(DOOR)
        most = 0
        for _round in board.run(call(sink.url, key) for key, sink in enumerate(sinks * 3)):
            most = max(most, len(board._panel.busy))
    assert most <= moments.MOST


def test_a_connection_without_a_listener_and_a_lost_answer_differ() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(DROP)
        lost = one(sink.url)
    closed = one(sink.url)
    assert isinstance(lost, OutboundError)
    assert isinstance(closed, Unreachable)
    assert (lost.reached, closed.reached) == (True, False)


def test_the_next_address_of_a_host_is_tried_when_one_is_not_there() -> None:
    with HttpSink() as sink:
        door = replace(DOOR, resolver=lambda host, port: ["127.0.0.77", "127.0.0.1"])
        assert isinstance(one(f"http://two.example.com:{sink.port}/", door), Answer)


def test_a_hundred_megabytes_are_read_up_to_the_limit() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(200, {}, b"x" * 5_000_000)
        answer = one(sink.url)
    assert isinstance(answer, Answer)
    assert len(answer.body) == READ_LIMIT


def test_a_compressed_answer_stays_compressed() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b" + b"0" * 99)
        answer = one(sink.url)
    assert isinstance(answer, Answer)
    assert answer.body.startswith(b"\x1f\x8b")


def test_a_body_that_drips_does_not_outlast_the_wall_clock() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(200, {}, b"drip" * 25, pieces=100)
        began = monotonic()
        answer = one(sink.url, replace(DOOR, seconds=0.7))
    assert monotonic() - began < 1.5
    assert isinstance(answer, Answer)
    assert 0 < len(answer.body) < 100


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with HttpSink() as sink, HttpSink() as canary:
        sink.reply = lambda entry: Reply(302, {"Location": canary.url})
        answer = one(sink.url)
    assert isinstance(answer, Answer)
    assert (answer.status, canary.connections) == (302, 0)


def test_a_slow_name_server_costs_its_own_host_only() -> None:
    def slow(host: str, port: int) -> list[str]:
        if host.startswith("slow"):
            sleep(1)
        return ["127.0.0.1"]

    with HttpSink() as sink:
        door = replace(DOOR, resolver=slow)
        calls = [call(f"http://{name}.example.com:{sink.port}/") for name in ("slow", "quick")]
        board = Switchboard(door).run(calls)
        began = monotonic()
        next(board)
        assert monotonic() - began < 0.8
        board.close()


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with HttpSink() as proxy, HttpSink() as sink:
        for name in ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert isinstance(one(sink.url), Answer)
    assert proxy.connections == 0


@pytest.mark.parametrize(
    "url",
    ["", "nothing", "ftp://example.com/", "http://[::1", "http://", "http://a\\b/", "http://a:x/"],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert isinstance(one(url), Refused)


def test_an_odd_port_is_refused_off_the_opened_networks() -> None:
    door = Door(resolver=lambda host, port: ["93.184.215.14"])
    refused = one("http://example.com:22/", door)
    assert isinstance(refused, Refused)
    assert "80 and 443" in str(refused)


def test_whoever_stops_listening_leaves_no_connection_behind() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(delay=0.5)
        board = Switchboard(DOOR).run(call(sink.url, key) for key in range(9))
        sink.reply = lambda entry: Reply()
        next(board)
        board.close()


def test_time_in_which_nobody_looked_is_held_against_no_call() -> None:
    with HttpSink() as quick, HttpSink() as slow:
        slow.reply = lambda entry: Reply(delay=1.4)
        board = Switchboard(replace(DOOR, seconds=0.9)).run([call(quick.url, 1), call(slow.url, 2)])
        next(board)
        sleep(1)
        rest = [done for each in board for done in each]
    assert [(done.key, type(done.result)) for done in rest] == [(2, Answer)]


def test_names_that_nobody_answers_for_leave_the_others_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolver(host: str, port: int) -> list[str]:
        if host.startswith("dead"):
            sleep(0.7)
            raise OSError("no answer")
        return ["127.0.0.1"]

    monkeypatch.setattr(hosts, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(queues, "LOOKUPS", 2)
    with HttpSink() as sink, ThreadPoolExecutor(2) as pool:
        monkeypatch.setattr(hosts, "_lookups", pool)
        names = ["dead1", "dead2", "dead3", "well1", "well2"]
        calls = [call(f"http://{name}.example.com:{sink.port}/") for name in names]
        found = rounds(calls, replace(DOOR, resolver=resolver))
    results = [type(done.result) for done in found]
    assert (results.count(Unreachable), results.count(Answer)) == (3, 2)


def test_only_a_few_of_many_addresses_are_tried() -> None:
    many = [f"127.0.0.{number}" for number in range(30, 60)]
    with HttpSink() as sink:
        door = replace(DOOR, resolver=lambda host, port: [*many, "127.0.0.1"])
        found = one(f"http://many.example.com:{sink.port}/", door)
    assert isinstance(found, Unreachable)


def test_what_is_known_of_a_host_weighs_the_same_however_often_it_is_said() -> None:
    door = replace(DOOR, resolver=lambda host, port: ["10.0.0.1"])
    found = rounds([call("http://ten.example.com/", key) for key in range(50)], door)
    (problem,) = {done.result for done in found}
    assert isinstance(problem, Refused)
    assert len(list(walk_tb(problem.__traceback__))) < 10
