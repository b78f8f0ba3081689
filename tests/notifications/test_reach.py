"""Figures for the console: before, during and after."""

from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest
from django.db import OperationalError

from incidents.models import Component, Incident, Page, Update
from notifications import rounds
from notifications.models import Broadcast, Delivery, Heartbeat, Subscription, Suppression
from notifications.pulse import pulse
from notifications.reach import already_told, reach, told
from notifications.senders.loads import LEFT
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.http import HttpSink
from tests.sinks.smtp import SmtpSink


def test_reach_counts_whom_a_telling_would_reach(
    page: Page, incident: Incident, component: Component, mailstore: Component,
    subscriber: Subscriber, hook: Subscription, smtp: SmtpSink, at: datetime,
) -> None:  # fmt: skip
    subscriber("whole@example.com")
    subscriber("store@example.com", mailstore)
    subscriber("web@example.com", component)
    subscriber("bounced@example.com")
    Suppression.add("email", "bounced@example.com", "550 5.1.1", at)
    assert reach(page, [mailstore]) == {"email": 2, "webhook": 1}
    assert reach(page) == {"email": 1, "webhook": 1}
    assert rounds.run_all(at) == 3


def test_told_says_who_was_told_what_and_when(
    incident: Incident, subscriber: Subscriber, hook: Subscription, smtp: SmtpSink,
    endpoint: HttpSink, by: Actor, at: datetime,
) -> None:  # fmt: skip
    subscriber("one@example.com")
    subscriber("two@example.com")
    smtp.at_rcpt = lambda address, count: "550 no" if address.startswith("two") else "250 Ok"
    rounds.run_all(at)
    Update.post(incident, body="More.", by=by, at=at + timedelta(minutes=1))
    rounds.tell(at + timedelta(minutes=1))
    rows = told(incident)
    assert [(row.channel, row.total, row.sent, row.waiting, row.failed) for row in rows] == [
        ("email", 2, 0, 2, 0), ("webhook", 1, 0, 1, 0),
        ("email", 2, 1, 0, 1), ("webhook", 1, 1, 0, 0),
    ]  # fmt: skip
    assert (
        rows[2].first_at
        == rows[2].last_at
        == Delivery.objects.get(destination="one@example.com", state="sent").sent_at
    )
    assert rows[0].broadcast.event.object() == incident.updates.last()


def test_what_was_not_sent_is_told_with_the_reason_that_was_noted(
    incident: Incident, subscriber: Subscriber, hook: Subscription, smtp: SmtpSink, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    left, _stayed = subscriber("left@example.com"), subscriber("stayed@example.com")
    rounds.sweep(at)
    Delivery.objects.filter(destination=left.destination).update(
        state="suppressed", last_error=LEFT
    )
    assert already_told(incident) == 0
    incident.withdraw("A monitor lied.", by=by, at=at)
    rounds.run_all(at)
    withdrawn = ("The incident was withdrawn before this was sent.", 1)
    assert {row.channel: row.unsent for row in told(incident)} == {
        "email": (withdrawn, (LEFT, 1)), "webhook": (withdrawn,),
    }  # fmt: skip


def test_whoever_got_two_updates_was_told_once(
    incident: Incident, subscriber: Subscriber, hook: Subscription, endpoint: HttpSink,
    smtp: SmtpSink, by: Actor, at: datetime,
) -> None:  # fmt: skip
    subscriber()
    rounds.run_all(at)
    Update.post(incident, body="More.", by=by, at=at)
    rounds.run_all(at)
    assert Delivery.objects.filter(state="sent").count() == 4
    assert already_told(incident) == 2


def test_the_pulse_raises_an_alarm_when_something_is_not_even_written_out(
    incident: Incident, subscriber: Subscriber, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriber()
    late = at + timedelta(seconds=61)
    Heartbeat.beat("sweep", late)
    assert pulse(at).alarm == ""
    alarm = "Something that is to be told has not been written out for 61 s."
    assert pulse(late).alarm == alarm
    with monkeypatch.context() as broken:
        broken.setattr(Broadcast, "component_ids", Mock(side_effect=LookupError("a bug")))
        rounds.sweep(at)
        assert Broadcast.objects.unexpanded().exists()
        Heartbeat.beat("sweep", late)
        assert pulse(late).alarm == alarm
    rounds.sweep(late)
    assert pulse(late + timedelta(seconds=1)).alarm == ""


def test_a_round_that_does_not_come_to_its_end_is_no_sign_of_life(
    page: Page, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds.sweep(at)
    monkeypatch.setattr(rounds, "busy_lanes", Mock(side_effect=OperationalError("it is away")))
    with pytest.raises(OperationalError):
        rounds.sweep(at + timedelta(seconds=90))
    assert "silent for 90 s" in pulse(at + timedelta(seconds=90)).alarm


def test_the_pulse_raises_an_alarm_when_something_is_due_too_long(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    assert pulse(at).alarm == ""
    subscriber()
    rounds.tell(at)
    assert pulse(at).alarm == "The notifier has never run."
    rounds.sweep(at)
    late = at + timedelta(seconds=61)
    assert pulse(late).alarm == "The notifier has been silent for 61 s."
    Heartbeat.beat("sweep", late)
    assert pulse(late).alarm == "A delivery in the lane “mail” has been due for 61 s."
    Heartbeat.beat("mail", late)
    assert pulse(late).alarm == ""
    behind = at + timedelta(minutes=16)
    for name in ("sweep", "mail"):
        Heartbeat.beat(name, behind)
    assert pulse(behind).alarm == "The notifier is 16 min behind: more is due than it sends."
    rounds.run_all(late)
    assert (pulse(late).alarm, pulse(late).waiting) == ("", 0)
