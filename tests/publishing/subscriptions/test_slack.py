"""A reader's own Slack channel: asked there, confirmed by a button, told, and left by its link."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from incidents.models import Incident, Page
from notifications import rounds
from notifications.models import Delivery, Subscription, Wish
from people.actors import Actor
from tests.notifications.conftest import endpoint, loopback_open
from tests.sinks.http import HttpSink, Reply

__all__ = ["endpoint", "loopback_open"]

pytestmark = pytest.mark.django_db
FORM = "/subscribe/slack/"
HOOK = "/services/T0ACME/B0HOOK/s3cr3t-s3cr3t"
LINK = re.compile(r"http://localhost:8000(/subscriptions/\S+/)")


def ask(reader: Client, endpoint: HttpSink, path: str = HOOK, **more: str) -> str:
    """Sends the form, and has what it asked for done."""
    answer = reader.post(FORM, {"destination": endpoint.url + path} | more)
    assert answer.status_code == 200
    rounds.run_all(timezone.now())
    return answer.content.decode()


def link_in(body: dict[str, Any]) -> str:
    found = LINK.search(body["text"])
    assert found
    return found[1]


@pytest.fixture
def mine(page: Page, reader: Client, endpoint: HttpSink) -> Subscription:
    """A channel whose reader confirmed."""
    ask(reader, endpoint)
    reader.post(link_in(endpoint.bodies[0]))
    endpoint.entries.clear()
    found = Subscription.objects.get()
    assert found.state == "confirmed"
    return found


def test_a_channel_is_asked_where_it_is_and_confirmed_by_the_button_alone(
    page: Page, reader: Client, endpoint: HttpSink
) -> None:
    assert f'href="{FORM}"' in reader.get("/subscribe/").content.decode()
    assert "Look into your channel" in ask(reader, endpoint)
    (entry,), (body,) = endpoint.entries, endpoint.bodies
    assert entry["path"] == HOOK
    assert "Do you want to hear from Example Mail?" in body["text"]
    path = link_in(body)
    for method in (reader.get, reader.head):
        assert method(path).status_code == 200
        assert Subscription.objects.get().state == "pending"
    said = reader.post(path).content.decode()
    mine = Subscription.objects.get()
    assert mine.state == "confirmed"
    assert mine.manage_path in said
    assert not Delivery.objects.exclude(channel="slack").exists()


def test_news_goes_to_the_channel_with_the_way_out(
    mine: Subscription, page: Page, reader: Client, endpoint: HttpSink, by: Actor
) -> None:
    mine.arrange(at=timezone.now(), time_zone="Asia/Kathmandu")
    at = timezone.now()
    due = at + timedelta(hours=1)
    Incident.open(page, title="Lost", body="We look.", next_update_due=due, by=by, at=at)
    rounds.run_all(timezone.now())
    (body,) = endpoint.bodies
    assert "Lost" in body["blocks"][0]["text"]["text"]
    assert "UTC+05:45" in body["blocks"][1]["text"]["text"]
    assert (
        body["blocks"][2]["elements"][0]["text"] == f"<{mine.manage_url}|Change what you hear of>"
    )
    manage = reader.get(mine.manage_url.removeprefix("http://localhost:8000"))
    assert "/key/" not in manage.content.decode()
    reader.post(mine.unsubscribe_url.removeprefix("http://localhost:8000"))
    mine.refresh_from_db()
    assert mine.state == "unsubscribed"


def test_the_webhook_itself_is_kept_encrypted_and_shown_nowhere(
    mine: Subscription, reader: Client, endpoint: HttpSink
) -> None:
    Wish.leave(mine.page, channel="slack", destination=endpoint.url + HOOK, at=timezone.now())
    for model in (Wish, Subscription, Delivery):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            rows = str(cursor.fetchall())
        assert "B0HOOK" in rows
        assert "s3cr3t" not in rows
    assert mine.settings["webhook_url"] == endpoint.url + HOOK
    export = reader.get(f"{mine.manage_url.removeprefix('http://localhost:8000')}export.json")
    assert b"s3cr3t" not in export.content
    assert mine.destination.encode() in export.content


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.com/services/T0ACME/B0HOOK/s3cr3t-s3cr3t",
        "http://hooks.slack.com/services/T0ACME/B0HOOK/s3cr3t-s3cr3t",
        "https://hooks.slack.com:8443/services/T0ACME/B0HOOK/s3cr3t-s3cr3t",
        "https://hooks.slack.com@example.com/services/T0ACME/B0HOOK/s3cr3t-s3cr3t",
        "https://hooks.slack.com.example.com/services/T0ACME/B0HOOK/s3cr3t-s3cr3t",
        "https://hooks.slack.com/services/T0ACME/B0HOOK/s3cr3t-s3cr3t?x=1",
        "https://hooks.slack.com/services/T0ACME/B0HOOK/../s3cr3t-s3cr3t",
        "https://hooks.slack.com/workflows/T0ACME/B0HOOK/s3cr3t-s3cr3t",
        "http://10.0.0.1/services/T0ACME/B0HOOK/s3cr3t-s3cr3t",
        "https://[/services/T0ACME/B0HOOK/s3cr3t-s3cr3t",
    ],
)
def test_what_is_no_webhook_of_slack_is_refused_with_what_was_typed(
    page: Page, reader: Client, url: str
) -> None:
    answer = reader.post(FORM, {"destination": url})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="destination-error"' in html
    assert f'value="{url}"' in html
    assert not Wish.objects.exists()


def test_a_robot_that_fills_everything_in_signs_nothing_up(
    page: Page, reader: Client, endpoint: HttpSink
) -> None:
    ask(reader, endpoint, website="x")
    assert endpoint.entries == []


def test_a_channel_is_asked_three_times_a_day_at_most(
    page: Page, reader: Client, endpoint: HttpSink
) -> None:
    for number in range(5):
        ask(reader, endpoint, f"/services/T0ACME/B0HOOK/guessed-{number}-s3cr3t")
    assert len(endpoint.entries) == 3


def test_whoever_guesses_at_a_channel_changes_nothing_of_it(
    mine: Subscription, reader: Client, endpoint: HttpSink
) -> None:
    ask(reader, endpoint, "/services/T0ACME/B0HOOK/guessed-guessed")
    (entry,), (body,) = endpoint.entries, endpoint.bodies
    assert entry["path"] == HOOK
    assert "You are subscribed already" in body["text"]


def test_an_owner_switches_it_off(
    mine: Subscription, page: Page, reader: Client, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    page.change(takes_slack=False, by=by, at=at)
    assert FORM not in reader.get("/subscribe/").content.decode()
    assert reader.get(FORM).status_code == 404
    assert reader.post(FORM, {"destination": endpoint.url + HOOK}).status_code == 404
    assert not Wish.objects.exists()
    mine.refresh_from_db()
    assert mine.state == "confirmed"


@pytest.mark.parametrize(
    ("status", "state"), [(404, "quarantined"), (403, "quarantined"), (503, "confirmed")]
)
def test_a_webhook_that_was_taken_away_is_left_alone_until_it_is_asked_for_again(
    mine: Subscription, page: Page, reader: Client, endpoint: HttpSink, by: Actor,
    status: int, state: str,
) -> None:  # fmt: skip
    endpoint.reply = lambda _entry: Reply(status)
    now = timezone.now()
    for number in range(12):
        at = now + timedelta(minutes=10 * number)
        Incident.open(page, title=f"Lost {number}", body="We look.", by=by, at=at)
        rounds.run_all(at)
    mine.refresh_from_db()
    assert mine.state == state
    if state == "quarantined":
        endpoint.reply = lambda _entry: Reply(200)
        endpoint.entries.clear()
        Wish.leave(page, channel="slack", destination=endpoint.url + HOOK, at=at)
        rounds.run_all(at)
        reader.post(link_in(endpoint.bodies[-1]))
        mine.refresh_from_db()
        assert mine.state == "confirmed"
