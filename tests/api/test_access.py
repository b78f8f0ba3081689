"""Who may read a private page, over the API: passwords go in or are made, and are never read."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from api.views import access
from incidents.models import Component, Page
from people.actors import Actor
from people.models import User
from publishing.models import AccessGroup, Door
from tests.api.conftest import Asking, asking

DOOR = "pages/mail/door"
GROUPS = "pages/mail/access-groups"


@pytest.fixture
def admin(page: Page, alice: User, by: Actor, at: datetime) -> Asking:
    """Automation of an admin."""
    return asking(alice, page, "admin", by, at)


@pytest.fixture
def group(admin: Asking, component: Component) -> dict[str, Any]:
    """A group of readers, as it was answered."""
    sent = {"name": "North", "components": [component.public_id], "networks": ["192.0.2.0/24"]}
    answer = admin.post(GROUPS, sent)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def test_a_page_lets_in_whom_automation_names(admin: Asking, page: Page) -> None:
    assert admin.get(DOOR).json() == {"networks": [], "has_password": False}
    changed = admin.patch(DOOR, {"networks": ["192.0.2.0/24"], "password": "a long way home"})
    assert changed.json() == {"networks": ["192.0.2.0/24"], "has_password": True}
    page.refresh_from_db()
    assert Door.of(page).knows("a long way home")


def test_what_is_left_out_stays_and_a_blank_password_ends_it(admin: Asking) -> None:
    admin.patch(DOOR, {"networks": ["192.0.2.0/24"], "password": "a long way home"})
    assert admin.patch(DOOR, {"networks": []}).json() == {"networks": [], "has_password": True}
    admin.patch(DOOR, {"networks": ["192.0.2.0/24"]})
    ended = {"networks": ["192.0.2.0/24"], "has_password": False}
    assert admin.patch(DOOR, {"password": ""}).json() == ended


def test_a_group_is_added_changed_and_ended(
    admin: Asking, group: dict[str, Any], component: Component
) -> None:
    assert group == {
        "id": group["id"],
        "name": "North",
        "components": [component.public_id],
        "networks": ["192.0.2.0/24"],
        "has_password": False,
    }
    changed = admin.patch(f"{GROUPS}/{group['id']}", {"name": "South"}).json()
    assert changed == group | {"name": "South"}
    assert admin.get(GROUPS).json() == {"items": [changed]}
    assert admin.put(f"{GROUPS}/{group['id']}/end", {}).json() == {"items": []}
    assert admin.put(f"{GROUPS}/{group['id']}/end", {}).status_code == 404


def test_the_password_of_a_group_is_made_and_shown_once(
    admin: Asking, page: Page, group: dict[str, Any]
) -> None:
    place = f"{GROUPS}/{group['id']}/passwords"
    made = admin.post(place, {}, Idempotency_Key="k").json()["password"]
    found = AccessGroup.knowing(page, made)
    assert found is not None
    assert found.public_id == group["id"]
    assert admin.post(place, {}, Idempotency_Key="k").json() == {"password": None}
    listed = admin.get(GROUPS)
    assert listed.json()["items"][0]["has_password"]
    assert made.encode() not in listed.content
    assert not admin.put(f"{place}/end", {}).json()["has_password"]
    assert AccessGroup.knowing(page, made) is None


def test_a_group_that_ends_while_it_is_asked_for_is_a_refusal_and_ending_it_is_none(
    monkeypatch: pytest.MonkeyPatch, admin: Asking, group: dict[str, Any], by: Actor, at: datetime
) -> None:
    found = AccessGroup.objects.get()
    AccessGroup.objects.get().end(by=by, at=at)
    monkeypatch.setattr(access, "_found", lambda *_asked: found)
    place = f"{GROUPS}/{group['id']}"
    for answer in (
        admin.patch(place, {"name": "South"}),
        admin.post(f"{place}/passwords", {}),
        admin.put(f"{place}/passwords/end", {}),
    ):
        assert answer.status_code == 422, answer.content
        assert list(answer.json()["errors"]) == ["group"]
    assert admin.put(f"{place}/end", {}).json() == {"items": []}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"networks": ["192.0.2.1/24"]}, "networks"),
        ({"password": "short"}, "password"),
        ({"passwords": "a long way home"}, "passwords"),
    ],
)
def test_what_cannot_be_taken_is_named(admin: Asking, sent: dict[str, Any], field: str) -> None:
    answer = admin.patch(DOOR, sent)
    assert answer.status_code == 422, answer.content
    assert list(answer.json()["errors"]) == [field]


def test_a_group_sees_components_of_its_own_page(admin: Asking, group: dict[str, Any]) -> None:
    for components in ([], ["strange00000"]):
        answer = admin.patch(f"{GROUPS}/{group['id']}", {"components": components})
        assert answer.status_code == 422, answer.content
        assert list(answer.json()["errors"]) == ["components"]


@pytest.mark.parametrize("role", ["responder", "viewer"])
def test_only_admins_of_the_page_know_and_change_it(
    page: Page, bob: User, by: Actor, at: datetime, role: str
) -> None:
    other = asking(bob, page, role, by, at)
    assert other.get(DOOR).status_code == 403
    assert other.get(GROUPS).status_code == 403
    assert other.patch(DOOR, {"networks": []}).status_code == 403
    assert other.post(GROUPS, {"name": "N", "components": []}).status_code == 403


def test_nobody_without_a_key_reads_it(page: Page) -> None:
    assert Asking(Client()).get(DOOR).status_code == 401
