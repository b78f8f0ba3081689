"""A correction says what it corrects, in mails, webhooks, on X and in Statuspage's JSON."""

from datetime import datetime, timedelta

import pytest

from incidents.models import Incident, Update
from notifications import rounds
from notifications.models import Subscription
from people.actors import Actor
from publishing.statusapi import answer
from tests.notifications.conftest import Subscriber
from tests.sinks.http import HttpSink
from tests.sinks.smtp import SmtpSink

HOUR = timedelta(hours=1)


@pytest.fixture
def right(incident: Incident, by: Actor, at: datetime) -> Update:
    """A correction of the first update, an hour later."""
    wrong = incident.updates.get()
    return Update.post(incident, body="It was the disk.", corrects=wrong, by=by, at=at + HOUR)


def test_the_mail_names_and_links_what_it_corrects(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, right: Update, at: datetime
) -> None:
    subscriber()
    rounds.run_all(at + HOUR)
    text, html = (smtp.mails[-1].get_body((kind,)) for kind in ("plain", "html"))
    wrong = incident.updates.get(number=1)
    assert text is not None
    assert html is not None
    plain = text.get_content()
    assert f"This corrects our update of 2 Mar 2026, 12:00 UTC: {wrong.public_url}" in plain
    assert "2 Mar 2026, 12:00 UTC – Investigating, corrected since" in plain
    assert f'<a href="{wrong.public_url}">update of 2 Mar 2026, 12:00 UTC</a>' in html.get_content()


def test_the_mail_says_why_the_time_of_the_next_update_is_unknown(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    Update.post(incident, body="x", next_update_unknown="it shows no progress", by=by, at=at)
    rounds.run_all(at)
    text = smtp.mails[-1].get_body(("plain",))
    assert text is not None
    said = "When the next update comes is unknown: it shows no progress"
    assert said in text.get_content()


def test_the_webhook_says_which_update_it_is_about_and_what_corrects_what(
    incident: Incident, right: Update, endpoint: HttpSink, hook: Subscription, at: datetime
) -> None:
    rounds.run_all(at + HOUR)
    wrong = incident.updates.get(number=1)
    body = endpoint.bodies[-1]
    ours = {name: body["candor"][name] for name in ("update", "corrections", "redacted")}
    assert ours == {
        "update": {"id": right.public_id, "url": right.public_url},
        "corrections": [
            {"id": right.public_id, "corrects": wrong.public_id, "url": right.public_url}
        ],
        "redacted": [],
    }
    newest, oldest = body["incident"]["incident_updates"]
    assert newest["body"] == "Corrects the update of 2026-03-02 12:00 UTC.\n\nIt was the disk."
    assert oldest["body"].startswith("Corrected by the update of 2026-03-02 13:00 UTC.\n\n")
    assert oldest["updated_at"] == newest["created_at"]


def test_statuspage_clients_read_it_above_the_words(
    incident: Incident, right: Update, at: datetime
) -> None:
    body = answer(incident.page, at + HOUR, "incidents").body.decode()
    assert "Corrects the update of 2026-03-02 12:00 UTC." in body
    assert "Corrected by the update of 2026-03-02 13:00 UTC." in body
