from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from incidents.models import Component, ComponentGroup, Incident, Page
from notifications import rounds
from notifications.kinds import Kind
from notifications.models import Subscription, Wish
from people.actors import Actor
from publishing.rendering import render

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(page: Page, reader: Client) -> Subscription:
    return sign_up(reader, email="reader@example.com")


def sign_up(reader: Client, path: str = "/subscribe/", **typed: object) -> Subscription:
    """Send the form, and let what it asks for come true."""
    assert reader.post(path, typed).status_code == 200
    rounds.tell(timezone.now())
    return Subscription.objects.latest("pk")


@pytest.fixture
def confirmed(asked: Subscription, reader: Client) -> Subscription:
    reader.post(path_of(asked.confirm_url))
    asked.refresh_from_db()
    return asked


def path_of(url: str) -> str:
    return url.removeprefix("http://localhost:8000")


def test_one_address_suffices(asked: Subscription) -> None:
    assert (asked.destination, asked.state) == ("reader@example.com", "pending")


def test_the_answer_does_not_say_whether_the_address_was_known(
    confirmed: Subscription, reader: Client
) -> None:
    known = reader.post("/subscribe/", {"email": "reader@example.com"}).content
    unknown = reader.post("/subscribe/", {"email": "other@example.com"}).content
    assert b"Look into your mailbox" in known
    assert known == unknown or len(known) == len(unknown)


def test_the_form_says_what_is_heard_of_when_no_kind_is_ticked(
    asked: Subscription, reader: Client
) -> None:
    assert "all but changes of a component" in reader.get("/subscribe/").content.decode()
    assert set(asked.heard_kinds) == set(Kind.values) - {Kind.COMPONENT}


def test_components_can_be_picked(page: Page, mailstore: Component, reader: Client) -> None:
    asked = sign_up(reader, email="a@example.com", components=[mailstore.public_id])
    assert list(asked.components.all()) == [mailstore]


@pytest.mark.parametrize(
    "typed", ["", "nobody", "a@example.com,b@example.com", "a@example.com\r\nBcc: b@example.com"]
)
def test_a_bad_address_is_refused_and_nothing_typed_is_lost(
    page: Page, mailstore: Component, reader: Client, typed: str
) -> None:
    response = reader.post("/subscribe/", {"email": typed, "components": [mailstore.public_id]})
    assert response.status_code == 422
    html = response.content.decode()
    assert "form__error" in html
    assert f'value="{mailstore.public_id}" checked' in html
    assert not Wish.objects.exists()


def test_an_unknown_component_is_refused(page: Page, mailstore: Component, reader: Client) -> None:
    strange = ["nonsense", "\x00"]
    response = reader.post("/subscribe/", {"email": "a@example.com", "components": strange})
    assert response.status_code == 422
    assert "Pick components of this page." in response.content.decode()


def test_hours_without_end_are_given_up_and_all_else_that_was_typed_stays(
    page: Page, reader: Client
) -> None:
    hours = dict.fromkeys(("quiet_from", "quiet_until", "digest_hour"), "9" * 5000)
    refused = reader.post("/subscribe/", {"email": "nobody", "kinds": ["incident"]} | hours)
    assert refused.status_code == 422
    html = refused.content.decode()
    assert 'value="nobody"' in html
    assert 'value="incident" checked' in html


def test_a_robot_that_fills_everything_in_subscribes_nobody(page: Page, reader: Client) -> None:
    reader.post("/subscribe/", {"email": "a@example.com", "website": "https://example.com"})
    assert not Wish.objects.exists()


def test_opening_the_link_shows_a_button_and_changes_nothing(
    asked: Subscription, reader: Client
) -> None:
    response = reader.get(path_of(asked.confirm_url))
    assert "Yes, tell me" in response.content.decode()
    asked.refresh_from_db()
    assert asked.state == "pending"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "no-referrer"


def test_what_was_picked_is_named_before_it_is_confirmed(
    page: Page, mailstore: Component, incident: Incident, reader: Client
) -> None:
    def words(**typed: Any) -> str:
        found = sign_up(reader, **typed)
        return reader.get(path_of(found.confirm_url)).content.decode()

    assert f"ada@example.com will hear of {page.name}." in words(email="ada@example.com")
    some = words(email="bob@example.com", components=[mailstore.public_id])
    assert f"bob@example.com will hear of {page.name}: {mailstore.name}." in some
    one = words(email="eve@example.com", incident=incident.public_id)
    assert f"eve@example.com will follow “{incident.title}”." in one


def test_the_button_stands_below_what_is_picked(page: Page, reader: Client) -> None:
    form, rest = reader.get("/subscribe/").content.decode().split('id="ways"')
    assert form.index('name="from_level"') < form.index("<button") < form.index("</form>")
    assert "subscribe/webhook/" in rest.split('id="feeds"')[0]
    assert "subscribe/webhook/" not in rest.split('id="feeds"')[1]


