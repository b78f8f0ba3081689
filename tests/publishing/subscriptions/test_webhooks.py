"""A reader's own webhook: signed up by mail, its secret seen once, its calls and what was missed."""

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from incidents.models import Incident, Page
from notifications import rounds
from notifications.models import Delivery, Endpoint, Subscription, Wish
from people.actors import Actor
from tests.notifications.conftest import endpoint, loopback_open
from tests.sinks.http import HttpSink, Reply

__all__ = ["endpoint", "loopback_open"]

pytestmark = pytest.mark.django_db
OWNER = "grace@example.com"
SECRET = re.compile(r"whsec_[\w+/=]+")


def path_of(url: str) -> str:
    return url.removeprefix("http://localhost:8000")


@pytest.fixture
def mine(page: Page, reader: Client, endpoint: HttpSink) -> Endpoint:
    """A webhook whose owner confirmed."""
    reader.post("/subscribe/webhook/", {"destination": f"{endpoint.url}/hook", "email": OWNER})
    Wish.take_up(timezone.now())
    reader.post(path_of(Subscription.objects.get().confirm_url))
    found = Endpoint.objects.get()
    assert found.state == "confirmed"
    return found


def page_of(mine: Endpoint) -> str:
    return f"{path_of(mine.manage_url)}webhook/"


def does(reader: Client, mine: Endpoint, what: str, **more: object) -> str:
    answer = reader.post(page_of(mine), {"do": what} | more)
    assert answer.status_code in {200, 422}
    assert answer["Cache-Control"] == "private, no-store"
    return answer.content.decode()


def test_the_form_is_found_from_the_one_for_mails(page: Page, reader: Client) -> None:
    assert 'href="/subscribe/webhook/"' in reader.get("/subscribe/").content.decode()
    assert reader.get("/subscribe/webhook/").status_code == 200


@pytest.mark.parametrize(
    ("destination", "email", "field"),
    [("http://10.0.0.1/", OWNER, "destination"), ("https://1.1.1.1/", "nobody", "email")],
)
def test_what_cannot_be_called_or_confirmed_is_refused_with_what_was_typed(
    page: Page, reader: Client, destination: str, email: str, field: str
) -> None:
    answer = reader.post("/subscribe/webhook/", {"destination": destination, "email": email})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{field}-error"' in html
    assert destination in html
    assert not Wish.objects.exists()


def test_a_refused_address_is_refused_in_the_language_of_the_page(
    page: Page, reader: Client, by: Actor, at: datetime
) -> None:
    page.change(languages=["de"], by=by, at=at)
    typed = {"destination": "http://10.0.0.1/", "email": OWNER}
    html = reader.post("/de/subscribe/webhook/", typed).content.decode()
    assert "10.0.0.1 liegt nicht im öffentlichen Internet." in html
    assert "private network" not in html


def test_a_robot_that_fills_everything_in_signs_nothing_up(page: Page, reader: Client) -> None:
    typed = {"destination": "https://1.1.1.1/", "email": OWNER, "website": "x"}
    assert reader.post("/subscribe/webhook/", typed).status_code == 200
    assert not Wish.objects.exists()


def test_the_secret_is_shown_once(mine: Endpoint, reader: Client) -> None:
    assert not SECRET.search(reader.get(page_of(mine)).content.decode())
    assert SECRET.findall(does(reader, mine, "show")) == mine.kept.keys
    assert not SECRET.search(does(reader, mine, "show"))
    assert not SECRET.search(reader.get(page_of(mine)).content.decode())


def test_a_changed_secret_is_shown_once_and_the_old_one_ends(
    mine: Endpoint, reader: Client
) -> None:
    old = mine.kept.keys[0]
    (new,) = SECRET.findall(does(reader, mine, "change"))
    mine.refresh_from_db()
    assert mine.kept.keys == [new, old]
    html = reader.get(page_of(mine)).content.decode()
    assert "until:" in html
    assert "Change the secret" not in html


def test_a_test_arrives_and_is_listed_without_what_was_answered(
    mine: Endpoint, reader: Client, endpoint: HttpSink
) -> None:
    endpoint.reply = lambda entry: Reply(500, {}, b"the inside of somebody's network")
    does(reader, mine, "test")
    rounds.run_all(timezone.now() + timedelta(seconds=1))
    html = reader.get(page_of(mine)).content.decode()
    assert "HTTP 500" in html
    assert "inside of somebody" not in html
    assert endpoint.bodies[0]["candor"]["event"] == "test"


def test_one_message_is_sent_again(
    mine: Endpoint, reader: Client, endpoint: HttpSink, incident: Incident
) -> None:
    rounds.run_all(timezone.now())
    broadcast = incident.broadcasts.get()
    assert f'value="{broadcast.pk}"' in reader.get(page_of(mine)).content.decode()
    does(reader, mine, "replay", broadcast=broadcast.pk)
    rounds.run_all(timezone.now())
    first, again = endpoint.entries
    assert first["headers"]["webhook-id"] == again["headers"]["webhook-id"]
    for strange in ("999999", "9" * 30, "9" * 5000, "\x00"):
        assert reader.post(page_of(mine), {"do": "replay", "broadcast": strange}).status_code == 404


def test_after_quarantine_it_hears_what_it_missed(
    mine: Endpoint, reader: Client, endpoint: HttpSink, page: Page, by: Actor,
) -> None:  # fmt: skip
    now = timezone.now()
    mine.quarantine(now - timedelta(hours=1), "HTTP 500")
    Incident.open(page, title="Missed", body="Words.", by=by, at=now - timedelta(minutes=5))
    rounds.run_all(now)
    assert not endpoint.entries
    assert "not called any more" in reader.get(page_of(mine)).content.decode()
    does(reader, mine, "resume")
    rounds.run_all(timezone.now() + timedelta(seconds=1))
    assert [body["incident"]["name"] for body in endpoint.bodies] == ["Missed"]


def test_the_owner_of_a_failing_webhook_gets_a_mail_with_the_way_back(
    mine: Endpoint, settings: Settings
) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    Delivery.objects.all().delete()
    mine.quarantine(timezone.now(), "HTTP 500")
    rounds.run_all(timezone.now() + timedelta(seconds=1))
    (sent,) = mail.outbox
    assert sent.to == [OWNER]
    assert "not called any more" in sent.subject
    for words in ("HTTP 500", mine.destination, f"{mine.manage_url}webhook/"):
        assert words in sent.body


@pytest.mark.parametrize("token", ["x", "a" * 44, "0" * 500])
def test_a_forged_link_opens_nothing(page: Page, reader: Client, token: str) -> None:
    assert reader.get(f"/subscriptions/{token}/webhook/").status_code == 404
    assert reader.post(f"/subscriptions/{token}/webhook/", {"do": "change"}).status_code == 404


def test_a_link_to_leave_opens_no_secret(mine: Endpoint, reader: Client, at: datetime) -> None:
    path = f"/subscriptions/{mine.token('unsubscribe')}/webhook/"
    assert reader.post(path, {"do": "show"}).status_code == 404
