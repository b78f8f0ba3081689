"""A postmortem with a word in it, and whoever else may look at it."""

from datetime import datetime

import pytest

from incidents.models import Incident, Membership, Page, Postmortem
from people.actors import Actor
from people.models import User


@pytest.fixture
def text(page: Page, incident: Incident, by: Actor, at: datetime) -> Postmortem:
    """A draft with one section."""
    drafted = Postmortem.draft(page, title="What happened", incidents=[incident], by=by, at=at)
    drafted.write_section("summary", "A disk failed.", by=by, at=at)
    return drafted


@pytest.fixture
def public(text: Postmortem, by: Actor, at: datetime) -> Postmortem:
    """The same, published."""
    text.publish(by=by, at=at)
    return text


@pytest.fixture
def second(page: Page, bob: User, by: Actor, at: datetime) -> Actor:
    """Bob, a responder of the page."""
    Membership.grant(page=page, user=bob, role="responder", by=by, at=at)
    return Actor.user(bob)
