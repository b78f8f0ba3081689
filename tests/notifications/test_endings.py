"""Whoever heard of it hears that it was a false alarm, or where it is told from now on."""

from datetime import datetime, timedelta

from incidents.models import Component, ImpactWindow, Incident, Page
from notifications import rounds
from notifications.models import Broadcast, Subscription
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.http import HttpSink
from tests.sinks.smtp import SmtpSink

HOUR = timedelta(hours=1)


def test_a_false_alarm_is_called_so_by_mail_and_webhook(
    incident: Incident, subscriber: Subscriber, hook: Subscription, smtp: SmtpSink,
    endpoint: HttpSink, by: Actor, at: datetime,
) -> None:  # fmt: skip
    subscriber()
    rounds.run_all(at)
    incident.call_false_alarm(body="Our probe was wrong.", by=by, at=at + HOUR)
    rounds.run_all(at + HOUR)
    first, second = smtp.mails
    text = second.get_body(("plain",))
    assert text is not None
    assert "\nFalse alarm (" in text.get_content()
    assert second["In-Reply-To"] == first["Message-ID"]
    told = endpoint.bodies[-1]
    assert told["candor"]["outcome"] == "false_alarm"
    assert told["incident"]["status"] == "resolved"
    assert told["incident"]["incident_updates"][0]["body"].startswith("False alarm.")
    assert told["page"]["status_indicator"] == "none"


def test_whoever_heard_of_a_component_through_its_window_hears_that_it_was_none(
    incident: Incident, component: Component, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    ImpactWindow.record(
        component, incident=incident, level="partial_outage", kind="delayed", start=at, by=by,
        at=at,
    )  # fmt: skip
    subscriber("ada@example.com", component)
    incident.call_false_alarm(body="Our probe was wrong.", by=by, at=at + HOUR)
    rounds.run_all(at + HOUR)
    assert component.pk in Broadcast.objects.get(event__kind="incident.false_alarm").component_ids()


def test_a_duplicates_mail_says_where_it_goes_on_in_the_same_thread(
    incident: Incident, page: Page, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.run_all(at)
    known = Incident.open(page, title="We know", body="x", notify=False, by=by, at=at)
    incident.merge_into(known, body="One thing.", there_too=False, by=by, at=at + HOUR)
    rounds.run_all(at + HOUR)
    first, second = smtp.mails
    text = second.get_body(("plain",))
    assert text is not None
    assert "\nDuplicate (" in text.get_content()
    assert known.public_url in text.get_content()
    assert second["In-Reply-To"] == first["Message-ID"]
