"""Readers who are told, over the API: for staff who may see addresses, and for nobody else."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from incidents.models import Membership, Page
from notifications.models import Subscription
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
def ada(page: Page, at: datetime) -> Subscription:
    """A reader who waits for a confirmation."""
    return Subscription.ask(page, destination="ada@example.com", kinds=["incident"], at=at)


def test_staff_list_readers_and_end_one(
    as_role: Callable[[str], Asking], ada: Subscription
) -> None:
    asking = as_role("communicator")
    (item,) = asking.get("pages/mail/subscribers?state=pending").json()["items"]
    assert (item["destination"], item["kinds"]) == ("ada@example.com", ["incident"])
    assert asking.get("pages/mail/subscribers?state=confirmed").json()["items"] == []
    assert asking.get("pages/mail/subscribers?destination=bob@example.com").json()["items"] == []
    for _ in range(2):
        ended = asking.put(f"pages/mail/subscribers/{item['id']}/ending", {})
        assert (ended.status_code, ended.json()["state"]) == (200, "unsubscribed")


def test_what_staff_connected_is_neither_listed_nor_ended_here(
    as_role: Callable[[str], Asking], ada: Subscription
) -> None:
    Subscription.objects.update(owner=Subscription.Owner.STAFF)
    asking = as_role("communicator")
    assert asking.get("pages/mail/subscribers").json()["items"] == []
    assert asking.put(f"pages/mail/subscribers/{ada.public_id}/ending", {}).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "responder", "finance"])
def test_others_do_not_see_addresses(
    as_role: Callable[[str], Asking], ada: Subscription, role: str
) -> None:
    asking = as_role(role)
    assert asking.get("pages/mail/subscribers").status_code == 403
    assert asking.put(f"pages/mail/subscribers/{ada.public_id}/ending", {}).status_code == 403


def test_strangers_are_asked_for_a_key(reader: Asking, ada: Subscription) -> None:
    assert reader.get("pages/mail/subscribers").status_code == 401
