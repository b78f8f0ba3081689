"""Fills an empty installation with the demo, all of it or nothing."""

from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents.core.roles import Role
from incidents.derived import rebuild
from incidents.models import Cohort, Incident, Membership, Page
from people.actors import Actor
from statuspage.demo import audience, company, credit, customers, look, measured, people
from statuspage.demo.activity import ACTIVITY
from statuspage.demo.clocks import Relative, calendar
from statuspage.demo.mailstore import AFTERWARDS, EVE, OUTAGE
from statuspage.demo.scene import Scene
from statuspage.demo.steps import INCIDENT, Story
from statuspage.demo.unsaid import keep_ready
from statuspage.demo.upcoming import UPCOMING

SLUG: Final = "northmail"
MAILSTORE_ID: Final = "mailstore:incident"


def page() -> Page | None:
    """Return the demo's page, if it was seeded."""
    return Page.objects.filter(slug=SLUG).first()


def mailstore_outage() -> Incident:
    """Return the outage that the demo tells."""
    return Incident.objects.get(page__slug=SLUG, external_id=MAILSTORE_ID)


def seed(*, at: datetime) -> Page:
    """Seed the demo once; what is there already stays as it is.

    Raises ValidationError on "page" where somebody has founded a page of their own.
    """
    if found := page():
        return found
    if Page.objects.exists():
        raise ValidationError({"page": ["There is a page already; the demo wants an empty place."]})
    with transaction.atomic():
        return _seed(at)


def play(scene: Scene, *stories: Story) -> None:
    """Play stories at once, each step at its own time."""
    for story in stories:
        for step in story:
            step.play(scene)


def _seed(at: datetime) -> Page:
    by = Actor.user(people.owner(), face="command")
    second = Actor.user(people.approver(), face="command")
    founded = company.FOUNDED
    northmail = company.found(name="Northmail", slug=SLUG, by=by, at=founded)
    Membership.grant(page=northmail, user=people.owner(), role=Role.ADMIN, by=by, at=founded)
    Membership.grant(page=northmail, user=people.approver(), role=Role.FINANCE, by=by, at=founded)
    look.dress(northmail, by=by, at=founded)
    audience.subscribe(northmail, by=by, at=founded)
    customers.sign_up(northmail, by=by, at=founded)
    measured.set_up(northmail, by=by, at=founded)
    _tell_mailstore(northmail, by, second)
    today = Relative(at, northmail.zone)
    play(Scene(northmail, today, by, reference="activity"), ACTIVITY)
    play(Scene(northmail, today, by, reference="upcoming"), UPCOMING)
    keep_ready(Scene(northmail, today, by, reference="activity"), at=at)
    measured.measure(northmail, by=by, at=at)
    rebuild(northmail, by=by, at=at)
    return northmail


def _tell_mailstore(northmail: Page, by: Actor, second: Actor) -> None:
    scene = Scene(northmail, calendar, by, reference="mailstore")
    play(scene, EVE, OUTAGE, AFTERWARDS)
    at = calendar("4 Jan 13:45")
    customers.list_corrupted(scene.get("corrupted", Cohort), by=by, at=at)
    credit.give_six_months(scene.incident(INCIDENT), by=by, second=second, at=at)
    credit.write_contract_policy(scene.incident(INCIDENT), by=by, at=at)
