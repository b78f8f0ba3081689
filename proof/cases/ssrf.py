"""No address, however it is written, and no name that turns inward, leads behind our walls."""

from itertools import count

from notifications.outbound.calling.calls import Call
from notifications.outbound.calling.switchboard import Switchboard
from notifications.outbound.door import Door
from notifications.outbound.results import Answer, OutboundError
from proof.verdict import Verdict
from tests.notifications import attacks
from tests.sinks.http import HttpSink

TRIES = 1000


def prove(verdict: Verdict) -> None:
    """Every form over both ways out, then a name server that changes its mind."""
    tries = verdict.count or TRIES
    with HttpSink() as canary:
        urls = [url for port in (80, canary.port) for url in attacks.urls(port)]
        door = Door(resolver=attacks.resolver, seconds=2)
        for url in urls:
            verdict.expect(
                isinstance(_by_requests(door, url), OutboundError), f"{url!r} was let by"
            )
        answers = _by_curl(door, urls)
        verdict.expect(not any(isinstance(each, Answer) for each in answers), "one was let by")
        verdict.expect(not any(each.reached for each in answers if isinstance(each, OutboundError)),
                       "one was connected to")  # fmt: skip
        _turning(verdict, canary, tries)
        verdict.expect(canary.connections == 0, f"the canary saw {canary.connections} connections")
    verdict.measured(f"{len(set(attacks.urls(80)))} forms of address on two ports, over both ways")
    verdict.measured(f"{2 * tries:,} tries with a name that turns inward")
    verdict.measured("0 connections at the canary")


def _turning(verdict: Verdict, canary: HttpSink, tries: int) -> None:
    """Public when it is looked at, loopback when it is asked again; v4 and v6 in turns."""
    inside = ("127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1")
    turns = count()

    def turning(_host: str, _port: int) -> list[str]:
        number = next(turns)
        return [attacks.OUTSIDE] if number % 2 == 0 else [inside[number // 2 % len(inside)]]

    door = Door(allow=attacks.OPEN, resolver=turning, seconds=0.5)
    for _ in range(tries):
        url = f"http://turning.example.com:{canary.port}/"
        verdict.expect(isinstance(_by_requests(door, url), OutboundError), "a turn was let by")
        (answer,) = _by_curl(door, [url])
        verdict.expect(isinstance(answer, OutboundError), "a turn was let by")


def _by_requests(door: Door, url: str) -> Answer | OutboundError:
    try:
        return door.post(url, b"{}", {})
    except OutboundError as refused:
        return refused


def _by_curl(door: Door, urls: list[str]) -> list[Answer | OutboundError]:
    calls = (Call(number, url, [], b"{}") for number, url in enumerate(urls))
    return [done.result for each in Switchboard(door).run(calls) for done in each]