def test_pressing_the_button_confirms_once(confirmed: Subscription, reader: Client) -> None:
    assert confirmed.state == "confirmed"
    first = confirmed.confirmed_at
    assert reader.post(path_of(confirmed.confirm_url)).status_code == 200
    confirmed.refresh_from_db()
    assert confirmed.confirmed_at == first


def test_a_link_that_was_used_says_what_came_of_it_for_as_long_as_it_would_act(
    confirmed: Subscription, reader: Client
) -> None:
    link = path_of(confirmed.confirm_url)
    said = reader.get(link)
    assert said.status_code == 200
    assert "You are subscribed" in said.content.decode()
    assert confirmed.manage_path in said.content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=49)):
        old = reader.get(link)
    assert old.status_code == 404
    assert confirmed.destination not in old.content.decode()
    confirmed.end(timezone.now())
    assert reader.get(link).status_code == 404


def test_leaving_takes_a_press_of_the_button(confirmed: Subscription, reader: Client) -> None:
    url = path_of(confirmed.unsubscribe_url)
    assert "Stop telling me" in reader.get(url).content.decode()
    confirmed.refresh_from_db()
    assert confirmed.state == "confirmed"
    assert "You have left" in reader.post(url).content.decode()
    confirmed.refresh_from_db()
    assert confirmed.state == "unsubscribed"


def test_one_click_of_a_mail_program_needs_neither_cookie_nor_token(
    confirmed: Subscription,
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.post(path_of(confirmed.unsubscribe_url), {"List-Unsubscribe": "One-Click"})
    confirmed.refresh_from_db()
    assert confirmed.state == "unsubscribed"


def test_what_is_heard_of_can_be_changed(
    confirmed: Subscription, mailstore: Component, reader: Client
) -> None:
    url = path_of(confirmed.manage_url)
    assert "reader@example.com hears of" in reader.get(url).content.decode()
    saved = reader.post(url, {"kinds": ["incident"], "components": [mailstore.public_id]})
    assert "Saved." in saved.content.decode()
    confirmed.refresh_from_db()
    assert confirmed.heard_kinds == ["incident"]
    assert list(confirmed.components.all()) == [mailstore]


@pytest.mark.parametrize("kind", ["confirm/", "unsubscribe/", ""])
def test_a_forged_link_opens_nothing(page: Page, reader: Client, at: datetime, kind: str) -> None:
    response = reader.get(f"/subscriptions/{kind}{'x' * 44}/")
    assert response.status_code == 404
    assert "This link does not work" in response.content.decode()


def test_who_signs_up_on_german_pages_stays_german_until_choosing_otherwise(
    page: Page, reader: Client, by: Actor, at: datetime
) -> None:
    page.change(languages=["de"], by=by, at=at)
    asked = sign_up(reader, "/de/subscribe/", email="reader@example.com")
    assert asked.language == "de"
    assert "/de/subscriptions/" in asked.manage_url
    assert '<option value="de" selected' in reader.get(path_of(asked.manage_url)).content.decode()
    reader.post(path_of(asked.manage_url), {"language": "en"})
    asked.refresh_from_db()
    assert asked.language == ""
    refused = reader.post(path_of(asked.manage_url), {"language": "fr"})
    assert refused.status_code == 422


def test_who_follows_an_incident_hears_of_that_one(
    page: Page, incident: Incident, reader: Client
) -> None:
    shown = render(page, incident.public_path, incident.started_at).body.decode()
    assert "Follow this incident" in shown
    followed = sign_up(reader, email="a@example.com", incident=incident.public_id)
    assert followed.incident == incident
    text = reader.get(path_of(followed.manage_url)).content.decode()
    assert "a@example.com follows “Mail cannot be read”." in text
    assert 'name="kinds"' not in text
    refused = reader.post("/subscribe/", {"email": "x", "incident": incident.public_id})
    assert refused.status_code == 422
    assert f'value="{incident.public_id}"' in refused.content.decode()


def test_what_is_over_or_unknown_cannot_be_followed(
    page: Page, incident: Incident, reader: Client, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at)
    for strange in (incident.public_id, "nonsense", "\x00"):
        asked = reader.post("/subscribe/", {"email": "a@example.com", "incident": strange})
        assert asked.status_code == 404
    assert not Wish.objects.exists()


def test_kinds_groups_and_a_threshold_can_be_picked_at_once(
    page: Page, reader: Client, by: Actor, at: datetime
) -> None:
    group = ComponentGroup.add(page, "Mail", by=by, at=at)
    asked = sign_up(
        reader, email="a@example.com", groups=[group.public_id], kinds=["incident", "update"],
        from_level="major_outage", new="1",
    )  # fmt: skip
    assert list(asked.groups.all()) == [group]
    assert (asked.heard_kinds, asked.from_level) == (["incident", "update"], "major_outage")
    assert asked.new_from is not None
