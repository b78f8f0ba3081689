"""Planned work in mails and webhooks: one word a fact, to whom it concerns."""

from datetime import datetime, timedelta

import pytest

from incidents.models import Cohort, Component, Incident, Maintenance, Page, Recurrence, Reminder
from notifications import rounds
from notifications.models import Subscription
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.http import HttpSink
from tests.sinks.smtp import SmtpSink

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def work(page: Page, mailstore: Component, by: Actor, at: datetime) -> Maintenance:
    return Maintenance.schedule(
        page, title="New disks", body="We replace disks.", start=at + 2 * DAY,
        end=at + 2 * DAY + HOUR, components=[mailstore], max_minutes=30, reminders=[1440, 60],
        by=by, at=at,
    )  # fmt: skip


def test_a_reminder_says_when_on_what_and_how_long_and_what_to_expect(
    work: Maintenance, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    rounds.run_all(at)
    Reminder.send_due(at=at + DAY)
    assert rounds.run_all(at + DAY) == 1
    mail = smtp.mails[-1].get_body(("plain",))
    assert mail is not None
    text = mail.get_content()
    for words in (
        "Reminder", "“New disks” begins in 24 h", "When: 4 Mar 2026, 12:00 UTC to 4 Mar",
        "On: Mailstore", "No longer than 30 min", "We replace disks.",
    ):  # fmt: skip
        assert words in text
    assert smtp.mails[0]["Subject"] == smtp.mails[-1]["Subject"]


def test_the_clock_that_slept_sends_one_word_not_two(
    work: Maintenance, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    rounds.run_all(at)
    late = at + 2 * DAY + timedelta(seconds=5)
    for _clock in range(2):
        Maintenance.run_edges(at=late)
        Reminder.send_due(at=late)
    rounds.run_all(late)
    assert len(smtp.mails) == 2
    assert "The maintenance has begun." in str(smtp.mails[-1])


def test_readers_hear_the_clock_in_their_language_and_again_beneath_what_came_after(
    work: Maintenance, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    work.page.change(languages=["de"], by=by, at=at)
    Subscription.objects.filter(pk=subscriber().pk).update(language="de")
    for hours in (48, 49):
        later = at + hours * HOUR
        Maintenance.run_edges(at=later)
        rounds.run_all(later)
    texts = [mail.get_body(("plain",)).get_content() for mail in smtp.mails]  # type: ignore[union-attr]
    assert "Die Wartung ist abgeschlossen." in texts[-1]
    assert "Die Wartung hat begonnen." in texts[-1]
    assert "The maintenance" not in texts[-1]


def test_subscribers_of_a_component_hear_of_its_maintenance_and_of_no_other(
    page: Page, mailstore: Component, component: Component, subscriber: Subscriber,
    smtp: SmtpSink, by: Actor, at: datetime,
) -> None:  # fmt: skip
    subscriber("ada@example.com", mailstore)
    subscriber("bea@example.com", component)
    Maintenance.announce(
        page, title="Moves", body="Dates follow.", components=[mailstore], max_minutes=60,
        by=by, at=at,
    )  # fmt: skip
    rounds.run_all(at)
    assert [mail["To"] for mail in smtp.mails] == ["ada@example.com"]
    assert "Each no longer than 1 h. Dates to follow." in str(smtp.mails[0])


def test_a_moved_window_is_told_with_both_times_and_for_whom_it_is(
    work: Maintenance, incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    cohort = Cohort.name_one(incident, "users already moved", share_percent=75, by=by, at=at)
    Incident.objects.filter(pk=work.pk).update(audience=cohort)
    rounds.run_all(at)
    subscriber()
    work.scheduled_windows.get().reschedule(
        start=at + 3 * DAY, end=at + 3 * DAY + HOUR, body="A day later.", by=by, at=at
    )
    rounds.run_all(at)
    text = str(smtp.mails[-1])
    assert "When: 5 Mar 2026, 12:00 UTC" in text
    assert "Before: 4 Mar 2026, 12:00 UTC" in text
    assert "This concerns only: users already moved (about 75 %)." in text


def test_a_recurrence_mails_once_when_set_up_and_once_when_it_ends(
    page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    weekly = Recurrence.set_up(
        page, title="Patches", body="Servers restart.", rule="FREQ=WEEKLY;COUNT=9",
        first_start=at + DAY, minutes=30, by=by, at=at,
    )  # fmt: skip
    rounds.run_all(at)
    weekly.end(body="No longer needed.", by=by, at=at + HOUR)
    rounds.run_all(at + HOUR)
    assert len(smtp.mails) == 2


def test_a_webhook_tells_the_next_window_and_its_reminders(
    page: Page, by: Actor, at: datetime, hook: Subscription, endpoint: HttpSink
) -> None:
    Maintenance.schedule(
        page, title="New disks", body="x", start=at + DAY, end=at + DAY + HOUR,
        further=[(at + 3 * DAY, at + 3 * DAY + HOUR)], ends_by_itself=False, reminders=[60],
        by=by, at=at,
    )  # fmt: skip
    rounds.run_all(at)
    told = endpoint.bodies[0]["incident"]
    assert told["scheduled_for"] == "2026-03-03T12:00:00.000Z"
    assert told["scheduled_until"] == "2026-03-03T13:00:00.000Z"
    assert (told["scheduled_remind_prior"], told["scheduled_auto_transition"]) == (True, False)
