"""Other people's pages: read through the one door, and believed only where they make sense."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Component, Event, ImpactWindow, Mirror, Page
from notifications import mirrors
from notifications.outbound.door import Door
from people.actors import Actor
from tests.sinks.http import HttpSink, Reply

MINUTE = timedelta(minutes=1)
DOOR = Door(allow=(ip_network("127.0.0.0/8"),))


def summary(status: str = "operational", indicator: str = "none") -> bytes:
    rows = [{"id": "abc123", "name": "Object storage", "status": status}, "junk", {"id": 5}]
    return json.dumps({"components": rows, "status": {"indicator": indicator}}).encode()


def read(component: Component, reply: Reply, at: datetime, door: Door = DOOR, **of: Any) -> Mirror:
    """Let the component follow a page that answers so, and read it once."""
    with HttpSink() as sink:
        sink.reply = lambda _entry: reply
        by = Actor.system()
        mirror = Mirror.follow(component, sink.url, by=by, at=at, **of)
        assert mirror.claim(at=at)
        mirrors.read(mirror.pk, at=at, door=door)
    return Mirror.objects.get()


@pytest.mark.parametrize(
    ("named", "reply", "level"),
    [
        ("abc123", summary("partial_outage"), "partial_outage"),
        ("object STORAGE", summary("under_maintenance"), "under_maintenance"),
        ("", summary(indicator="critical"), "major_outage"),
        ("", summary(indicator="maintenance"), "under_maintenance"),
        ("", summary(), "operational"),
    ],
)
def test_one_of_their_components_or_their_page_becomes_a_level_of_ours(
    component: Component, at: datetime, named: str, reply: bytes, level: str
) -> None:
    mirror = read(component, Reply(200, body=reply), at, remote_component=named)
    assert component.level_at(at) == level
    assert (mirror.read_at, mirror.problem) == (at, "")


def test_only_a_change_is_written_and_by_whom_is_said(component: Component, at: datetime) -> None:
    mirror = read(component, Reply(200, body=summary(indicator="major")), at)
    before = Event.objects.count(), Page.objects.get().version
    assert not mirror.saw("partial_outage", at=at + MINUTE)
    assert (Event.objects.count(), Page.objects.get().version) == before
    assert mirror.saw("operational", at=at + 2 * MINUTE)
    event = Event.objects.latest("pk")
    assert (event.kind, event.actor_label) == ("component.level_set", "mirror")
    assert (event.before, event.after) == ({"level": "partial_outage"}, {"level": "operational"})
    assert ImpactWindow.objects.get().end == at + 2 * MINUTE


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(302, headers={"Location": "http://127.0.0.1:1/"}), "answered 302"),
        (Reply(200, body=b"x" * 10_000_000), "more than 2 MB"),
        (Reply(200, body=b"<html>"), "no JSON"),
        (Reply(200, body=b"\xff\xfe\x00"), "no JSON"),
        (Reply(200, body=b"[" * 200_000), "no JSON"),
        (Reply(200, body=b"[1]"), "no Statuspage summary"),
        (Reply(200, body=b'{"status": "fine"}'), "a state that is not known"),
        (Reply(200, body=b'{"status": {"indicator": ["x"]}}'), "a state that is not known"),
        (Reply(503), "answered 503"),
        (Reply(200, body=summary(), delay=30), "No answer: no answer within"),
    ],
)
def test_what_says_nothing_keeps_the_level_and_is_written_down(
    component: Component, by: Actor, at: datetime, reply: Reply, problem: str
) -> None:
    component.set_level("degraded_performance", by=by, at=at)
    mirror = read(component, reply, at, replace(DOOR, seconds=0.3) if reply.delay else DOOR)
    assert problem in mirror.problem
    assert (mirror.read_at, mirror.failing_since) == (None, at)
    assert component.level_at(at) == "degraded_performance"


def test_a_component_that_they_do_not_name_is_said_by_name(
    component: Component, at: datetime
) -> None:
    mirror = read(component, Reply(200, body=summary()), at, remote_component="Mail")
    assert mirror.problem == "It names no component “Mail”."


def test_our_own_machines_are_not_read(component: Component, at: datetime) -> None:
    mirror = read(component, Reply(200, body=summary(indicator="critical")), at, door=Door())
    assert "loopback" in mirror.problem
    assert component.level_at(at) == "operational"


def test_failures_are_asked_about_less_and_less_and_staff_hear_of_them_once_after_an_hour(
    component: Component, by: Actor, at: datetime
) -> None:
    mirror = Mirror.follow(component, "https://status.example.com", by=by, at=at)
    asked, now = [], at
    while now < at + timedelta(hours=5):
        if mirror.claim(at=now):
            mirror.refresh_from_db()
            mirror.failed("No answer: gone", at=now)
            asked.append((now - at) // MINUTE)
        now += MINUTE
    assert asked == [0, 5, 10, 20, 40, 80, 140, 200, 260]
    noted = Event.objects.filter(kind="mirror.unreadable")
    assert [(each.at - at) // MINUTE for each in noted] == [80]
    mirror.saw("operational", at=now)
    assert (mirror.failing_since, mirror.failure_noted_at) == (None, None)


def test_of_two_clocks_only_one_reads(component: Component, by: Actor, at: datetime) -> None:
    Mirror.follow(component, "https://status.example.com", by=by, at=at)
    assert len(mirrors.claim_due(at=at)) == 1
    assert mirrors.claim_due(at=at) == []
    one, other = Mirror.objects.get(), Mirror.objects.get()
    later = at + 5 * MINUTE
    assert (one.claim(at=later), other.claim(at=later)) == (True, False)


def test_a_level_set_by_hand_is_refused_with_the_way_out(
    component: Component, by: Actor, at: datetime
) -> None:
    mirror = Mirror.follow(component, "https://status.example.com", by=by, at=at)
    with pytest.raises(ValidationError, match="stop following it") as refused:
        component.set_level("major_outage", by=by, at=at)
    assert list(refused.value.message_dict) == ["level"]
    mirror.stop(by=by, at=at)
    Component.objects.get(pk=component.pk).set_level("major_outage", by=by, at=at)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("url", " ", "Name the page"),
        ("url", "ftp://example.com", "no address"),
        ("url", "https://me:secret@status.example.com", "Leave out name and password"),
        ("url", f"https://status.example.com/{'x' * 200}", "At most 200"),
        ("every_minutes", 0, "1 to 1440"),
        ("remote_component", "x" * 121, "At most 120"),
    ],
)
def test_what_cannot_be_followed_is_refused_at_its_field(
    component: Component, by: Actor, at: datetime, field: str, value: Any, words: str
) -> None:
    given = {"url": "https://status.example.com", field: value}
    with pytest.raises(ValidationError, match=words) as refused:
        Mirror.follow(component, by=by, at=at, **given)
    assert list(refused.value.message_dict) == [field]


def test_an_address_is_completed(component: Component, by: Actor, at: datetime) -> None:
    mirror = Mirror.follow(component, " status.example.com/ ", by=by, at=at)
    assert mirror.url == "https://status.example.com/api/v2/summary.json"
    assert mirror.host == "status.example.com"
