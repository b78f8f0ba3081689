"""Planned work from the console: announced, scheduled, begun, ended, called off."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from incidents.core.levels import Level
from incidents.core.lifecycles import Status
from incidents.models import Announcement, Component, Incident, Maintenance, Page
from people.actors import Actor
from tests.console.screens import at_incident, refused, stored, text_of

SCHEDULE = "/console/mail/maintenance/schedule/"


def dates(component: Component, **more: str) -> dict[str, str]:
    """Dates as they are typed: tomorrow, for an hour."""
    start = timezone.now() + timedelta(days=1)
    return {
        "body": "We replace a switch.",
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "start_zone": "UTC",
        "end": f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "end_zone": "UTC",
        "components": component.public_id,
        "notify": "on",
    } | more


@pytest.fixture
def planned(page: Page, component: Component, by: Actor) -> Maintenance:
    """Work that is due tomorrow."""
    now = timezone.now()
    return Maintenance.schedule(
        page,
        title="New switch",
        body="We replace a switch.",
        start=now + timedelta(days=1),
        end=now + timedelta(days=1, hours=1),
        components=[component],
        by=by,
        at=now,
    )


def test_work_is_scheduled(desk: Client, component: Component) -> None:
    stored(desk, SCHEDULE, dates(component, title="New switch", max_minutes="5"))
    window = Maintenance.objects.get().scheduled_windows.get()
    assert window.max_minutes == 5
    assert list(window.components.all()) == [component]
    assert "New switch" in text_of(desk.get("/console/mail/maintenance/"))


def test_work_that_ends_before_it_starts_is_refused(desk: Client, component: Component) -> None:
    fields = dates(component, title="New switch", end="2026-01-01T00:00")
    body = refused(desk, SCHEDULE, fields, "end")
    assert "New switch" in body
    assert not Maintenance.objects.exists()


def test_a_time_without_a_zone_is_refused(desk: Client, component: Component) -> None:
    refused(desk, SCHEDULE, dates(component, title="x", start_zone=""), "start")


def test_work_is_announced_and_gets_its_dates(desk: Client, component: Component) -> None:
    fields = {"title": "Moves", "body": "Coming.", "notify": "on"}
    stored(desk, "/console/mail/maintenance/announce/", fields)
    entry = Maintenance.objects.get()
    assert entry.status == Status.ANNOUNCED
    stored(desk, at_incident(entry, "dates/"), dates(component))
    entry.refresh_from_db()
    assert entry.status == Status.SCHEDULED


def test_it_is_begun_and_ended_by_hand(
    desk: Client, planned: Maintenance, component: Component
) -> None:
    stored(desk, at_incident(planned, "start/"), {"body": "We begin.", "notify": "on"})
    assert component.level_at(timezone.now()) == Level.UNDER_MAINTENANCE
    stored(desk, at_incident(planned, "complete/"), {"body": "Done.", "notify": "on"})
    planned.refresh_from_db()
    assert planned.status == Status.COMPLETED
    assert component.level_at(timezone.now()) == Level.OPERATIONAL


def test_what_is_completed_is_not_scheduled_again(
    desk: Client, planned: Maintenance, component: Component
) -> None:
    desk.post(at_incident(planned, "start/"), {"body": "We begin."})
    desk.post(at_incident(planned, "complete/"), {"body": "Done."})
    answer = desk.post(at_incident(planned, "dates/"), dates(component))
    assert answer.status_code == 422
    assert "cannot become “scheduled”" in text_of(answer)
    assert "We replace a switch." in text_of(answer)


def test_an_outage_overtakes_it(desk: Client, planned: Maintenance, resolved: Incident) -> None:
    fields = {"body": "Not now.", "overtaken_by": resolved.public_id}
    stored(desk, at_incident(planned, "cancel/"), fields)
    planned.refresh_from_db()
    assert planned.status == Status.CANCELLED
    assert resolved.title in text_of(desk.get(at_incident(planned)))


def test_it_cannot_begin_in_the_future(desk: Client, planned: Maintenance, at: datetime) -> None:
    later = f"{timezone.now() + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    fields = {"body": "Now.", "started_at": later, "started_at_zone": "UTC"}
    refused(desk, at_incident(planned, "start/"), fields, "started_at")


def test_updates_on_planned_work_do_not_skip_steps(desk: Client, planned: Maintenance) -> None:
    fields = {"body": "Hm.", "status": "in_progress", "next_update_due": ""}
    refused(desk, at_incident(planned, "updates/"), fields, "status")
    stored(desk, at_incident(planned, "updates/"), fields | {"status": "scheduled"})


def test_an_announcement_is_published_and_ended(desk: Client, page: Page) -> None:
    fields = {"title": "Read the outage", "body": "It is **all** there."}
    stored(desk, "/console/mail/announcements/add/", fields)
    entry = Announcement.objects.get()
    assert "Read the outage" in text_of(desk.get("/console/mail/announcements/"))
    stored(desk, at_incident(entry, "end/"), {"body": "It has been read."})
    entry.refresh_from_db()
    assert not entry.is_open
    answer = desk.post(at_incident(entry, "end/"), {"body": "Again."})
    assert "ended already" in text_of(answer)
    refused(desk, "/console/mail/announcements/add/", fields | {"body": "<script>"}, "body")
