import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from incidents.models import Component, ComponentGroup, Incident, Maintenance, Page
from people.actors import Actor
from publishing.artefact import Missing
from publishing.rendering import render
from tests.publishing.world import Outage, open_trouble

HOUR = timedelta(hours=1)
LISTS = {
    "summary": ["page", "components", "incidents", "scheduled_maintenances", "status"],
    "status": ["page", "status"],
    "components": ["page", "components"],
    "incidents": ["page", "incidents"],
    "incidents/unresolved": ["page", "incidents"],
    "scheduled-maintenances": ["page", "scheduled_maintenances"],
    "scheduled-maintenances/upcoming": ["page", "scheduled_maintenances"],
    "scheduled-maintenances/active": ["page", "scheduled_maintenances"],
}


def asked(page: Page, at: datetime, name: str) -> Any:
    return json.loads(render(page, f"api/v2/{name}.json", at).body)


@pytest.mark.parametrize("name", LISTS)
def test_every_answer_has_its_lists_even_when_nothing_happens(
    page: Page, at: datetime, name: str
) -> None:
    assert list(asked(page, at, name)) == LISTS[name]


def test_an_unknown_name_is_missing(page: Page, at: datetime) -> None:
    with pytest.raises(Missing):
        render(page, "api/v2/everything.json", at)


def test_the_outage_in_statuspages_shape(outage: Outage, at: datetime) -> None:
    incidents = asked(outage.page, at, "incidents")["incidents"]
    (incident,) = incidents
    assert incident["impact"] == "critical"
    assert incident["started_at"] == "2012-12-13T12:46:00.000-05:00"
    assert incident["resolved_at"] == "2012-12-14T08:13:00.000-05:00"
    assert incident["incident_updates"][0]["status"] == "resolved"
    assert incident["incident_updates"][-1]["affected_components"] == [
        {
            "code": outage.mailstore.public_id,
            "name": "Mailboxes - Mailstore",
            "old_status": "operational",
            "new_status": "major_outage",
        }
    ]
    assert [each["name"] for each in incident["components"]] == ["Mailstore"]


def test_a_group_lists_its_components(page: Page, by: Actor, at: datetime) -> None:
    group = ComponentGroup.add(page, "Mail", by=by, at=at)
    inside = Component.add(page, "IMAP", group=group, by=by, at=at)
    inside.set_level("partial_outage", by=by, at=at)
    member, heading = asked(page, at + HOUR, "components")["components"]
    assert member["group_id"] == heading["id"]
    assert heading["components"] == [member["id"]]
    assert (heading["group"], heading["status"]) == (True, "partial_outage")


def test_the_summary_holds_what_goes_on(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    trouble = open_trouble(page, mailstore, by, at)
    summary = asked(page, at, "summary")
    assert [each["id"] for each in summary["incidents"]] == [trouble.public_id]
    assert summary["status"] == {"indicator": "major", "description": "Partial System Outage"}
    assert asked(page, at, "incidents/unresolved")["incidents"] == summary["incidents"]


def test_work_without_dates_has_no_place_there(page: Page, by: Actor, at: datetime) -> None:
    Maintenance.announce(page, title="Work", body="Later.", by=by, at=at)
    assert asked(page, at, "scheduled-maintenances")["scheduled_maintenances"] == []


def test_work_past_its_start_is_never_scheduled(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    Maintenance.schedule(
        page, title="Work", body="We move.", start=at + HOUR, end=at + 2 * HOUR,
        components=[mailstore], by=by, at=at,
    )  # fmt: skip
    told = [
        asked(page, at + hours * HOUR, "scheduled-maintenances")["scheduled_maintenances"][0]
        for hours in (0, 1, 2)
    ]
    assert [each["status"] for each in told] == ["scheduled", "in_progress", "completed"]
    assert told[0]["scheduled_for"] == "2026-03-02T13:00:00.000Z"
    assert [each["name"] for each in told[0]["components"]] == ["Mailstore"]


def test_upcoming_and_active_are_told_apart(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = Maintenance.schedule(
        page, title="Work", body="We move.", start=at + HOUR, end=at + 2 * HOUR, by=by, at=at
    )
    assert len(asked(page, at, "scheduled-maintenances/upcoming")["scheduled_maintenances"]) == 1
    work.start(by=by, at=at + HOUR)
    assert asked(page, at + HOUR, "scheduled-maintenances/upcoming")["scheduled_maintenances"] == []
    (active,) = asked(page, at + HOUR, "scheduled-maintenances/active")["scheduled_maintenances"]
    assert active["status"] == "in_progress"


def test_only_the_newest_fifty_are_listed(page: Page, by: Actor, at: datetime) -> None:
    for number in range(52):
        Incident.open(
            page, title=f"No. {number}", body="x", by=by, at=at + number * timedelta(minutes=1)
        )
    listed = asked(page, at + HOUR, "incidents")["incidents"]
    assert len(listed) == 50
    assert listed[0]["name"] == "No. 51"
