"""What readers see of whom an update reached: once everybody was tried, and again at the end."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from incidents.models import Event, Incident, Update
from notifications import reached, rounds
from notifications.models import Broadcast, KeptMail, Subscription
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.http import HttpSink
from tests.sinks.smtp import SmtpSink, accept

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def update(incident: Incident, subscriber: Subscriber, by: Actor, at: datetime) -> Update:
    rounds.run_all(at)
    for name in ("ada", "bob", "eve"):
        subscriber(f"{name}@example.com")
    return Update.post(incident, body="A disk failed.", by=by, at=at)


def stated(update: Update) -> list[tuple[str, int, int]]:
    update.refresh_from_db()
    return [(row["channel"], row["sent"], row["of"]) for row in update.reached]


def test_it_is_stated_once_everybody_was_tried(
    update: Update, smtp: SmtpSink, at: datetime
) -> None:
    rounds.tell(at)
    reached.note(at)
    assert stated(update) == []
    rounds.run_all(at)
    reached.note(at + MINUTE)
    assert stated(update) == [("email", 3, 3)]
    assert update.reached_at == at + MINUTE
    reached.note(at + 2 * MINUTE)
    assert Event.objects.filter(kind="update.reached").count() == 1
    assert not Broadcast.objects.unreached().exists()


def test_who_could_not_be_reached_at_first_is_counted_when_it_worked(
    update: Update, smtp: SmtpSink, at: datetime
) -> None:
    smtp.at_rcpt = lambda address, _count: "451 4.7.1 Later" if "bob" in address else accept("", 0)
    rounds.run_all(at)
    reached.note(at)
    assert stated(update) == [("email", 2, 3)]
    smtp.at_rcpt = accept
    rounds.run_all(at + 2 * MINUTE)
    reached.note(at + 2 * MINUTE)
    assert stated(update) == [("email", 3, 3)]


def test_who_cannot_be_reached_at_all_stays_counted(
    update: Update, smtp: SmtpSink, at: datetime
) -> None:
    smtp.at_rcpt = lambda address, _count: "550 5.1.1 No" if "bob" in address else accept("", 0)
    rounds.run_all(at)
    reached.note(at)
    assert stated(update) == [("email", 2, 3)]


def test_an_update_that_told_nobody_states_nothing(
    incident: Incident, by: Actor, at: datetime
) -> None:
    rounds.run_all(at)
    update = Update.post(incident, body="A disk failed.", by=by, at=at)
    rounds.run_all(at)
    reached.note(at)
    assert stated(update) == []
    assert not Event.objects.filter(kind="update.reached").exists()


def test_mails_that_are_kept_reached_nobody(
    update: Update, settings: Settings, at: datetime
) -> None:
    settings.MAILERS = {"default": {"BACKEND": "notifications.mail.backends.KeepBackend"}}
    rounds.run_all(at)
    reached.note(at)
    assert KeptMail.objects.count() == 3
    assert stated(update) == []


def test_what_a_cancelled_one_had_replaced_is_stated_anew(
    update: Update, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    smtp.at_rcpt = lambda address, _count: accept("", 0) if "ada" in address else "451 4.7.1 Later"
    rounds.run_all(at)
    newer = Update.post(update.incident, body="By mistake.", by=by, at=at)
    rounds.tell(at)
    reached.note(at)
    assert stated(update) == [("email", 1, 1)]
    Broadcast.objects.get(event__object_id=newer.public_id).cancel(by=by, at=at)
    rounds.run_all(at)
    reached.note(at)
    assert stated(update) == [("email", 1, 3)]


def test_webhooks_of_staff_are_no_readers(
    incident: Incident, hook: Subscription, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    Subscription.objects.create(
        page=incident.page, channel="webhook", destination=f"{endpoint.url}/own",
        contact="ada@example.com", owner="reader", state="confirmed", asked_at=at,
        confirmed_at=at, config=hook.config,
    )  # fmt: skip
    update = Update.post(incident, body="A disk failed.", by=by, at=at)
    rounds.run_all(at)
    reached.note(at)
    assert len(endpoint.entries) == 2
    assert stated(update) == [("webhook", 1, 1)]
