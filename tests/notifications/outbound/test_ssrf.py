"""Whatever a webhook's address is made to look like, nothing behind our walls is connected to.

A canary listens on loopback and counts who connects, not what is asked. Both ways out are tried:
the one for libraries and the one for many calls at once.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from notifications.outbound import endpoints
from notifications.outbound.calling.calls import Call
from notifications.outbound.calling.switchboard import Switchboard
from notifications.outbound.door import Door
from notifications.outbound.resolving import vetted
from notifications.outbound.results import Answer, OutboundError
from tests.notifications import attacks
from tests.sinks.http import HttpSink, Reply

type Way = Callable[[Door, str], Answer | OutboundError]


def by_requests(door: Door, url: str) -> Answer | OutboundError:
    """The way of libraries."""
    try:
        return door.post(url, b"{}", {})
    except OutboundError as refused:
        return refused


def by_line(door: Door, url: str) -> Answer | OutboundError:
    """The way of many calls at once."""
    ((done,),) = Switchboard(door).run([Call(1, url, [], b"{}")])
    return done.result


def leading_on(status: int, to: str, _entry: dict[str, Any]) -> Reply:
    """A redirect."""
    return Reply(status, {"Location": to})


@pytest.fixture(scope="module")
def canary() -> Iterator[HttpSink]:
    """Somebody on loopback whom nobody may reach."""
    with HttpSink() as sink:
        yield sink


@pytest.fixture(params=[by_requests, by_line])
def way(request: pytest.FixtureRequest) -> Way:
    """Each way out."""
    chosen: Way = request.param
    return chosen


def test_the_corpus_is_large_enough() -> None:
    assert len(set(attacks.urls(80))) >= 150


def test_no_form_of_address_reaches_the_canary(canary: HttpSink, way: Way) -> None:
    door = Door(resolver=attacks.resolver, seconds=2)
    for port in (80, canary.port):
        for url in attacks.urls(port):
            answer = way(door, url)
            assert isinstance(answer, OutboundError), url
            assert not answer.reached, url
    assert canary.connections == 0


def test_no_form_of_address_can_be_typed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "vetted", partial(vetted, resolver=attacks.resolver))
    for url in attacks.urls(80):
        with pytest.raises(ValidationError):
            endpoints.validate_url(url, allow=())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_to_the_canary(canary: HttpSink, way: Way, status: int) -> None:
    with HttpSink(host=attacks.OUTSIDE) as outside:
        door = Door(allow=attacks.OPEN)
        for url in attacks.urls(canary.port)[:20]:
            outside.reply = partial(leading_on, status, url)
            answer = way(door, outside.url)
            assert isinstance(answer, Answer)
            assert answer.status == status
    assert canary.connections == 0


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0"])
def test_a_name_that_turns_inward_leads_nowhere(canary: HttpSink, way: Way, inside: str) -> None:
    turns = count()

    def turning(_host: str, _port: int) -> list[str]:
        return [attacks.OUTSIDE] if next(turns) % 2 == 0 else [inside]

    door = Door(allow=attacks.OPEN, resolver=turning, seconds=0.2)
    for _ in range(20):
        assert isinstance(way(door, f"http://turning.example.com:{canary.port}/"), OutboundError)
    assert canary.connections == 0


@pytest.mark.parametrize(
    "answers",
    [
        ["93.184.215.14", "127.0.0.1"],
        ["127.0.0.1", "93.184.215.14"],
        ["2606:4700:4700::1111", "127.0.0.1"],
        ["93.184.215.14", "::1"],
        ["93.184.215.14", "::ffff:127.0.0.1"],
        ["93.184.215.14", "64:ff9b::7f00:1"],
    ],
)
def test_one_bad_answer_among_good_ones_refuses_all(
    canary: HttpSink, way: Way, answers: list[str]
) -> None:
    door = Door(resolver=lambda host, port: answers)
    refused = way(door, f"http://mixed.example.com:{canary.port}/")
    assert isinstance(refused, OutboundError)
    assert not refused.reached
    assert canary.connections == 0
