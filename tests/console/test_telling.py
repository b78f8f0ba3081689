"""Watching what goes out, connections with their secrets, kept mails, subscribers."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Incident, Page
from notifications.models import Broadcast, Delivery, KeptMail, Subscription
from people.actors import Actor
from people.models import User
from tests.console.screens import at_incident, refused, stored, text_of

DELIVERIES = "/console/mail/deliveries/"
CONNECT = "/console/mail/connections/add/"
X = {
    "destination": "@acmestatus",
    "consumer_key": "ck-1",
    "consumer_secret": "cs-2",
    "access_token": "at-3",
    "access_token_secret": "as-4",
}


@pytest.fixture
def broadcast(page: Page, incident: Incident, at: datetime) -> Broadcast:
    """The opening of an incident, told to two readers; one mail failed."""
    for name in ("ann", "ben"):
        Subscription.objects.create(
            page=page,
            channel="email",
            destination=f"{name}@example.com",
            state="confirmed",
            asked_at=at,
            confirmed_at=at,
        )
    (opened,) = Broadcast.open_due(at)
    opened.fan_out(at)
    failed = opened.deliveries.filter(destination="ben@example.com")
    failed.update(state="failed", last_error="550 no such user")
    opened.deliveries.exclude(destination="ben@example.com").update(state="sent", sent_at=at)
    return opened


def test_broadcasts_are_counted(desk: Client, broadcast: Broadcast) -> None:
    body = text_of(desk.get(DELIVERIES))
    assert "Mail cannot be read" in body
    assert "Incident opened" in body
    assert "incident.opened" not in body
    fragment = text_of(desk.get(DELIVERIES, headers={"HX-Request": "true"}))
    assert "<html" not in fragment


def test_a_failure_is_shown_with_its_reason(desk: Client, broadcast: Broadcast) -> None:
    body = text_of(desk.get(f"{DELIVERIES}{broadcast.pk}/"))
    assert "550 no such user" in body
    assert "ben@example.com" in body
    assert "ann@example.com" not in body


def test_what_failed_is_tried_again(desk: Client, broadcast: Broadcast) -> None:
    stored(desk, f"{DELIVERIES}{broadcast.pk}/retry/", {})
    assert not broadcast.deliveries.filter(state="failed").exists()


def test_a_viewer_sees_no_addresses(
    page: Page, broadcast: Broadcast, bob: User, by: Actor, at: datetime
) -> None:
    page.memberships.create(user=bob, role="viewer")
    client = Client()
    client.force_login(bob)
    body = text_of(client.get(f"{DELIVERIES}{broadcast.pk}/"))
    assert "550 no such user" in body
    assert "ben@example.com" not in body


def test_who_was_told_is_said_per_incident(
    desk: Client, incident: Incident, broadcast: Broadcast
) -> None:
    body = text_of(desk.get(at_incident(incident, "told/")))
    assert "1 of 2 sent" in body


def test_a_webhook_gets_a_key_that_is_shown_once(desk: Client, page: Page) -> None:
    fields = {"destination": "https://93.184.215.14/status"}
    answer = desk.post(f"{CONNECT}webhook/", fields)
    hook = Subscription.objects.get()
    key = hook.settings["keys"][0]
    assert key in text_of(desk.get(answer.headers["Location"]))
    assert key not in text_of(desk.get("/console/mail/connections/"))


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/x", "http://100.100.100.200/latest", "ftp://example.com", "hello"]
)
def test_a_webhook_into_our_own_house_is_refused(desk: Client, page: Page, address: str) -> None:
    body = refused(desk, f"{CONNECT}webhook/", {"destination": address}, "destination")
    assert f'value="{address}"' in body
    assert not Subscription.objects.exists()


def test_a_key_that_is_none_is_refused(desk: Client, page: Page) -> None:
    fields = {"destination": "https://93.184.215.14/status", "secret": "short"}
    refused(desk, f"{CONNECT}webhook/", fields, "secret")


def test_an_account_of_x_is_connected_and_its_keys_stay_inside(desk: Client, page: Page) -> None:
    stored(desk, f"{CONNECT}x/", X)
    assert Subscription.objects.get().settings["consumer_secret"] == "cs-2"
    body = text_of(desk.get("/console/mail/connections/"))
    assert "@acmestatus" in body
    assert "cs-2" not in body


def test_an_account_of_x_needs_all_its_keys(desk: Client, page: Page) -> None:
    refused(desk, f"{CONNECT}x/", X | {"access_token": " "}, "access_token")
    refused(desk, f"{CONNECT}x/", X | {"destination": "not a name"}, "destination")


def test_there_is_no_other_channel_to_connect(desk: Client, page: Page) -> None:
    assert desk.get(f"{CONNECT}pigeon/").status_code == 404


@pytest.fixture
def hook(page: Page, by: Actor, at: datetime) -> Subscription:
    """A webhook of staff's."""
    address = "https://93.184.215.14/status"
    return Subscription.connect(page, channel="webhook", destination=address, by=by, at=at)


