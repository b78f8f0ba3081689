"""A reader who left an address gets the answer, once; then the address is gone."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from incidents.models import Incident, ReaderMessage
from notifications import replies, rounds
from notifications.models import Delivery
from people.actors import Actor
from tests.sinks.smtp import SmtpSink

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def asked(incident: Incident, at: datetime) -> ReaderMessage:
    """A question with an address."""
    return ReaderMessage.receive(
        incident, kind="question", text="Is it <lost>?", contact="ada@example.com", at=at
    )


def test_the_answer_is_mailed_once_and_the_address_erased(
    asked: ReaderMessage, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    asked.answer_as_note("No, **nothing** is lost.", headline="Is mail lost?", by=by, at=at)
    for _time in range(2):
        rounds.run_all(at + MINUTE)
    (mail,) = smtp.mails
    assert mail["To"] == "ada@example.com"
    assert mail["Subject"] == "[Example Mail] Your question: Mail cannot be read"
    assert mail["List-Unsubscribe"] is None
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Is it <lost>?" in text
    assert "No, nothing is lost." in text
    asked.refresh_from_db()
    assert asked.contact == ""
    replies.forget(at + MINUTE)
    assert Delivery.objects.get(stream="personal").destination == ""


def test_an_answer_that_failed_keeps_its_address_to_be_sent_again_until_thirty_days_are_over(
    asked: ReaderMessage, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    asked.answer_as_note("No.", headline="Is mail lost?", by=by, at=at)
    replies.enqueue(at)
    failed = {"state": "failed", "failed_at": at, "next_attempt_at": None}
    Delivery.objects.update(**failed)
    replies.forget(at + 30 * DAY)
    assert Delivery.objects.get().replay(at + 30 * DAY)
    rounds.run_all(at + 30 * DAY)
    assert [mail["To"] for mail in smtp.mails] == ["ada@example.com"]
    Delivery.objects.update(**failed)
    replies.forget(at + 30 * DAY + MINUTE)
    assert Delivery.objects.get().destination == ""
    assert not Delivery.objects.get().replay(at + 31 * DAY)
    assert Delivery.objects.get().state == "failed"


def test_an_answer_that_failed_goes_with_the_incident_that_was_asked_about(
    asked: ReaderMessage, by: Actor, at: datetime
) -> None:
    asked.answer_as_note("No.", headline="Is mail lost?", by=by, at=at)
    replies.enqueue(at)
    Delivery.objects.update(state="failed", failed_at=at, next_attempt_at=None)
    ReaderMessage.objects.all().delete()
    replies.forget(at + MINUTE)
    assert Delivery.objects.get().destination == ""


def test_an_answer_in_an_update_is_mailed_too(
    asked: ReaderMessage, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    asked.answer_in_update("> Is it lost?\n\nNo.", by=by, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    (mail,) = smtp.mails
    assert "No." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_redacted_answer_does_not_leave_the_house(
    asked: ReaderMessage, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    update = asked.answer_in_update("A secret.", by=by, at=at + MINUTE)
    update.redact("It named a customer", by=by, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    (mail,) = smtp.mails
    assert "A secret." not in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_declined_question_is_answered_by_no_mail(
    asked: ReaderMessage, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    asked.decline("Sent to support", by=by, at=at)
    rounds.run_all(at + MINUTE)
    assert smtp.mails == []
    asked.refresh_from_db()
    assert asked.contact == ""


def test_the_address_is_encrypted_while_it_waits(asked: ReaderMessage) -> None:
    table = ReaderMessage._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT contact FROM {table}")
        (sealed,) = cursor.fetchone()
    assert sealed
    assert "ada" not in sealed
