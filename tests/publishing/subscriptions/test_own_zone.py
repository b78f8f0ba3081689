"""Whoever signs up is told times by the clock of the browser, where a script could name it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Incident, Page
from notifications import rounds
from notifications.models import Subscription, VapidKey, Wish
from people.actors import Actor
from publishing.rendering import render

pytestmark = pytest.mark.django_db
FIELD = '<input type="hidden" name="time_zone" data-zone>'
NAMELESS = ["Berlin", "europe/berlin", "Mars/Phobos", "../etc/passwd", "\x00", "x" * 5000]


def sign_up(reader: Client, path: str = "/subscribe/", **typed: str) -> Subscription:
    """Send the form as a browser does, and let what it asks for come true."""
    answer = reader.post(path, {"email": "ada@example.com"} | typed)
    assert answer.status_code == 200
    rounds.tell(timezone.now())
    return Subscription.objects.latest("pk")


def test_the_forms_leave_room_for_it_and_name_none(
    page: Page, incident: Incident, reader: Client
) -> None:
    front, own = (
        render(page, path, incident.started_at).body.decode() for path in ("", incident.public_path)
    )
    forms = [reader.get(f"/subscribe/{way}").content.decode() for way in ("", "webhook/", "slack/")]
    assert all(FIELD in html for html in (front, own, *forms))


def test_whoever_signs_up_goes_by_the_clock_of_the_browser(page: Page, reader: Client) -> None:
    assert sign_up(reader, time_zone="Asia/Tokyo").time_zone == "Asia/Tokyo"


def test_whoever_follows_one_incident_does_too(incident: Incident, reader: Client) -> None:
    followed = sign_up(reader, incident=incident.public_id, time_zone="Asia/Tokyo")
    assert (followed.incident, followed.time_zone) == (incident, "Asia/Tokyo")


def test_a_webhook_does_too(page: Page, reader: Client) -> None:
    typed = {"destination": "https://hooks.example.com/status", "time_zone": "Asia/Tokyo"}
    reader.post("/subscribe/webhook/", typed | {"email": "ada@example.com"})
    assert Wish.objects.get().time_zone == "Asia/Tokyo"


def test_a_slack_channel_does_too(page: Page, reader: Client) -> None:
    hook = "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/cccccccccccccccccccccccc"
    answer = reader.post("/subscribe/slack/", {"destination": hook, "time_zone": "Asia/Tokyo"})
    assert answer.status_code == 200
    assert Wish.objects.get().time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("name", NAMELESS)
def test_what_is_no_zone_counts_for_nothing(page: Page, reader: Client, name: str) -> None:
    assert sign_up(reader, time_zone=name).time_zone == ""


def test_the_zone_of_the_page_is_kept_as_the_pages(page: Page, reader: Client) -> None:
    assert sign_up(reader, time_zone=page.time_zone).time_zone == ""


def test_of_two_browsers_the_last_one_counts_until_one_confirms(page: Page, reader: Client) -> None:
    sign_up(reader, time_zone="Asia/Tokyo")
    assert sign_up(reader, time_zone="Europe/Berlin").time_zone == "Europe/Berlin"
    assert sign_up(reader).time_zone == "Europe/Berlin"


def test_what_somebody_who_is_told_chose_stays(page: Page, reader: Client) -> None:
    mine = sign_up(reader)
    reader.post(mine.confirm_url.removeprefix("http://localhost:8000"))
    mine.arrange(at=timezone.now(), time_zone="Asia/Kathmandu", digest_hour=8)
    due = mine.digest_due_at
    again = sign_up(reader, time_zone="Asia/Tokyo")
    assert (again.pk, again.time_zone) == (mine.pk, "Asia/Kathmandu")
    assert again.digest_due_at == due


def test_a_digest_that_was_chosen_once_comes_at_its_hour_of_the_new_clock(
    page: Page, reader: Client
) -> None:
    mine = sign_up(reader)
    mine.arrange(at=timezone.now(), digest_hour=8)
    again = sign_up(reader, time_zone="Asia/Tokyo")
    assert again.digest_due_at
    assert again.digest_due_at.astimezone(again.zone).hour == 8


def test_a_browser_that_joins_goes_by_its_clock_and_keeps_what_its_owner_chose(
    page: Page, reader: Client
) -> None:
    sent: dict[str, Any] = {
        "endpoint": "https://fcm.googleapis.com/fcm/send/one",
        "p256dh": VapidKey.ours().public,
        "auth": "A" * 22,
    }
    assert reader.post("/subscribe/push/", sent | {"time_zone": "Asia/Tokyo"}).status_code == 200
    mine = Subscription.objects.get()
    assert mine.time_zone == "Asia/Tokyo"
    mine.arrange(at=timezone.now(), time_zone="Asia/Kathmandu")
    assert reader.post("/subscribe/push/", sent | {"time_zone": "Asia/Tokyo"}).status_code == 200
    mine.refresh_from_db()
    assert mine.time_zone == "Asia/Kathmandu"


@pytest.mark.parametrize("name", ["Asia/Tokyo", "Mars/Phobos"])
def test_the_answer_is_the_same_for_everybody(page: Page, reader: Client, name: str) -> None:
    mine = sign_up(reader)
    reader.post(mine.confirm_url.removeprefix("http://localhost:8000"))
    known, unknown = (
        reader.post("/subscribe/", {"email": f"{who}@example.com", "time_zone": name})
        for who in ("ada", "eve")
    )
    assert known.status_code == unknown.status_code == 200
    assert len(known.content) == len(unknown.content)


def test_a_zone_that_is_not_among_those_to_pick_from_stays_picked(
    page: Page, reader: Client, by: Actor
) -> None:
    page.change(time_zone="America/New_York", by=by, at=timezone.now())
    mine = sign_up(reader, time_zone="UTC")
    own = mine.manage_url.removeprefix("http://localhost:8000")
    assert "<option selected>UTC</option>" in reader.get(own).content.decode()
