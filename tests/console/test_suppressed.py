"""Addresses that are left alone: seen by those who see subscribers, added, and lifted."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from incidents.models import Event, Page
from notifications.models import Subscription, Suppression
from people.actors import Actor
from tests.console.screens import refused, stored, text_of

SUPPRESSED = "/console/mail/subscribers/suppressed/"


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    """A communicator."""
    return signed_in("communicator")


@pytest.fixture
def bounced(page: Page, at: datetime) -> Suppression:
    """A reader whose address does not work."""
    Subscription.objects.create(
        page=page, channel="email", destination="ada@example.com", asked_at=at
    )
    return Suppression.add("email", "ada@example.com", "550 5.1.1 no such user", at)


def test_staff_see_whom_nothing_goes_to_and_why(client: Client, bounced: Suppression) -> None:
    screen = text_of(client.get(SUPPRESSED))
    assert "ada@example.com" in screen
    assert "Bounced" in screen
    assert "550 5.1.1 no such user" in screen
    assert "ada@example.com" in text_of(client.get(f"{SUPPRESSED}?q=5.1.1"))
    assert "ada@example.com" in text_of(client.get(f"{SUPPRESSED}?q=5.1%00.1"))
    assert "ada@example.com" not in text_of(client.get(f"{SUPPRESSED}?q=complain"))
    assert SUPPRESSED in text_of(client.get("/console/mail/subscribers/"))


def test_staff_let_mail_through_again(client: Client, bounced: Suppression) -> None:
    for _again in range(2):
        stored(client, f"{SUPPRESSED}{bounced.public_id}/lift/", {})
    assert Suppression.objects.in_force().count() == 0
    event = Event.objects.get(kind="suppression.lifted")
    assert event.object_id == bounced.public_id
    assert "ada" not in str(event.__dict__)
    assert "mailed again since" in text_of(client.get(SUPPRESSED))


def test_staff_leave_an_address_alone(client: Client, page: Page) -> None:
    words = {"address": " Eve@Example.com ", "reason": "Asked by phone"}
    stored(client, f"{SUPPRESSED}add/", words)
    added = Suppression.objects.get()
    assert (added.destination, added.origin, added.page) == ("eve@example.com", "hand", page)
    assert Event.objects.filter(kind="suppression.added").count() == 1
    refused(client, f"{SUPPRESSED}add/", words | {"address": "a@b.c, d@e.f"}, "address")
    refused(client, f"{SUPPRESSED}add/", words | {"reason": "a\u2028b"}, "reason")


def test_other_pages_readers_stay_unseen(
    client: Client, page: Page, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    hidden = Suppression.add("email", "zoe@example.com", "550", at, page=other)
    assert "zoe@example.com" not in text_of(client.get(SUPPRESSED))
    assert client.post(f"{SUPPRESSED}{hidden.public_id}/lift/").status_code == 404
