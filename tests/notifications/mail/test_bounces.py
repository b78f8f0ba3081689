"""What comes back is written down first and judged afterwards, whichever is first."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, transaction
from pytest_django import Settings

from incidents.models import Incident, Update
from notifications import rounds
from notifications.mail.bounces.fates import Fate
from notifications.mail.bounces.reports import read
from notifications.mail.bounces.return_paths import return_path
from notifications.models import Delivery, Judgement, MailEvent, Suppression
from notifications.outcomes import Outcome
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.notifications.returned import complained, failed
from tests.sinks.smtp import SmtpSink

State = Delivery.State
FULL = {"status": "5.2.2", "diagnostic": "552 5.2.2 mailbox full"}


@pytest.fixture(autouse=True)
def _mailbox(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@status.example.com"


def noted(delivery: Delivery, at: datetime, **words: str) -> bool:
    """A bounce of this delivery was written down."""
    report = read(failed(return_path(delivery.pk), **words))
    assert report is not None
    return MailEvent.note_report(report, at)


@pytest.fixture
def sent(incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime) -> Delivery:
    """A mail that was sent."""
    subscriber()
    rounds.run_all(at)
    return Delivery.objects.get()


def test_a_hard_bounce_marks_the_mail_and_leaves_the_address_alone(
    sent: Delivery, smtp: SmtpSink, incident: Incident, by: Actor, at: datetime
) -> None:
    assert noted(sent, at)
    assert Judgement.judge_due(at) == 1
    sent.refresh_from_db()
    assert (sent.state, "no such user" in sent.last_error) == (State.BOUNCED, True)
    suppression = Suppression.objects.get()
    assert (suppression.destination, suppression.origin) == ("ada@example.com", "bounce")
    assert suppression.page == sent.page
    Update.post(incident, body="Still looking.", by=by, at=at)
    assert rounds.run_all(at) == 0


def test_a_round_judges_what_came_back(sent: Delivery, at: datetime) -> None:
    noted(sent, at)
    rounds.tell(at)
    assert Judgement.objects.get().verdict == Judgement.Verdict.SUPPRESSED


@pytest.mark.usefixtures("loose")
def test_a_bounce_before_the_sender_has_committed_waits_for_it(
    incident: Incident, subscriber: Subscriber, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    (claimed,) = Delivery.claim("mail", "me", 1, at)
    noted(claimed, at)
    assert Judgement.judge_due(at) == 0
    assert Judgement.objects.waiting().count() == 1
    claimed.settle(Outcome.sent(), at)
    assert Judgement.judge_due(at) == 1
    claimed.refresh_from_db()
    assert claimed.state == State.BOUNCED


@pytest.mark.usefixtures("loose")
def test_a_provider_reports_a_mail_before_its_id_is_known(
    incident: Incident, subscriber: Subscriber, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    (claimed,) = Delivery.claim("mail", "me", 1, at)
    event: dict[str, Any] = {"source": "postmark", "fate": Fate.HARD, "reason": "no", "at": at}
    MailEvent.note(digest="d", provider_id="pm-1", address="ada@example.com", **event)
    assert Judgement.judge_due(at) == 0
    claimed.settle(Outcome.sent(provider_id="pm-1"), at)
    assert Judgement.judge_due(at + timedelta(seconds=30)) == 1
    claimed.refresh_from_db()
    assert claimed.state == State.BOUNCED
    assert Suppression.objects.in_force().count() == 1


def test_bounces_of_somebody_elses_mails_hold_up_none_of_ours(
    sent: Delivery, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.models.mail_event.MOST_AT_ONCE", 2)
    event: dict[str, Any] = {"source": "postmark", "fate": Fate.HARD, "reason": "no", "at": at}
    for number in range(4):
        address = f"stranger{number}@example.com"
        MailEvent.note(digest=f"{number}", provider_id=f"pm-{number}", address=address, **event)
    noted(sent, at)
    assert [Judgement.judge_due(at) for _round in range(3)] == [0, 0, 1]
    sent.refresh_from_db()
    assert sent.state == State.BOUNCED


def test_a_report_on_a_mail_whose_id_was_lost_still_counts_for_a_reader(
    subscriber: Subscriber, at: datetime
) -> None:
    subscriber()
    event: dict[str, Any] = {"source": "postmark", "fate": Fate.HARD, "reason": "no", "at": at}
    for number, address in enumerate(["ada@example.com", "stranger@example.com"]):
        MailEvent.note(digest=f"{number}", provider_id=f"pm-{number}", address=address, **event)
    assert Judgement.judge_due(at + timedelta(minutes=9)) == 0
    assert Judgement.judge_due(at + timedelta(minutes=10)) == 2
    assert [each.destination for each in Suppression.objects.all()] == ["ada@example.com"]
    verdicts = Judgement.objects.order_by("event").values_list("verdict", flat=True)
    assert list(verdicts) == ["suppressed", "unknown"]


def test_no_address_is_kept_once_it_is_judged(sent: Delivery, at: datetime) -> None:
    noted(sent, at)
    assert Judgement.objects.get().address == "ada@example.com"
    Judgement.judge_due(at)
    assert Judgement.objects.get().address == ""


def test_what_comes_twice_is_written_down_once(sent: Delivery, at: datetime) -> None:
    assert noted(sent, at)
    assert not noted(sent, at)
    Judgement.judge_due(at)
    assert not noted(sent, at)
    assert MailEvent.objects.count() == 1
    assert Judgement.judge_due(at) == 0


@pytest.mark.django_db(transaction=True)
def test_the_inbox_only_grows(sent: Delivery, at: datetime) -> None:
    noted(sent, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        MailEvent.objects.update(reason="another")
    with pytest.raises(IntegrityError), transaction.atomic():
        MailEvent.objects.filter()._raw_delete(using="default")


def test_soft_bounces_suppress_only_when_they_pile_up(
    sent: Delivery, by: Actor, at: datetime
) -> None:
    days = [0, 1, 2, 11, 12, 13, 14]
    for day in days:
        assert Suppression.objects.count() == 0, day
        again = at + timedelta(days=day)
        noted(sent, again, status="5.2.2", diagnostic=f"552 5.2.2 full, day {day}")
        Judgement.judge_due(again)
    later = at + timedelta(days=15)
    noted(sent, later, status="5.2.2", diagnostic="552 5.2.2 full, day 15")
    Judgement.judge_due(later)
    suppression = Suppression.objects.get()
    assert suppression.origin == "soft"
    suppression.lift(sent.page, by=by, at=later)
    noted(sent, later, status="5.2.2", diagnostic="552 5.2.2 full, once more")
    Judgement.judge_due(later)
    assert Suppression.objects.in_force().count() == 0


def test_a_mail_that_was_refused_says_nothing_of_its_address(sent: Delivery, at: datetime) -> None:
    for number in range(7):
        noted(sent, at, status="5.7.1", diagnostic=f"550 5.7.1 policy {number}")
    Judgement.judge_due(at)
    sent.refresh_from_db()
    assert (sent.state, Suppression.objects.count()) == (State.BOUNCED, 0)


def test_a_complaint_leaves_the_address_alone_and_the_mail_arrived(
    sent: Delivery, at: datetime
) -> None:
    report = read(complained(return_path(sent.pk)))
    assert report is not None
    MailEvent.note_report(report, at)
    Judgement.judge_due(at)
    sent.refresh_from_db()
    assert (sent.state, Suppression.objects.get().origin) == (State.SENT, "complaint")


@pytest.mark.parametrize("state", [State.FAILED, State.SUPERSEDED, State.SUPPRESSED])
def test_only_what_was_sent_can_come_back(sent: Delivery, at: datetime, state: str) -> None:
    Delivery.objects.update(state=state)
    noted(sent, at)
    Judgement.judge_due(at)
    sent.refresh_from_db()
    assert sent.state == state


def test_what_came_back_is_a_dead_letter_until_it_is_tried_again(
    sent: Delivery, at: datetime
) -> None:
    noted(sent, at, status="5.7.1", diagnostic="550 5.7.1 policy")
    Judgement.judge_due(at)
    assert Delivery.objects.failed().get() == sent
    assert sent.replay(at)
    sent.refresh_from_db()
    assert (sent.state, sent.sent_at, sent.failed_at) == (State.RETRY, None, None)


def test_a_pipe_brings_a_bounce(
    sent: Delivery, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ("Noted: The address does not work.", "Known already."):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(failed("x@example.com"))))
        call_command("read_bounce", to=return_path(sent.pk))
        assert capsys.readouterr().out.strip() == words
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Hello")))
    call_command("read_bounce")
    assert "ignored" in capsys.readouterr().out


def test_a_pipe_is_asked_to_come_again_while_the_database_is_away(
    sent: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object) -> bool:
        raise OperationalError

    monkeypatch.setattr(MailEvent, "note_report", away)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(failed(return_path(sent.pk)))))
    with pytest.raises(SystemExit) as ended:
        call_command("read_bounce")
    assert ended.value.code == 75
