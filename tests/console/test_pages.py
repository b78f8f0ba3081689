"""The real beginning, components, settings, and what is still missing."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from console.views import access_groups
from incidents.core.levels import Level
from incidents.models import Component, ComponentGroup, Page
from notifications.models import Delivery
from people.actors import Actor
from people.models import User
from publishing.models import AccessGroup, Door
from tests.console.conftest import PASSWORD
from tests.console.screens import refused, stored, text_of

NEW = "/console/new/"


@pytest.fixture
def owner(db: None) -> Client:
    """The owner of a fresh installation, signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("owner@example.com", PASSWORD, name="Owner"))
    return client


def test_a_fresh_installation_begins_with_its_first_page(owner: Client) -> None:
    assert owner.get("/console/").headers["Location"] == NEW
    assert "Your first page" in text_of(owner.get(NEW))


def test_from_nothing_to_a_page_with_a_sender_and_a_test_mail(owner: Client) -> None:
    fields = {"name": "Example Mail", "slug": "mail", "time_zone": "Europe/Berlin"}
    answer = stored(owner, NEW, fields)
    assert answer.url == "/console/mail/components/"
    missing = text_of(owner.get("/console/mail/"))
    for step in (
        "Name the components",
        "Set the sender",
        "Send a test mail",
        "Send mail in earnest",
    ):
        assert step in missing
    stored(owner, "/console/mail/components/add/", {"name": "Webmail", "showcase": "on"})
    sender = {"sender_name": "Example Mail", "sender_email": "status@example.com"}
    stored(owner, "/console/mail/settings/", known_settings() | sender)
    stored(owner, "/console/mail/mails/test/", {"email": "owner@example.com"})
    test = Delivery.objects.get()
    assert (test.stream, test.destination, test.channel) == ("test", "owner@example.com", "email")
    after = text_of(owner.get("/console/mail/"))
    assert "Done:</span> Name the components" in after
    assert "Done:</span> Set the sender" in after


def known_settings() -> dict[str, str]:
    return {
        "name": "Example Mail",
        "time_zone": "Europe/Berlin",
        "visibility": "public",
        "warn_minutes": "10",
        "silence_limit_minutes": "120",
        "tell_delay_seconds": "0",
        "language": "en",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("slug", "mit Umlaut ä"),
        ("slug", "sign-in"),
        ("slug", "mail"),
        ("time_zone", "Mars/Olympus"),
    ],
)
def test_a_page_that_cannot_be_is_refused(
    owner: Client, page: Page, field: str, value: str
) -> None:
    fields = {"name": "Other", "slug": "other", "time_zone": "UTC"} | {field: value}
    refused(owner, NEW, fields, field)
    assert Page.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sender_email", "a@example.com, b@example.com"),
        ("sender_email", "a@example.com\nBcc: c@example.com"),
        ("time_zone", "Nowhere"),
        ("tell_delay_seconds", "31"),
        ("name", "Two\nlines"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    desk: Client, page: Page, field: str, value: str
) -> None:
    page.refresh_from_db()
    version = page.version
    refused(desk, "/console/mail/settings/", known_settings() | {field: value}, field)
    page.refresh_from_db()
    assert page.version == version


def test_two_addresses_in_a_test_mail_are_refused(desk: Client, page: Page) -> None:
    fields = {"email": "a@example.com,b@example.com"}
    assert "exactly one" in refused(desk, "/console/mail/mails/test/", fields, "email")
    assert not Delivery.objects.exists()


def test_components_are_added_grouped_and_changed(desk: Client, page: Page) -> None:
    stored(desk, "/console/mail/components/groups/add/", {"name": "Reading"})
    group = ComponentGroup.objects.get()
    fields = {"name": "Webmail", "group": group.public_id, "start_date": "2026-01-01"}
    stored(desk, "/console/mail/components/add/", fields)
    component = Component.objects.get()
    assert (component.group, component.showcase) == (group, False)
    address = f"/console/mail/components/{component.public_id}/"
    assert f'value="{group.public_id}" selected' in text_of(desk.get(address))
    stored(desk, address, fields | {"name": "Web", "showcase": "on"})
    component.refresh_from_db()
    assert (component.name, component.showcase) == ("Web", True)


def test_a_name_is_taken_once(desk: Client, component: Component) -> None:
    refused(desk, "/console/mail/components/add/", {"name": "WEBMAIL"}, "name")
    refused(desk, "/console/mail/components/add/", {"name": "A\r\nB"}, "name")


def test_a_component_is_set_by_hand(desk: Client, component: Component, at: datetime) -> None:
    address = f"/console/mail/components/{component.public_id}/level/"
    stored(desk, address, {"level": "partial_outage"})
    assert component.level_at(timezone.now()) == Level.PARTIAL_OUTAGE
    refused(desk, address, {"level": "broken"}, "level")
    later = {"level": "operational", "happened_at": "2199-01-01T00:00", "happened_at_zone": "UTC"}
    refused(desk, address, later, "happened_at")


def test_several_pages_can_be_switched(owner: Client, page: Page, by: Actor, at: datetime) -> None:
    Page.found(name="Second", slug="second", by=by, at=at)
    body = text_of(owner.get("/console/mail/"))
    assert 'href="/console/second/"' in body


