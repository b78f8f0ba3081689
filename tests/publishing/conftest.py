"""What the tests of the public face share."""

import pytest
from django.test import Client

from people.actors import Actor
from tests.publishing.part import Part
from tests.publishing.world import Outage, mailstore_outage


@pytest.fixture
def outage(by: Actor) -> Outage:
    """The Mailstore outage, told whole."""
    return mailstore_outage(by)


@pytest.fixture
def reader() -> Client:
    """Somebody without any cookie."""
    return Client()


@pytest.fixture
def part(by: Actor) -> Part:
    """A private page, and what a group of readers sees of it."""
    return Part.of_three(by)
