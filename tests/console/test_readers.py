"""Staff see, before they say it, which groups of readers will read it."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from incidents.models import Component, Incident, Page
from people.actors import Actor
from publishing.models import AccessGroup
from tests.console.screens import text_of

PREVIEW = "/console/mail/preview/"
ALL = "No component is chosen: every group of readers reads this."
NONE = "No group of readers sees these components"


@pytest.fixture
def grouped(page: Page, mailstore: Component, by: Actor, at: datetime) -> Page:
    """A private page of which two groups see the mailstore, and nobody the rest."""
    page.change(visibility="private", by=by, at=at)
    for name in ("Acme", "Zebra"):
        AccessGroup.add(page, name, [mailstore], networks=[], by=by, at=at)
    return page


def said(desk: Client, tells: str, **typed: object) -> str:
    posted = {"body": "It is slow.", "tells": tells} | typed
    return " ".join(text_of(desk.post(PREVIEW, posted)).split())


def test_no_component_is_all_groups(desk: Client, grouped: Page) -> None:
    for tells in ("incident", "update", "maintenance"):
        assert ALL in said(desk, tells)
    assert ALL not in said(desk, "postmortem")
    assert ALL not in said(desk, "incident", rehearsal="on")


def test_the_groups_that_see_what_is_chosen_are_named(
    desk: Client, grouped: Page, mailstore: Component, component: Component
) -> None:
    named = "Read by Acme, Zebra, and by whoever is let in"
    assert named in said(desk, "incident", **{f"levels-{mailstore.public_id}": "major_outage"})
    assert named in said(desk, "maintenance", components=[mailstore.public_id])
    assert NONE in said(desk, "maintenance", components=[component.public_id])
    assert ALL in said(desk, "incident", **{f"levels-{mailstore.public_id}": ""})


def test_an_update_is_read_by_whoever_reads_its_incident(
    desk: Client, grouped: Page, mailstore: Component, component: Component, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    words: dict[str, Any] = {"title": "Slow", "body": "It is slow.", "by": by, "at": at}
    hit, other, bare = (
        Incident.open(grouped, levels=dict.fromkeys(parts, "major_outage"), **words)
        for parts in ([mailstore], [component], [])
    )
    assert "Read by Acme, Zebra" in said(desk, "update", incident=hit.public_id)
    assert NONE in said(desk, "update", incident=other.public_id)
    assert ALL in said(desk, "update", incident=bare.public_id)
    narrowed = {f"levels-{component.public_id}": "major_outage"}
    assert NONE in said(desk, "update", incident=bare.public_id, **narrowed)


def test_a_page_without_groups_says_nothing_of_them(desk: Client, page: Page) -> None:
    assert ALL not in said(desk, "incident")


def test_it_stands_beside_the_button_too(desk: Client, grouped: Page) -> None:
    form = {"title": "Slow", "body": "It is slow.", "preview": "1", "tells": "incident"}
    screen = " ".join(text_of(desk.post("/console/mail/incidents/open/", form)).split())
    assert screen.count(ALL) == 2