def test_somebody_without_a_page_is_told_so(client: Client, page: Page, bob: User) -> None:
    client.force_login(bob)
    answer = client.get("/console/")
    assert answer.status_code == 403
    assert "not a member" in text_of(answer)


def test_whoever_is_let_in_to_a_private_page_is_said_here(
    desk: Client, page: Page, by: Actor, at: datetime
) -> None:
    screen = "/console/mail/settings/door/"
    assert "Everybody may read this page." in text_of(desk.get(screen))
    page.change(visibility="private", by=by, at=at)
    assert "To others it is not there." in text_of(desk.get(screen))
    given = {
        "password": "a lamp in the window",
        "without": "on",
        "networks": "192.0.2.0/24\n2001:db8::/32",
    }
    assert desk.post(screen, given | {"key": "one"}).status_code == 303
    body = text_of(desk.get(screen))
    assert "and whoever knows its password" in body
    assert "192.0.2.0/24\n2001:db8::/32" in body
    assert "a lamp" not in body
    assert desk.post(screen, {"networks": "", "key": "two"}).status_code == 303
    assert Door.objects.get(page=page).knows("a lamp in the window")
    assert desk.post(screen, {"without": "on", "networks": "", "key": "three"}).status_code == 303
    assert not Door.objects.get(page=page).password


def test_a_door_that_cannot_be_keeps_what_was_typed(desk: Client, page: Page) -> None:
    refused = desk.post(
        "/console/mail/settings/door/", {"networks": "everywhere", "password": "short", "key": "k"}
    )
    assert refused.status_code == 422
    body = text_of(refused)
    assert "“everywhere” is no network" in body
    assert ">everywhere</textarea>" in body.replace("\n", "")


def test_a_group_that_sees_a_part_is_added_changed_renewed_and_removed(
    desk: Client, page: Page, component: Component, by: Actor, at: datetime
) -> None:
    page.change(visibility="private", by=by, at=at)
    door = "/console/mail/settings/door/"
    sent = {"name": "Partners", "components": [component.public_id], "networks": "192.0.2.0/24"}
    answer = desk.post(f"{door}groups/add/", sent | {"key": "one"})
    assert (answer.status_code, answer["Location"]) == (303, door)
    shown = text_of(desk.get(door))
    assert "Partners" in shown
    assert "Make a password" in shown
    assert "and the groups below a part of it" in shown
    assert component.name in shown
    (group,) = AccessGroup.objects.all()
    assert group.digest == ""
    refused(desk, f"{door}groups/add/", sent | {"key": "two"}, "name")
    refused(desk, f"{door}groups/add/", sent | {"components": [], "key": "three"}, "components")
    own = f"{door}groups/{group.public_id}/"
    assert component.name in text_of(desk.get(own))
    assert refused(desk, own, sent | {"networks": "home", "key": "four"}, "networks").count("home")
    stored(desk, own, sent | {"name": "Friends", "key": "five"})
    stored(desk, f"{own}remove/", {"key": "seven"})
    assert not AccessGroup.objects.exists()


def test_a_group_that_somebody_else_removed_meanwhile_is_told_of(
    monkeypatch: pytest.MonkeyPatch, desk: Client, page: Page, component: Component, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    group = AccessGroup.add(page, "Partners", [component], networks=[], by=by, at=at)
    AccessGroup.objects.get().end(by=by, at=at)
    monkeypatch.setattr(access_groups, "_group", lambda *_asked: group)
    own = f"/console/mail/settings/door/groups/{group.public_id}/"
    sent = {"name": "Friends", "components": [component.public_id], "networks": ""}
    for number, path in enumerate(("", "password/", "password/end/")):
        answer = desk.post(f"{own}{path}", sent | {"key": f"k{number}"})
        assert answer.status_code == 422
        assert "This group was removed meanwhile" in text_of(answer)
    stored(desk, f"{own}remove/", {"key": "four"})


def test_the_password_of_a_group_stands_on_the_page_that_answers_and_nowhere_else(
    desk: Client, page: Page, component: Component
) -> None:
    door = "/console/mail/settings/door/"
    sent = {"name": "Partners", "components": [component.public_id], "networks": "", "key": "one"}
    own = desk.post(f"{door}groups/add/", sent)["Location"]
    group = AccessGroup.objects.get()
    assert own == f"{door}groups/{group.public_id}/password/"
    assert "from anywhere" in text_of(desk.get(own))
    first = password_in(desk.post(own, {"key": "two"}))
    assert AccessGroup.knowing(page, first) == group
    assert first not in text_of(desk.get(door))
    assert "asked for the new one" in text_of(desk.get(own))
    second = password_in(desk.post(own, {"key": "three"}))
    assert AccessGroup.knowing(page, first) is None
    assert AccessGroup.knowing(page, second) == group
    stored(desk, f"{own}end/", {"key": "four"})
    assert AccessGroup.knowing(page, second) is None


def password_in(answer: Any) -> str:
    """What is shown this once, and travels in no cookie."""
    found = re.search(r"<code>([a-z2-9-]{24})</code>", text_of(answer))
    assert found
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert found[1] not in str(answer.cookies)
    return found[1]
