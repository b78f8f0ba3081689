"""Advice that no longer holds: whoever was told to act is told that they need not."""

from datetime import datetime, timedelta

import pytest
from django.utils.html import strip_tags

from incidents.models import Component, Incident, Note
from notifications import rounds
from notifications.bulletins import Bulletin
from notifications.mail.mails import mail_for
from notifications.models import Delivery, Subscription, Suppression
from notifications.models.broadcast import Broadcast
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.http import HttpSink
from tests.sinks.smtp import SmtpSink

MINUTE = timedelta(minutes=1)


@pytest.fixture
def advice(incident: Incident, by: Actor, at: datetime) -> Note:
    """What readers are told to do."""
    return Note.add(incident, "advice", "Forward your mail", body="Under Settings.", by=by, at=at)


def told(kind: str) -> set[str]:
    """Who gets word of an event of this kind."""
    broadcast = Broadcast.objects.get(event__kind=kind)
    return set(broadcast.deliveries.values_list("destination", flat=True))


def test_those_who_hear_of_it_now_are_told(
    advice: Note, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber("ada@example.com")
    advice.withdraw(by=by, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    assert told("advice.withdrawn") == {"ada@example.com"}


def test_so_is_whoever_was_told_while_it_stood_and_hears_of_other_things_by_now(
    advice: Note,
    subscriber: Subscriber,
    component: Component,
    smtp: SmtpSink,
    by: Actor,
    at: datetime,
) -> None:
    ada, bob = subscriber("ada@example.com"), subscriber("bob@example.com")
    cyd, dan = subscriber("cyd@example.com"), subscriber("dan@example.com")
    rounds.run_all(at)
    for reader in (ada, bob, cyd):
        reader.rescope(components=[component])
    bob.end(at)
    Suppression.add("email", cyd.destination, "bounced", at)
    advice.incident.resolve(body="Over.", by=by, at=at + MINUTE, notify=False)
    advice.withdraw("Mail is back.", by=by, at=at + timedelta(days=20))
    rounds.tell(at + timedelta(days=20))
    assert told("advice.withdrawn") == {ada.destination, dan.destination}


def test_whoever_was_told_before_the_advice_was_given_is_none_of_those(
    incident: Incident,
    subscriber: Subscriber,
    component: Component,
    smtp: SmtpSink,
    by: Actor,
    at: datetime,
) -> None:
    ada = subscriber("ada@example.com")
    rounds.run_all(at)
    Delivery.objects.update(sent_at=at)
    ada.rescope(components=[component])
    later = Note.add(incident, "advice", "Forward your mail", by=by, at=at + 5 * MINUTE)
    later.withdraw(by=by, at=at + 6 * MINUTE)
    rounds.tell(at + 6 * MINUTE)
    assert told("advice.withdrawn") == set()


def test_changed_advice_is_told_when_staff_wish(
    advice: Note, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    subscriber("ada@example.com")
    advice.change(body="Only if you must.", by=by, at=at + MINUTE)
    advice.change(body="Not at all costs.", tell=True, by=by, at=at + 2 * MINUTE)
    rounds.tell(at + 2 * MINUTE)
    assert told("advice.changed") == {"ada@example.com"}
    assert not Broadcast.objects.filter(event__kind="note.changed").exists()


def test_mail_says_what_is_not_affected_and_which_advice_stands(
    advice: Note, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    Note.add(advice.incident, "not_affected", "Sending", by=by, at=at)
    Note.add(advice.incident, "not_affected", "Forwarding", by=by, at=at)
    subscriber()
    rounds.tell(at)
    delivery = Delivery.objects.get()
    mail = mail_for(delivery, Bulletin.of(delivery.broadcast))  # type: ignore[arg-type]
    for text in (mail.body, strip_tags(str(mail.alternatives[0][0]))):
        assert "Not affected: Sending, Forwarding" in text
        assert "What you can do: Forward your mail" in text


def test_mail_says_that_it_no_longer_holds_and_repeats_it_no_more(
    advice: Note, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    subscriber()
    advice.withdraw("Mail is back.", by=by, at=at + MINUTE)
    rounds.tell(at + MINUTE)
    delivery = Delivery.objects.get(broadcast__event__kind="advice.withdrawn")
    mail = mail_for(delivery, Bulletin.of(delivery.broadcast))  # type: ignore[arg-type]
    assert "Advice withdrawn" in mail.body
    assert "This advice no longer holds: Forward your mail" in mail.body
    assert "Mail is back." in mail.body
    assert "What you can do" not in mail.body


def test_webhooks_carry_it_in_statuspages_shape(
    advice: Note, hook: Subscription, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    advice.withdraw(by=by, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    newest = endpoint.bodies[-1]["incident"]["incident_updates"][0]
    assert "This advice no longer holds: Forward your mail" in newest["body"]
