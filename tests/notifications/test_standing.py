"""A mail says by itself what is still hit, how long it lasted, what is owed and what falls away."""

from datetime import datetime, timedelta

from incidents.models import Component, Incident, Maintenance, Page, Update
from notifications import rounds
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def text_of(smtp: SmtpSink) -> str:
    part = smtp.mails[-1].get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_an_update_says_what_is_still_hit_beside_what_it_changes(
    incident: Incident, component: Component, subscriber: Subscriber, smtp: SmtpSink, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    subscriber()
    Update.post(incident, body="x", levels={component: "partial_outage"}, by=by, at=at)
    back = {component: "operational"}
    Update.post(incident, body="It is back.", levels=back, by=by, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    assert f"* {component.name}: Operational" in text_of(smtp)
    assert "Still affected: Mailstore (Major outage)\r\n" in text_of(smtp)


def test_what_an_update_changes_itself_is_said_once(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    rounds.run_all(at)
    assert "Mailstore: Major outage" in text_of(smtp)
    assert "Still affected" not in text_of(smtp)


def test_the_last_word_says_how_long_it_lasted_and_when_the_postmortem_comes(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    incident.resolve(body="Over.", postmortem_due=at + DAY, by=by, at=at + 18 * MINUTE)
    rounds.run_all(at + 18 * MINUTE)
    text = text_of(smtp)
    assert "From 2 Mar 2026, 12:00 UTC to 2 Mar 2026, 12:18 UTC (18 min)" in text
    assert "Postmortem: Promised by 3 Mar 2026, 12:00 UTC" in text
    assert "Still affected" not in text


def test_a_false_alarm_lasted_no_time_at_all(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    incident.call_false_alarm(body="Our probe was wrong.", by=by, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    assert "(1 min)" not in text_of(smtp)


def test_a_reopening_is_called_so(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    subscriber()
    incident.reopen(body="It is slow again.", by=by, at=at + 2 * MINUTE)
    rounds.run_all(at + 2 * MINUTE)
    assert "\r\nIncident reopened (2 Mar 2026, 12:02 UTC)" in text_of(smtp)


def test_a_cancellation_says_what_does_not_take_place(
    page: Page, mailstore: Component, subscriber: Subscriber, smtp: SmtpSink, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    subscriber()
    work = Maintenance.schedule(
        page, title="New disks", body="x", start=at + DAY, end=at + DAY + MINUTE,
        components=[mailstore], by=by, at=at,
    )  # fmt: skip
    work.cancel(body="Not needed any more.", by=by, at=at)
    rounds.run_all(at)
    text = text_of(smtp)
    assert "Does not take place: 3 Mar 2026, 12:00 UTC to 3 Mar 2026, 12:01 UTC" in text
    assert "On: Mailstore" in text
