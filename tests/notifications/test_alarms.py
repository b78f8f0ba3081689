"""Staff are mailed once an alarm, in good time, and never for what was settled meanwhile."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from console.links import to_incident
from incidents.models import Commitment, Incident, Maintenance, Page, Update
from notifications import rounds
from notifications.alarms import standing
from notifications.models import Delivery
from notifications.on_call import call
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

MINUTE = timedelta(minutes=1)
ON_CALL = "oncall@example.com"


@pytest.fixture
def promise(page: Page, incident: Incident, by: Actor, at: datetime) -> Commitment:
    page.change(on_call_email=ON_CALL, by=by, at=at)
    Update.post(incident, body="x", next_update_due=at + 30 * MINUTE, by=by, at=at)
    return Commitment.objects.get()


def text_of(sink: SmtpSink, number: int) -> str:
    body = sink.mails[number].get_body(("plain",))
    return str(body.get_content()) if body else ""


def test_whoever_is_on_call_is_warned_before_it_is_due_and_told_once_it_is_late(
    promise: Commitment, incident: Incident, smtp: SmtpSink, at: datetime
) -> None:
    Commitment.warn(at=at + 20 * MINUTE)
    rounds.run_all(at + 20 * MINUTE)
    assert [mail["To"] for mail in smtp.mails] == [ON_CALL]
    assert str(smtp.mails[0]["Subject"]).strip() == (
        "[Example Mail] Next update due 2 Mar 2026, 12:30 UTC: Mail cannot be read"
    )
    assert smtp.mails[0]["Auto-Submitted"] == "auto-generated"
    assert f"{settings.SITE_URL}{to_incident(incident)}" in text_of(smtp, 0)
    assert "List-Unsubscribe" not in smtp.mails[0]
    Commitment.notice_late(at=at + 31 * MINUTE)
    rounds.run_all(at + 31 * MINUTE)
    assert "Next update overdue since 2 Mar 2026, 12:30 UTC" in text_of(smtp, 1)


def test_an_alarm_is_mailed_once_however_often_the_round_is_made(
    promise: Commitment, smtp: SmtpSink, at: datetime
) -> None:
    later = at + 20 * MINUTE
    Commitment.warn(at=later)
    for _round in range(3):
        rounds.tell(later)
    assert call(later) == 0
    rounds.run_all(later)
    rounds.run_all(later + MINUTE)
    assert len(smtp.mails) == 1


def test_an_alarm_that_nobody_looked_for_is_found_after_a_restart(
    promise: Commitment, smtp: SmtpSink, at: datetime
) -> None:
    Commitment.notice_late(at=at + 31 * MINUTE)
    rounds.run_all(at + 8 * 60 * MINUTE)
    assert len(smtp.mails) == 1


def test_what_was_settled_meanwhile_alarms_nobody(
    promise: Commitment, incident: Incident, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    Commitment.warn(at=at + 20 * MINUTE)
    rounds.tell(at + 20 * MINUTE)
    Update.post(incident, body="Here.", by=by, at=at + 21 * MINUTE)
    rounds.run_all(at + 22 * MINUTE)
    assert not smtp.mails
    settled = Delivery.objects.get(alarm__isnull=False)
    assert (settled.state, settled.last_error) == (
        Delivery.State.SUPPRESSED,
        "What it warned of was settled before this was sent.",
    )


def test_silence_alarms_once_and_ends_with_the_next_word(
    promise: Commitment, incident: Incident, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    quiet = at + 121 * MINUTE
    Incident.notice_silence(at=quiet)
    rounds.run_all(quiet)
    assert "No word for 2 h or longer" in text_of(smtp, 0)
    assert [alarm.heading for alarm in standing(incident.page, quiet)] == [
        "No word for 2 h or longer"
    ]
    Update.post(incident, body="Here.", by=by, at=quiet + MINUTE)
    assert not standing(incident.page, quiet + 2 * MINUTE)


def test_nobody_is_called_for_a_rehearsal_or_where_nobody_is_on_call(
    page: Page, incident: Incident, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    Incident.notice_silence(at=at + 121 * MINUTE)
    rounds.run_all(at + 121 * MINUTE)
    page.change(on_call_email=ON_CALL, by=by, at=at)
    incident.withdraw("It never was.", by=by, at=at)
    Incident.open(page, title="Drill", body="x", rehearsal=True, by=by, at=at)
    assert Incident.notice_silence(at=at + 121 * MINUTE) == 1
    rounds.run_all(at + 121 * MINUTE)
    assert not smtp.mails
    assert [alarm.about for alarm in standing(page, at + 121 * MINUTE)] == ["Drill"]


def test_an_alarm_goes_ahead_of_the_mails_to_readers(
    promise: Commitment, incident: Incident, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    subscriber()
    Commitment.warn(at=at + 20 * MINUTE)
    assert rounds.tell(at + 20 * MINUTE) == ["urgent", "mail"]
    alarm = Delivery.objects.get(alarm__isnull=False)
    assert (alarm.lane, alarm.channel) == ("urgent", "email")


def test_an_overrun_stands_until_the_work_is_done(page: Page, by: Actor, at: datetime) -> None:
    end = at + 60 * MINUTE
    work = Maintenance.schedule(
        page, title="New disks", body="x", start=at, end=end, by=by, at=at - 60 * MINUTE
    )
    work.start(by=by, at=at)
    with page.writing(by=by, at=end) as journal:
        journal.append("maintenance.overran", work, incident=work)
    assert [alarm.about for alarm in standing(page, end + MINUTE)] == ["New disks"]
    work.complete(by=by, at=end + 2 * MINUTE)
    assert not standing(page, end + 3 * MINUTE)


def test_the_words_of_an_alarm_are_in_html_too(
    promise: Commitment, smtp: SmtpSink, at: datetime
) -> None:
    Commitment.warn(at=at + 20 * MINUTE)
    rounds.run_all(at + 20 * MINUTE)
    html = smtp.mails[0].get_body(("html",))
    for part in (text_of(smtp, 0), html.get_content() if html else ""):
        assert "Next update due 2 Mar 2026, 12:30 UTC" in part
        assert "this address is on call for Example Mail" in part
        assert "nsubscribe" not in part
