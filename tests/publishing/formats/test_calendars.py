"""A calendar keeps up with planned work by itself: moved, extended, overrun, called off."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from incidents.models import Cohort, Component, Incident, Maintenance, Page
from people.actors import Actor
from publishing.artefact import Missing
from publishing.rendering import render

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def work(page: Page, mailstore: Component, by: Actor, at: datetime) -> Maintenance:
    """Two windows: in two hours, and tomorrow."""
    return Maintenance.schedule(
        page, title="New disks; and more, later", body="x", components=[mailstore],
        start=at + 2 * HOUR, end=at + 3 * HOUR, further=[(at + DAY, at + DAY + HOUR)],
        by=by, at=at,
    )  # fmt: skip


def read(page: Page, at: datetime, path: str = "maintenance.ics") -> Any:
    return Calendar.from_ical(render(page, path, at).body)


def events(page: Page, at: datetime, path: str = "maintenance.ics") -> list[Any]:
    return list(read(page, at, path).walk("VEVENT"))


def test_each_planned_window_is_an_event_in_utc(
    work: Maintenance, page: Page, at: datetime
) -> None:
    first, second = events(page, at)
    assert first["SUMMARY"] == "New disks; and more, later"
    assert (first.start, first.end) == (at + 2 * HOUR, at + 3 * HOUR)
    assert second.start == at + DAY
    assert b"\r\nDTSTART:20260302T140000Z\r\n" in render(page, "maintenance.ics", at).body
    assert first["STATUS"] == "CONFIRMED"
    assert first["URL"] == work.public_url
    assert "On: Mailstore" in first["DESCRIPTION"]
    assert len({first["UID"], second["UID"]}) == 2


def test_the_calendar_says_how_often_to_look(work: Maintenance, page: Page, at: datetime) -> None:
    raw = render(page, "maintenance.ics", at).body.decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in raw
    assert "X-PUBLISHED-TTL:PT1H\r\n" in raw
    assert f"SOURCE;VALUE=URI:{page.url('maintenance.ics')}\r\n" in raw
    assert all(len(line.encode()) <= 75 for line in raw.split("\r\n"))
    assert read(page, at)["X-WR-CALNAME"] == "Example Mail: planned maintenance"


def test_a_moved_window_keeps_its_uid_and_counts_up(
    work: Maintenance, page: Page, by: Actor, at: datetime
) -> None:
    before = events(page, at)
    window = work.scheduled_windows.waiting()[0]
    window.reschedule(start=at + 5 * HOUR, end=at + 6 * HOUR, body="Later.", by=by, at=at + MINUTE)
    first, second = events(page, at)
    assert (first["UID"], first["SEQUENCE"]) == (before[0]["UID"], 1)
    assert first.start == at + 5 * HOUR
    assert first["DTSTAMP"].dt == at + MINUTE
    assert (second["UID"], second["SEQUENCE"]) == (before[1]["UID"], 0)


def test_what_is_called_off_is_cancelled_and_not_gone(
    work: Maintenance, page: Page, by: Actor, at: datetime
) -> None:
    uids = [event["UID"] for event in events(page, at)]
    work.cancel(body="Not now.", by=by, at=at + MINUTE)
    off = events(page, at)
    assert [event["UID"] for event in off] == uids
    assert {event["STATUS"] for event in off} == {"CANCELLED"}
    assert {event["SEQUENCE"] for event in off} == {1}
    assert "This does not take place." in off[0]["DESCRIPTION"]


def test_what_overran_ends_when_it_ended(
    work: Maintenance, page: Page, by: Actor, at: datetime
) -> None:
    Maintenance.run_edges(at=at + 2 * HOUR)
    work.refresh_from_db()
    window = work.scheduled_windows.running().get()
    window.extend(end=at + 4 * HOUR, body="It takes longer.", by=by, at=at + 150 * MINUTE)
    assert events(page, at)[0]["SEQUENCE"] == 1
    work.refresh_from_db()
    work.end_window(by=by, at=at + 4 * HOUR + 20 * MINUTE)
    first = events(page, at)[0]
    assert first.end == at + 4 * HOUR + 20 * MINUTE
    assert "This lasted 20 min longer than planned." in first["DESCRIPTION"]
    assert first["SEQUENCE"] == 2


def test_an_overrun_that_goes_on_is_said_in_words_that_do_not_age(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + 3 * HOUR, max_minutes=30,
        components=[mailstore], by=by, at=at,
    )  # fmt: skip
    Maintenance.run_edges(at=at + HOUR)
    before = events(page, at + HOUR)[0]
    assert "At most 30 min." in before["DESCRIPTION"]
    type(Maintenance.objects.get().scheduled_windows.get()).note_overruns(at=at + 100 * MINUTE)
    late = events(page, at + 100 * MINUTE)[0]
    assert "This lasts longer than planned." in late["DESCRIPTION"]
    assert late["SEQUENCE"] == before["SEQUENCE"] + 1
    later = render(page, "maintenance.ics", at + 110 * MINUTE).body
    assert later == render(page, "maintenance.ics", at + 100 * MINUTE).body


def test_a_component_has_a_calendar_of_its_own(
    work: Maintenance, page: Page, component: Component, mailstore: Component, at: datetime
) -> None:
    assert len(events(page, at, f"components/{mailstore.public_id}/maintenance.ics")) == 2
    assert not events(page, at, f"components/{component.public_id}/maintenance.ics")


def test_one_work_has_a_file_to_add_by_hand(
    work: Maintenance, page: Page, by: Actor, at: datetime
) -> None:
    Maintenance.schedule(page, title="Else", body="x", start=at + HOUR, end=at + DAY, by=by, at=at)
    names = {event["SUMMARY"] for event in events(page, at, f"maintenance/{work.public_id}.ics")}
    assert names == {work.title}


def test_work_without_dates_has_a_calendar_without_events(
    page: Page, by: Actor, at: datetime
) -> None:
    some_day = Maintenance.announce(page, title="Some day", body="x", by=by, at=at)
    assert not events(page, at, f"maintenance/{some_day.public_id}.ics")


def test_whom_it_concerns_is_said(
    incident: Incident, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    some = Cohort.name_one(incident, "Moved users", size=40, by=by, at=at)
    Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + DAY, audience=some,
        by=by, at=at,
    )  # fmt: skip
    assert "This concerns only: Moved users (40 accounts)" in events(page, at)[0]["DESCRIPTION"]


def test_an_incident_and_nothing_have_no_calendar(incident: Incident, at: datetime) -> None:
    for public_id in (incident.public_id, "aaaaaaaaaaaa"):
        with pytest.raises(Missing):
            render(incident.page, f"maintenance/{public_id}.ics", at)
