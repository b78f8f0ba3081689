"""Somebody of each role, signed in."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from incidents.core.levels import Level
from incidents.models import Component, Incident, Membership, Page
from people.actors import Actor
from people.models import User

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def at() -> datetime:
    """The console's clock is the real one, so what happened did so an hour ago."""
    return timezone.now().replace(microsecond=0) - timedelta(hours=1)


@pytest.fixture
def signed_in(page: Page, by: Actor, at: datetime) -> Callable[[str], Client]:
    """A client of somebody with the role given; "owner" and "outsider" are no roles."""

    def enter(role: str) -> Client:
        user = User.objects.create_user(f"{role}@example.com", PASSWORD, name=role.title())
        if role == "owner":
            user.is_superuser = True
            user.save(update_fields=["is_superuser"])
        elif role != "outsider":
            Membership.grant(page=page, user=user, role=role, by=by, at=at)
        client = Client()
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def desk(page: Page, alice: User, by: Actor, at: datetime) -> Client:
    """Alice, who administers the page, at her desk."""
    Membership.grant(page=page, user=alice, role="admin", by=by, at=at)
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def resolved(page: Page, mailstore: Component, by: Actor, at: datetime) -> Incident:
    """An incident that is over."""
    past = at - timedelta(hours=3)
    incident = Incident.open(
        page,
        title="Mail was slow",
        body="We look.",
        levels={mailstore: Level.DEGRADED_PERFORMANCE},
        by=by,
        at=past,
    )
    incident.resolve(body="Over.", by=by, at=past + timedelta(hours=1))
    return incident
