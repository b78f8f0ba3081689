"""The door keeps requests on vetted addresses, short and small, whatever a name resolves to."""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest

from notifications.outbound import resolving
from notifications.outbound.door import READ_LIMIT, Door, rebased
from notifications.outbound.results import OutboundError, Refused, TooSlow, Unreachable
from tests.sinks.certificates import Authority
from tests.sinks.http import DROP, HttpSink, Reply

LOOPBACK = (ip_network("127.0.0.0/8"),)


def here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.1",
        "[::ffff:127.0.0.1]",
        "localhost",
        "127.0.0.1.",
    ],
)
def test_the_canary_on_loopback_sees_no_connection(host: str) -> None:
    with HttpSink() as canary:
        with pytest.raises(Refused):
            Door().post(f"http://{host}:{canary.port}/", b"{}", {})
    assert canary.connections == 0


def test_a_name_that_turns_private_after_the_form_is_not_connected_to() -> None:
    with HttpSink() as canary:
        answers = iter([["93.184.215.14", "127.0.0.1"], ["127.0.0.1"]])
        door = Door(resolver=lambda host, port: next(answers))
        for _ in range(2):
            with pytest.raises(Refused):
                door.post(f"http://rebind.example.com:{canary.port}/", b"{}", {})
    assert canary.connections == 0


def test_the_resolver_is_asked_once_and_its_answer_is_what_we_connect_to() -> None:
    asked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with HttpSink() as sink:
        answer = Door(LOOPBACK, once).post(f"http://hooks.example.com:{sink.port}/a", b"{}", {})
    assert (answer.status, asked) == (204, ["hooks.example.com"])
    assert sink.entries[0]["headers"]["host"] == f"hooks.example.com:{sink.port}"


def test_names_that_are_not_found_out_in_time_are_given_up_and_hold_up_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on, asked = Event(), []

    def resolver(host: str, _port: int) -> list[str]:
        asked.append(host)
        go_on.wait(5)
        return ["127.0.0.1"]

    with ThreadPoolExecutor(1) as one:
        monkeypatch.setattr(resolving, "_lookups", one)
        for host in ("slow.example.com", "second.example.com"):
            with pytest.raises(OSError, match=r"not resolved within 0\.1 s"):
                resolving.vetted(host, 443, allow=LOOPBACK, timeout=0.1, resolver=resolver)
        go_on.set()
        found = resolving.vetted("127.0.0.1", 443, allow=LOOPBACK, timeout=5, resolver=resolver)
    assert found == ["127.0.0.1"]
    assert asked == ["slow.example.com", "127.0.0.1"]


def test_who_is_too_slow_is_told_how_long_was_waited() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(200, delay=2)
        with pytest.raises(TooSlow, match=r"no answer within 0\.2 s"):
            Door(LOOPBACK, seconds=0.2).post(sink.url, b"{}", {})


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with HttpSink() as sink, HttpSink() as canary:
        sink.reply = lambda entry: Reply(302, {"Location": canary.url})
        answer = Door(LOOPBACK).post(sink.url, b"{}", {})
        session = Door(LOOPBACK).session()
        assert session.get(sink.url).status_code == 302
    assert (answer.status, canary.connections) == (302, 0)


def test_a_hundred_megabytes_are_read_up_to_the_limit() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(200, {}, b"x" * 5_000_000)
        answer = Door(LOOPBACK).post(sink.url, b"{}", {})
    assert len(answer.body) == READ_LIMIT


def test_an_endpoint_that_hangs_costs_the_wall_clock_and_no_more() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(delay=5)
        began = monotonic()
        with pytest.raises(TooSlow) as slow:
            Door(LOOPBACK, seconds=0.5).post(sink.url, b"{}", {})
    assert monotonic() - began < 1.5
    assert slow.value.reached


def test_a_body_that_drips_does_not_outlast_the_wall_clock() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(200, {}, b"drip" * 25, pieces=100)
        began = monotonic()
        answer = Door(LOOPBACK, seconds=0.7).post(sink.url, b"{}", {})
    assert monotonic() - began < 1.5
    assert (answer.status, 0 < len(answer.body) < 100) == (200, True)


def test_a_closed_port_was_not_reached_and_a_lost_answer_was() -> None:
    with HttpSink() as sink:
        sink.reply = lambda entry: Reply(DROP)
        with pytest.raises(OutboundError) as lost:
            Door(LOOPBACK).post(sink.url, b"{}", {})
    with pytest.raises(Unreachable) as closed:
        Door(LOOPBACK).post(sink.url, b"{}", {})
    assert (lost.value.reached, closed.value.reached) == (True, False)


@pytest.mark.parametrize("url", ["", "nothing", "ftp://example.com/", "http://[::1", "http://"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        Door().post(url, b"{}", {})


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with HttpSink() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with pytest.raises(Refused):
            Door(resolver=here).post("http://hooks.example.com/", b"{}", {})
    assert proxy.connections == 0


def test_an_odd_port_is_refused_off_the_opened_networks() -> None:
    with pytest.raises(Refused, match="80 and 443"):
        Door(resolver=lambda host, port: ["93.184.215.14"]).post("http://example.com:22/", b"", {})


def test_a_slow_name_server_does_not_outlast_the_wall_clock() -> None:
    def slow(host: str, port: int) -> list[str]:
        sleep(1.5)
        return ["127.0.0.1"]

    began = monotonic()
    with pytest.raises(Unreachable):
        Door(LOOPBACK, slow, seconds=0.3).post("http://hooks.example.com/", b"", {})
    assert monotonic() - began < 1.0


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        (
            "https://api.x.com/2/tweets?a=1",
            "http://127.0.0.1:9/p/",
            "http://127.0.0.1:9/p/2/tweets?a=1",
        ),
        ("https://api.x.com/2/tweets", "", "https://api.x.com/2/tweets"),
    ],
)
def test_a_library_without_a_base_url_is_given_one(url: str, base: str, expected: str) -> None:
    assert rebased(url, base) == expected


def test_a_certificate_of_an_authority_of_ones_own_is_believed(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with HttpSink() as sink:
        sink.server.socket = authority.server().wrap_socket(sink.server.socket, server_side=True)
        door = Door(LOOPBACK, authorities=str(authority.path))
        url = sink.url.replace("http://", "https://")
        assert door.post(url, b"{}", {}).status == 204
        with pytest.raises(OutboundError, match="certificate"):
            Door(LOOPBACK).post(url, b"{}", {})
