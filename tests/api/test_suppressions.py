"""Addresses that are left alone, over the API."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from incidents.models import Membership, Page
from notifications.models import Subscription, Suppression
from people.actors import Actor
from people.models import ApiToken, User
from tests.api.conftest import Asking


@pytest.fixture
def as_role(page: Page, alice: User, by: Actor, at: datetime) -> Callable[[str], Asking]:
    """Alice's token, in a role on the page."""

    def asking(role: str) -> Asking:
        Membership.grant(page=page, user=alice, role=role, by=by, at=at)
        _token, plaintext = ApiToken.issue(owner=alice, name="t", scopes=["pages:write"], at=at)
        return Asking(Client(), plaintext)

    return asking


@pytest.fixture
def bounced(page: Page, at: datetime) -> Suppression:
    """A reader whose address does not work."""
    address = "ada@example.com"
    Subscription.objects.create(page=page, channel="email", destination=address, asked_at=at)
    return Suppression.add("email", address, "550 5.1.1", at)


def test_staff_read_and_lift_what_is_left_alone(
    as_role: Callable[[str], Asking], bounced: Suppression
) -> None:
    asking = as_role("communicator")
    (item,) = asking.get("pages/mail/suppressions").json()["items"]
    assert (item["destination"], item["origin"]) == ("ada@example.com", "bounce")
    assert asking.get("pages/mail/suppressions?destination=bob@example.com").json()["items"] == []
    lifted = asking.put(f"pages/mail/suppressions/{item['id']}/lifting", {})
    assert lifted.status_code == 200
    assert lifted.json()["lifted_at"]
    assert asking.get("pages/mail/suppressions").json()["items"] == []
    assert len(asking.get("pages/mail/suppressions?lifted=true").json()["items"]) == 1


@pytest.mark.parametrize("role", ["viewer", "responder", "finance"])
def test_others_do_not_see_addresses(
    as_role: Callable[[str], Asking], bounced: Suppression, role: str
) -> None:
    asking = as_role(role)
    assert asking.get("pages/mail/suppressions").status_code == 403
    address = f"pages/mail/suppressions/{bounced.public_id}/lifting"
    assert asking.put(address, {}).status_code == 403


def test_strangers_are_asked_for_a_key(reader: Asking, bounced: Suppression) -> None:
    assert reader.get("pages/mail/suppressions").status_code == 401
    address = f"pages/mail/suppressions/{bounced.public_id}/lifting"
    assert reader.put(address, {}).status_code == 401


def test_what_is_another_pages_is_not_found(
    as_role: Callable[[str], Asking], by: Actor, at: datetime
) -> None:
    asking = as_role("admin")
    other = Page.found(name="Other", slug="other", by=by, at=at)
    hidden = Suppression.add("email", "zoe@example.com", "550", at, page=other)
    address = f"pages/mail/suppressions/{hidden.public_id}/lifting"
    assert asking.put(address, {}).status_code == 404
