"""Providers and mail servers report over HTTP: with a login, once, and nothing else is believed."""

import base64
import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from api.mail_events import webhooks
from incidents.models import Incident, Page
from notifications.mail.bounces.return_paths import return_path
from notifications.models import Delivery, MailEvent
from tests.notifications.returned import failed

LOGIN = "postmark:correct-horse-battery"
BASIC = {"Authorization": f"Basic {base64.b64encode(LOGIN.encode()).decode()}"}
POSTMARK = "/mail/events/postmark/"
BOUNCED = {
    "RecordType": "Bounce", "ID": 42, "Type": "HardBounce", "MessageID": "pm-1",
    "Email": "ada@example.com", "BouncedAt": "2026-03-02T12:00:00Z",
    "Description": "The server was unable to deliver your message.",
    "Details": "smtp;550 5.1.1 no such user",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _login(settings: Settings) -> None:
    settings.MAIL_EVENTS_LOGIN = LOGIN
    settings.ANYMAIL = {"WEBHOOK_SECRET": [LOGIN]}
    settings.BOUNCE_ADDRESS = "bounces@status.example.com"


def told(client: Client, event: object, **headers: str) -> Any:
    """A provider calls."""
    body = event if isinstance(event, str) else json.dumps(event)
    return client.post(POSTMARK, body, content_type="application/json", headers=BASIC | headers)


@pytest.fixture
def delivery(page: Page, at: datetime) -> Delivery:
    """A mail."""
    return Delivery.test(page, channel="email", destination="ada@example.com", lane="mail", at=at)


@pytest.mark.parametrize(
    ("changes", "fate"),
    [
        ({}, "hard"),
        ({"Details": ""}, "hard"),
        ({"Type": "SoftBounce", "Details": ""}, "soft"),
        ({"Details": "smtp;552 5.2.2 full"}, "soft"),
        ({"Details": "smtp;550 5.7.1 policy"}, "refused"),
        ({"Type": "BadEmailAddress", "Details": ""}, "hard"),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint"}, "complaint"),
    ],
)
@pytest.mark.django_db
def test_a_providers_event_is_written_down(
    client: Client, changes: dict[str, str], fate: str
) -> None:
    assert told(client, BOUNCED | changes).status_code == 200
    event = MailEvent.objects.get()
    assert (event.source, event.provider_id, event.fate) == ("postmark", "pm-1", fate)
    assert "ada@example.com" not in str(event.__dict__)


@pytest.mark.django_db
def test_an_event_that_is_sent_again_is_written_down_once(client: Client) -> None:
    for _again in range(3):
        assert told(client, BOUNCED).status_code == 200
    assert MailEvent.objects.count() == 1


@pytest.mark.parametrize("kind", ["Delivery", "Open", "Click"])
@pytest.mark.django_db
def test_who_opened_a_mail_is_not_written_down(client: Client, kind: str) -> None:
    event = {"RecordType": kind, "MessageID": "pm-1", "Recipient": "ada@example.com"}
    assert told(client, event).status_code == 200
    assert MailEvent.objects.count() == 0


@pytest.mark.parametrize(
    "given", ["", "Basic !!!", "Basic cG9zdG1hcms6d3Jvbmc=", "Bearer x", "Basic"]
)
@pytest.mark.parametrize("path", [POSTMARK, "/mail/bounces/"])
@pytest.mark.django_db
def test_without_the_login_nothing_is_believed(
    client: Client, delivery: Delivery, path: str, given: str
) -> None:
    body = failed(return_path(delivery.pk))
    headers = {"Authorization": given} if given else {}
    answer = client.post(path, body, content_type="message/rfc822", headers=headers)
    assert (answer.status_code, answer["WWW-Authenticate"][:5]) == (401, "Basic")
    assert MailEvent.objects.count() == 0


@pytest.mark.parametrize("path", [POSTMARK, "/mail/bounces/", "/mail/events/nobody/"])
def test_without_the_setting_there_are_no_such_addresses(
    client: Client, settings: Settings, path: str
) -> None:
    settings.MAIL_EVENTS_LOGIN = ""
    assert client.post(path, b"", content_type="text/plain", headers=BASIC).status_code == 404


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "{}", "[1]", '{"RecordType": []}'])
@pytest.mark.django_db
def test_nonsense_is_refused_or_ignored(client: Client, body: str) -> None:
    assert told(client, body).status_code in {200, 400}
    assert MailEvent.objects.count() == 0


@pytest.mark.parametrize("provider", sorted(webhooks()))
@pytest.mark.django_db
def test_every_provider_that_signs_is_asked_for_its_signature(
    client: Client, provider: str, settings: Settings
) -> None:
    keys = "MAILGUN_WEBHOOK_SIGNING_KEY MAILERSEND_SIGNING_SECRET MAILTRAP_TRACKING_SECRET".split()
    settings.ANYMAIL = settings.ANYMAIL | dict.fromkeys([*keys, "MANDRILL_WEBHOOK_KEY"], "k")
    address = f"/mail/events/{provider}/"
    answer = client.post(address, b"{}", content_type="application/json", headers=BASIC)
    assert answer.status_code in {200, 400, 403}
    signed = {"mailersend", "mailtrap", "mailgun", "mandrill"}
    assert answer.status_code != 200 or provider not in signed
    assert MailEvent.objects.count() == 0


def test_a_raw_bounce_is_taken(client: Client, delivery: Delivery, incident: Incident) -> None:
    body = failed(return_path(delivery.pk))
    for words in ("Noted.\n", "Known already.\n"):
        answer = client.post("/mail/bounces/", body, "message/rfc822", headers=BASIC)
        assert (answer.status_code, answer.content.decode()) == (200, words)
    assert MailEvent.objects.get().delivery_number == delivery.pk
    elsewhere = failed("x@example.com", diagnostic="550 5.1.1 another")
    to = f"/mail/bounces/?to={return_path(delivery.pk).replace('+', '%2B')}"
    client.post(to, elsewhere, "message/rfc822", headers=BASIC)
    assert MailEvent.objects.count() == 2


@pytest.mark.django_db
def test_other_mail_is_ignored(client: Client) -> None:
    answer = client.post("/mail/bounces/", b"Hello", "message/rfc822", headers=BASIC)
    assert (answer.status_code, MailEvent.objects.count()) == (200, 0)
    assert client.get("/mail/bounces/", headers=BASIC).status_code == 405