def test_a_connection_is_tested(desk: Client, hook: Subscription) -> None:
    stored(desk, f"/console/mail/connections/{hook.pk}/test/", {})
    test = Delivery.objects.get()
    assert (test.stream, test.subscription, test.lane) == ("test", hook, "webhooks")


def test_a_connection_is_removed(desk: Client, hook: Subscription) -> None:
    stored(desk, f"/console/mail/connections/{hook.pk}/remove/", {})
    assert hook.destination not in text_of(desk.get("/console/mail/connections/"))


def test_a_quarantined_connection_is_put_back(desk: Client, hook: Subscription) -> None:
    hook.quarantine(timezone.now())
    stored(desk, f"/console/mail/connections/{hook.pk}/remove/", {"release": "1"})
    hook.refresh_from_db()
    assert hook.state == "confirmed"


def test_subscribers_are_listed_and_found(desk: Client, broadcast: Broadcast) -> None:
    assert "ann@example.com" in text_of(desk.get("/console/mail/subscribers/"))
    assert "ann@example.com" not in text_of(desk.get("/console/mail/subscribers/?q=ben"))


@pytest.fixture
def mail(page: Page, at: datetime) -> KeptMail:
    """A mail with looks of its own."""
    return KeptMail.objects.create(
        page=page,
        kept_at=at,
        sender="status@example.com",
        recipient="ann@example.com",
        subject="Confirm",
        text="Open https://status.example.com/confirm",
        html='<p style="color: red">Open<script>alert(1)</script></p>',
        wire="Subject: Confirm",
    )


def test_a_kept_mail_is_read_as_text_and_in_a_closed_frame(
    desk: Client, page: Page, mail: KeptMail
) -> None:
    body = text_of(desk.get(f"/console/mail/mails/{mail.pk}/"))
    assert '<a href="https://status.example.com/confirm"' in body
    assert "alert(1)" not in body
    assert 'sandbox="allow-popups"' in body


def test_the_frame_lets_nothing_run(desk: Client, page: Page, mail: KeptMail) -> None:
    answer = desk.get(f"/console/mail/mails/{mail.pk}/html/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_an_admin_of_one_page_does_not_read_the_mails_of_another(
    desk: Client, page: Page, mail: KeptMail, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    assert "Confirm" in text_of(desk.get("/console/mail/mails/"))
    KeptMail.objects.filter(pk=mail.pk).update(page=other)
    assert "Confirm" not in text_of(desk.get("/console/mail/mails/"))
    assert desk.get(f"/console/mail/mails/{mail.pk}/html/").status_code == 404


def test_screens_run_no_script_of_their_own(desk: Client, incident: Incident) -> None:
    for address in ("/console/mail/", "/console/mail/incidents/open/", at_incident(incident)):
        answer = desk.get(address)
        body = text_of(answer)
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "hx-on" not in body
        assert " style=" not in body
        assert "<script>" not in body
