"""One page behind one link: looking changes nothing, each button does one thing."""

import json
from datetime import datetime
from ipaddress import ip_network

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from incidents.models import Component, Incident, Page
from notifications import rounds
from notifications.channels import channel_named
from notifications.models import Delivery, Subscription
from people.actors import Actor

pytestmark = pytest.mark.django_db
ALL = {"woken_by_major": "1", "time_zone": "", "quiet_from": "", "quiet_until": ""}


@pytest.fixture
def mine(page: Page, at: datetime) -> Subscription:
    """A reader who confirmed."""
    asked = Subscription.ask(page, destination="ada@example.com", at=timezone.now())
    found = Subscription.confirm(asked.token("confirm"), timezone.now())
    assert found is not None
    return found


def path(subscription: Subscription, name: str = "") -> str:
    return f"/{subscription.manage_path}{name}"


def test_everything_is_changed_on_one_page(
    mine: Subscription, mailstore: Component, reader: Client, by: Actor, at: datetime
) -> None:
    mine.page.change(languages=["de"], by=by, at=at)
    sent = ALL | {
        "kinds": ["incident"], "components": [mailstore.public_id], "from_level": "partial_outage",
        "new": "1", "language": "de", "time_zone": "Asia/Tokyo", "quiet_from": "22",
        "quiet_until": "7", "digest_hour": "8", "monthly_report": "1",
    }  # fmt: skip
    assert "Saved." in reader.post(path(mine), sent).content.decode()
    mine.refresh_from_db()
    assert mine.choice.kinds == ["incident"]
    assert (mine.from_level, mine.language, mine.time_zone) == (
        "partial_outage",
        "de",
        "Asia/Tokyo",
    )
    assert (mine.quiet_from, mine.quiet_until, mine.digest_hour) == (22, 7, 8)
    assert mine.report_due_at is not None
    since = mine.new_from
    text = reader.get(path(mine)).content.decode()
    assert f'value="{mailstore.public_id}" checked' in text
    assert "<option selected>Asia/Tokyo</option>" in text
    assert 'name="monthly_report" value="1" checked' in text
    reader.post(path(mine), sent)
    mine.refresh_from_db()
    assert mine.new_from == since


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "22"}, {"quiet_from": "x", "quiet_until": "7"}, {"digest_hour": "99"},
        {"time_zone": "Atlantis"}, {"from_level": "operational"}, {"kinds": ["gossip"]},
        {"language": "fr"}, {"groups": ["nonsense"]}, {"digest_hour": "9" * 5000},
        {"quiet_from": "22", "quiet_until": "9" * 5000}, {"groups": ["\x00"]},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_saved(
    mine: Subscription, reader: Client, wrong: dict[str, object]
) -> None:
    before = Subscription.objects.values().get()
    refused = reader.post(path(mine), ALL | wrong)
    assert refused.status_code == 422
    assert "form__error" in refused.content.decode()
    assert Subscription.objects.values().get() == before


@pytest.mark.parametrize("name", ["", "key/", "erase/", "export.json"])
def test_looking_changes_nothing_and_no_cache_keeps_it(
    mine: Subscription, reader: Client, name: str
) -> None:
    before = list(Subscription.objects.values()), Delivery.objects.count()
    for method in (reader.get, reader.head):
        shown = method(path(mine, name))
        assert shown.status_code == 200
        assert shown["Cache-Control"] == "private, no-store"
        assert shown["Referrer-Policy"] == "no-referrer"
    assert (list(Subscription.objects.values()), Delivery.objects.count()) == before


@pytest.mark.parametrize("name", ["", "key/", "erase/", "export.json"])
@pytest.mark.parametrize("purpose", ["confirm", "unsubscribe"])
def test_a_link_for_another_purpose_opens_none_of_it(
    mine: Subscription, reader: Client, name: str, purpose: str
) -> None:
    token = mine.token(purpose)  # type: ignore[arg-type]
    for method in (reader.get, reader.post):
        assert method(f"/subscriptions/{token}/{name}").status_code == 404
    mine.refresh_from_db()
    assert mine.state == "confirmed"


def test_own_data_is_taken_along(mine: Subscription, incident: Incident, reader: Client) -> None:
    taken = reader.get(path(mine, "export.json"))
    assert taken["Content-Disposition"] == 'attachment; filename="subscriptions.json"'
    assert json.loads(taken.content)["address"] == "ada@example.com"


def test_what_else_the_address_hears_of_is_listed(
    mine: Subscription, incident: Incident, reader: Client
) -> None:
    Subscription.ask(mine.page, destination=mine.destination, incident=incident, at=timezone.now())
    text = reader.get(path(mine)).content.decode()
    assert "All that this address hears of here" in text
    assert incident.title in text


def test_a_new_link_is_mailed_and_the_old_one_is_dead(mine: Subscription, reader: Client) -> None:
    old = path(mine)
    assert "on its way" in reader.post(path(mine, "key/")).content.decode()
    assert reader.get(old).status_code == 404
    mine.refresh_from_db()
    assert reader.post(path(mine, "key/")).status_code == 200
    mine.refresh_from_db()
    refused = reader.post(path(mine, "key/"))
    assert refused.status_code == 429
    assert reader.get(path(mine)).status_code == 200


def test_erasing_deletes_all_of_it(mine: Subscription, reader: Client) -> None:
    assert "Delete everything" in reader.get(path(mine, "erase/")).content.decode()
    assert "Your data is deleted" in reader.post(path(mine, "erase/")).content.decode()
    rounds.tell(timezone.now())
    assert not Subscription.objects.exists()
    assert not Delivery.objects.exists()


