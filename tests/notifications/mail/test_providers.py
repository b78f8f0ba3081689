"""Mails through a provider's API: headers kept, its id kept, its refusals understood."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers
from pytest_django import Settings

from incidents.models import Incident
from notifications import rounds
from notifications.models import Delivery, Subscription, Suppression
from statuspage import mail_providers
from tests.notifications.conftest import Subscriber
from tests.sinks.http import HttpSink, Reply

State = Delivery.State
TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "ada@example.com"}
INACTIVE = {
    "ErrorCode": 406,
    "Message": "You tried to send to a recipient that has been marked as inactive.\n"
    "Found inactive addresses: ada@example.com. Inactive recipients are ones that have "
    "generated a hard bounce or a spam complaint.",
}


def answering(body: object, status: int = 200, **headers: str) -> Callable[[Any], Reply]:
    """What the provider says."""
    said = json.dumps(body).encode()
    return lambda _entry: Reply(status, {"Content-Type": "application/json"} | headers, said)


@pytest.fixture
def postmark(settings: Settings) -> Iterator[HttpSink]:
    """A stand-in of Postmark's API."""
    with HttpSink() as sink:
        url = f"anymail+postmark://secret-token?api_url={sink.url}/&requests_timeout=5"
        settings.MAILERS = {"default": mail_providers.mailer(url)}
        sink.reply = answering(TAKEN)
        yield sink


@pytest.fixture
def told(postmark: HttpSink, incident: Incident, subscriber: Subscriber) -> Subscription:
    """A reader who is about to be told."""
    return subscriber()


def test_a_provider_gets_the_whole_mail_and_its_id_is_kept(
    told: Subscription, postmark: HttpSink, at: datetime
) -> None:
    rounds.run_all(at)
    (entry,) = postmark.entries
    assert entry["headers"]["x-postmark-server-token"] == "secret-token"
    sent = json.loads(entry["body"])
    assert (sent["To"], sent["Subject"]) == (
        "ada@example.com",
        "[Example Mail] Mail cannot be read",
    )
    assert "We are looking into it." in sent["TextBody"]
    assert "<h1" in sent["HtmlBody"]
    headers = {each["Name"]: each["Value"] for each in sent["Headers"]}
    assert headers["List-Unsubscribe"] == f"<{told.unsubscribe_url}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Id"] == "<mail.status.localhost>"
    assert headers["Auto-Submitted"] == "auto-generated"
    delivery = Delivery.objects.get()
    assert headers["Message-ID"] == delivery.message_id
    assert (delivery.state, delivery.provider_id) == (State.SENT, "pm-1")


def test_an_address_that_the_provider_refuses_is_left_alone(
    told: Subscription, postmark: HttpSink, at: datetime
) -> None:
    postmark.reply = answering(INACTIVE, 422)
    rounds.run_all(at)
    assert Delivery.objects.get().state == State.FAILED
    assert Suppression.objects.get().destination == "ada@example.com"


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_provider_that_is_unwell_or_knows_us_no_more_is_tried_again(
    told: Subscription, postmark: HttpSink, at: datetime, status: int
) -> None:
    postmark.reply = answering({"ErrorCode": 10, "Message": "No"}, status)
    rounds.run_all(at)
    delivery = Delivery.objects.get()
    assert delivery.state == State.RETRY
    assert str(status) in delivery.last_error
    assert "secret-token" not in delivery.last_error


def test_a_mail_that_a_provider_does_not_take_is_not_tried_again(
    told: Subscription, postmark: HttpSink, at: datetime
) -> None:
    postmark.reply = answering({"ErrorCode": 300, "Message": "Invalid 'From' address"}, 422)
    rounds.run_all(at)
    assert Delivery.objects.get().state == State.FAILED
    assert Suppression.objects.count() == 0


@pytest.mark.parametrize(
    "url",
    [
        "anymail+brevo://k", "anymail+mailersend://k?events_key=s", "anymail+mandrill://k",
        "anymail+mailgun://k?sender_domain=mg.example.com&events_key=s",
        "anymail+mailjet://key:secret", "anymail+mailtrap://k", "anymail+resend://k",
        "anymail+postal://k?api_url=https://postal.example.com", "anymail+sparkpost://k",
        "anymail+postmark://k?message_stream=broadcasts",
        "anymail+unisender-go://k?api_url=https://go1.unisender.ru/",
    ],
)  # fmt: skip
def test_every_provider_of_the_docs_can_be_set_up(settings: Settings, url: str) -> None:
    settings.MAILERS = {"default": mail_providers.mailer(url)}
    assert type(mailers.default).__module__.startswith("anymail.backends.")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("anymail+pigeon://k", "there are brevo"),
        ("anymail+postmark://", "anymail\\+postmark://KEY"),
        ("anymail+mailjet://k", "KEY:SECRET"),
        ("anymail+postmark://k:s", "anymail\\+postmark://KEY"),
        ("anymail+postmark://k?events_key=s", "no option “events_key”"),
        ("anymail+postmark://k?requests_timeout=soon", "whole number"),
    ],
)
def test_a_provider_that_cannot_be_used_is_refused_with_the_way_out(url: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        mail_providers.mailer(url)


def test_keys_of_webhooks_go_where_anymail_looks_for_them() -> None:
    urls = ["keep:", "anymail+mailgun://k?sender_domain=x.example&events_key=s"]
    assert mail_providers.webhook_settings(urls, "user:password") == {
        "WEBHOOK_SECRET": ["user:password"],
        "MAILGUN_WEBHOOK_SIGNING_KEY": "s",
    }
    assert mail_providers.webhook_settings(["smtp://x"], "") == {}
