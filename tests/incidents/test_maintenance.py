"""Planned work by the clock."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.core.levels import Level
from incidents.models import Component, ImpactWindow, Incident, Maintenance, Page, Update
from people.actors import Actor

HOUR = timedelta(hours=1)


@pytest.fixture
def work(page: Page, mailstore: Component, by: Actor, at: datetime) -> Maintenance:
    return Maintenance.schedule(
        page, title="New disks", body="We replace disks.", start=at + HOUR, end=at + 2 * HOUR,
        components=[mailstore], max_minutes=60, by=by, at=at,
    )  # fmt: skip


def test_it_starts_and_ends_by_the_clock_at_its_planned_times(
    work: Maintenance, mailstore: Component, at: datetime
) -> None:
    late = timedelta(seconds=4)
    assert Maintenance.run_edges(at=at) == 0
    assert Maintenance.run_edges(at=at + HOUR + late) == 1
    assert mailstore.level_at(at + HOUR) == Level.UNDER_MAINTENANCE
    assert Maintenance.run_edges(at=at + 2 * HOUR + late) == 1
    assert Maintenance.run_edges(at=at + 3 * HOUR) == 0
    work.refresh_from_db()
    assert (work.status, work.resolved_at) == ("completed", at + 2 * HOUR)
    assert mailstore.level_at(at + 2 * HOUR) == Level.OPERATIONAL


def test_both_edges_missed_in_a_long_sleep_are_taken_in_turn(
    work: Maintenance, mailstore: Component, at: datetime
) -> None:
    assert Maintenance.run_edges(at=at + 9 * HOUR) == 2
    assert list(work.windows.values_list("start", "end")) == [(at + HOUR, at + 2 * HOUR)]


def test_ending_a_maintenance_leaves_an_outage_standing(
    work: Maintenance, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    Maintenance.run_edges(at=at + HOUR)
    Incident.open(
        page, title="Down", body="x", levels={mailstore: Level.MAJOR_OUTAGE}, by=by, at=at + HOUR
    )
    assert mailstore.level_at(at + HOUR) == Level.MAJOR_OUTAGE
    Maintenance.run_edges(at=at + 2 * HOUR)
    assert mailstore.level_at(at + 2 * HOUR) == Level.MAJOR_OUTAGE


def test_a_maintenance_overtaken_by_an_incident_is_cancelled_and_linked(
    work: Maintenance, incident: Incident, by: Actor, at: datetime
) -> None:
    work.cancel(body="Overtaken.", overtaken_by=incident, by=by, at=at)
    assert work.status == "cancelled"
    assert [(link.source, link.kind) for link in work.links_in.all()] == [(incident, "overtook")]
    assert Maintenance.run_edges(at=at + HOUR) == 0


def test_announced_work_gets_its_dates_later(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = Maintenance.announce(page, title="Moves", body="Dates follow.", by=by, at=at)
    work.set_dates(
        start=at + HOUR, end=at + 2 * HOUR, body="Now we know.", components=[mailstore],
        by=by, at=at,
    )  # fmt: skip
    assert work.status == "scheduled"
    assert Maintenance.run_edges(at=at + HOUR) == 1


def test_completed_work_cannot_be_scheduled_again_and_nothing_is_stored(
    work: Maintenance, by: Actor, at: datetime
) -> None:
    Maintenance.run_edges(at=at + 9 * HOUR)
    updates = work.updates.count()
    with pytest.raises(ValidationError) as refused:
        work.set_dates(start=at + 11 * HOUR, end=at + 12 * HOUR, body="x", by=by, at=at + 10 * HOUR)
    assert list(refused.value.message_dict) == ["status"]
    assert work.updates.count() == updates


def test_an_end_before_the_start_is_refused(page: Page, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="not after its start"):
        Maintenance.schedule(page, title="x", body="x", start=at, end=at, by=by, at=at)
    assert not page.incidents.exists()


def test_it_cannot_have_ended_before_it_began(page: Page, by: Actor, at: datetime) -> None:
    work = Maintenance.schedule(
        page, title="Cables", body="x", start=at + HOUR, end=at + 2 * HOUR, by=by, at=at
    )
    work.start(by=by, at=at + HOUR)
    with pytest.raises(ValidationError) as refused:
        work.complete(ended_at=at, by=by, at=at + HOUR)
    assert list(refused.value.message_dict) == ["ended_at"]


def test_an_overrun_that_was_recorded_does_not_stop_the_clock(
    work: Maintenance, component: Component, by: Actor, at: datetime
) -> None:
    Maintenance.run_edges(at=at + HOUR)
    overrun = ImpactWindow.record(
        component, incident=work, level="under_maintenance", kind="unavailable",
        start=at + 3 * HOUR, by=by, at=at + 4 * HOUR,
    )  # fmt: skip
    assert Maintenance.run_edges(at=at + 4 * HOUR) == 1
    work.refresh_from_db()
    assert (work.status, work.resolved_at) == ("completed", overrun.start)


def test_work_that_cannot_be_moved_does_not_hold_up_the_next(
    work: Maintenance, page: Page, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Maintenance.schedule(
        page, title="Cables", body="x", start=at + HOUR, end=at + 2 * HOUR, by=by, at=at
    )
    start = Maintenance.start

    def refuse(self: Maintenance, **words: Any) -> Update:
        if self.pk == work.pk:
            raise ValidationError({"status": ["No."]})
        return start(self, **words)

    monkeypatch.setattr(Maintenance, "start", refuse)
    assert Maintenance.run_edges(at=at + HOUR) == 1
    other.refresh_from_db()
    assert other.status == "in_progress"


def test_a_mere_post_neither_dates_nor_begins_nor_ends_planned_work(
    work: Maintenance, page: Page, by: Actor, at: datetime
) -> None:
    announced = Maintenance.announce(page, title="Soon", body="x", by=by, at=at)
    for entry, status in ((work, "in_progress"), (work, "cancelled"), (announced, "scheduled")):
        with pytest.raises(ValidationError) as refused:
            Update.post(entry, body="Go.", status=status, by=by, at=at)
        assert list(refused.value.message_dict) == ["status"]