def test_a_browser_joins_and_is_led_to_its_own_page(
    page: Page, reader: Client, settings: Settings
) -> None:
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    known = reader.get("/subscribe/push/")
    assert len(known.json()["key"]) == 87
    assert known["Cache-Control"] == "private, no-store"
    example = channel_named("webpush").example("http://127.0.0.1:9")
    sent = {"endpoint": example.destination, **example.config, "kinds": ["incident"]}
    joined = reader.post("/subscribe/push/", sent)
    mine = Subscription.objects.get()
    assert (mine.state, mine.heard_kinds) == ("confirmed", ["incident"])
    assert joined.json() == {"manage": mine.manage_url}
    assert reader.get(path(mine)).status_code == 200


def test_what_is_no_browser_is_refused(page: Page, reader: Client) -> None:
    for wrong in ({}, {"endpoint": "https://example.com/"}, {"endpoint": "http://127.0.0.1/"}):
        assert reader.post("/subscribe/push/", wrong).status_code == 422
    assert not Subscription.objects.exists()


def test_the_worker_keeps_its_name(page: Page, reader: Client) -> None:
    worker = reader.get("/assets/push-worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert b"showNotification" in worker.content
    assert "immutable" not in worker["Cache-Control"]


def test_a_second_address_is_asked_and_shown_once_it_confirmed(
    mine: Subscription, reader: Client
) -> None:
    said = reader.post(path(mine, "second/"), {"stand_in": "ada@example.net"})
    assert "Look into your mailbox" in said.content.decode()
    assert "ada@example.net" not in reader.get(path(mine)).content.decode()
    stand_in = Subscription.objects.get(stands_in_for=mine)
    assert Subscription.confirm(stand_in.token("confirm"), timezone.now())
    assert "ada@example.net" in reader.get(path(mine)).content.decode()


def test_what_is_no_second_address_is_said_beside_what_was_typed(
    mine: Subscription, reader: Client
) -> None:
    refused = reader.post(path(mine, "second/"), {"stand_in": "ada@example.com"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "That is this very address" in text
    assert 'value="ada@example.com"' in text


def test_second_addresses_count_as_sign_ups_from_a_network(
    mine: Subscription, reader: Client
) -> None:
    for _each in range(61):
        said = reader.post(path(mine, "second/"), {"stand_in": "ada@example.net"})
    assert said.status_code == 422
    assert "Too many sign-ups" in said.content.decode()
    assert 'value="ada@example.net"' in said.content.decode()


def test_who_left_is_told_so_and_sees_no_settings(mine: Subscription, reader: Client) -> None:
    assert 'name="quiet_from"' in reader.get(path(mine)).content.decode()
    mine.end(timezone.now())
    text = reader.get(path(mine)).content.decode()
    assert "ada@example.com will not be told any more." in text
    assert "hears of" not in text
    assert 'name="quiet_from"' not in text
    assert 'href="/subscribe/">Subscribe again' in text
    assert path(mine, "export.json") in text


def test_quiet_hours_say_whose_clock_they_go_by(mine: Subscription, reader: Client) -> None:
    page_zone = f"by the clock of {mine.page.time_zone}"
    assert page_zone in reader.get(path(mine)).content.decode()
    Subscription.objects.update(time_zone="Asia/Tokyo")
    assert "by the clock of Asia/Tokyo" in reader.get(path(mine)).content.decode()


def test_the_time_zone_of_the_browser_can_be_offered(mine: Subscription, reader: Client) -> None:
    text = reader.get(path(mine)).content.decode()
    assert 'name="time_zone" data-own-zone="Your own time zone (%s)"' in text


def test_an_old_link_tells_nothing_of_a_page_that_became_private(
    mine: Subscription, incident: Incident, mailstore: Component, reader: Client, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    follows = Subscription.ask(
        mine.page, destination="ada@example.com", incident=incident, at=timezone.now()
    )
    asks = reader.get(f"/subscriptions/confirm/{follows.token('confirm')}/").content.decode()
    assert incident.title in asks
    mine.page.change(visibility="private", by=by, at=at)
    Component.add(mine.page, "Vault", by=by, at=at)
    confirm = f"/subscriptions/confirm/{follows.token('confirm')}/"
    seen = [reader.get(confirm), reader.get(path(mine)), reader.get(path(follows))]
    seen += [reader.post(path(mine), ALL | {"kinds": ["incident"]}), reader.post(confirm)]
    seen += [reader.post(path(mine, "second/"), {"stand_in": "eve@example.com"})]
    for answer in seen:
        assert answer.status_code == 200
        for word in ("Vault", mailstore.name, mailstore.public_id, incident.title):
            assert word not in answer.content.decode()
    assert Subscription.objects.get(pk=mine.pk).choice.kinds == mine.choice.kinds
    assert not mine.stand_ins.exists()


def test_of_a_private_page_one_leaves_and_takes_along_what_is_kept(
    mine: Subscription, reader: Client, by: Actor, at: datetime
) -> None:
    mine.page.change(visibility="private", by=by, at=at)
    shown = reader.get(path(mine)).content.decode()
    for name in ("export.json", "key/", "erase/"):
        assert path(mine, name) in shown
        assert reader.get(path(mine, name)).status_code == 200
    assert mine.unsubscribe_path in shown
    reader.post(f"/{mine.unsubscribe_path}")
    left = reader.get(path(mine)).content.decode()
    assert "will not be told any more" in left
    assert "subscribe/" not in left.replace("unsubscribe/", "")
