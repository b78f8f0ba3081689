"""Planned work at the desk: windows, reminders, moves, and work that comes back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Cohort, Component, Incident, Maintenance, Page, Recurrence
from people.actors import Actor
from tests.console.screens import at_incident, refused, stored, text_of

ROOT = "/console/mail/maintenance/"
DAY = timedelta(days=1)


def typed(component: Component, **more: str) -> dict[str, str]:
    """The calm form as it is typed: tomorrow, for an hour."""
    start = timezone.now() + DAY
    return {
        "title": "New switch",
        "body": "We replace a switch.",
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "start_zone": "UTC",
        "end": f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "end_zone": "UTC",
        "components": component.public_id,
        "notify": "on",
        "ends_by_itself": "on",
    } | more


@pytest.fixture
def planned(page: Page, component: Component, by: Actor) -> Maintenance:
    """Work that is due tomorrow."""
    now = timezone.now()
    return Maintenance.schedule(
        page, title="New switch", body="We replace a switch.", start=now + DAY,
        end=now + DAY + timedelta(hours=1), components=[component], by=by, at=now,
    )  # fmt: skip


def test_the_form_offers_reminders_and_takes_windows_and_an_audience(
    desk: Client, component: Component, resolved: Incident, by: Actor
) -> None:
    cohort = Cohort.name_one(resolved, "Users moved", share_percent=75, by=by, at=timezone.now())
    blank = text_of(desk.get(f"{ROOT}schedule/"))
    assert 'value="24 h, 1 h"' in blank
    day = f"{timezone.now() + 3 * DAY:%Y-%m-%d}"
    more = {
        "reminders": "23 h, 90 min",
        "further": f"{day} 02:00 to 04:00\n{day} 06:00 - {day} 07:00",
    }
    stored(desk, f"{ROOT}schedule/", typed(component, audience=cohort.public_id, **more))
    entry = Maintenance.objects.get()
    assert entry.scheduled_windows.count() == 3
    first = entry.scheduled_windows.all()[0]
    assert [each.minutes_before for each in first.reminders.all()] == [1380, 90]
    shown = text_of(desk.get(ROOT))
    assert "and 2 further windows" in shown
    assert entry.audience == cohort


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reminders": "soon"}, "reminders"),
        ({"reminders": "2 min"}, "reminders"),
        ({"reminders": "29 d"}, "reminders"),
        ({"further": "tomorrow"}, "further"),
        ({"further": "2027-03-08 02:00 to 03:61"}, "further"),
        ({"start": "2020-01-01T00:00"}, "start"),
        ({"max_minutes": "0"}, "max_minutes"),
    ],
)
def test_what_cannot_be_planned_stays_as_it_was_typed(
    wrong: dict[str, str], field: str, desk: Client, component: Component
) -> None:
    body = refused(desk, f"{ROOT}schedule/", typed(component, **wrong), field)
    assert wrong[field] in body
    assert not Maintenance.objects.exists()


def test_a_window_is_moved_and_both_times_are_shown(desk: Client, planned: Maintenance) -> None:
    window = planned.scheduled_windows.get()
    later = timezone.now() + 2 * DAY
    fields = {
        "body": "A day later.", "notify": "on", "start_zone": "UTC", "end_zone": "UTC",
        "start": f"{later:%Y-%m-%dT%H:%M}", "end": f"{later + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    address = at_incident(planned, f"windows/{window.pk}/reschedule/")
    backwards = fields | {"end": "2020-01-01T00:00"}
    refused(desk, address, backwards, "end")
    stored(desk, address, fields)
    assert "moved from" in text_of(desk.get(at_incident(planned)))
    assert "moved from" in text_of(desk.get(planned.public_url))


def test_what_is_under_way_is_extended_and_ended_window_by_window(
    desk: Client, planned: Maintenance, component: Component
) -> None:
    more = typed(component, body="One more.", reminders="")
    start = timezone.now() + 5 * DAY
    more |= {"start": f"{start:%Y-%m-%dT%H:%M}", "end": f"{start + DAY:%Y-%m-%dT%H:%M}"}
    stored(desk, at_incident(planned, "windows/add/"), more)
    stored(desk, at_incident(planned, "start/"), {"body": "We begin."})
    window = planned.scheduled_windows.running().get()
    later = f"{window.end + timedelta(hours=1):%Y-%m-%dT%H:%M}"
    fields = {"body": "Longer.", "end": later, "end_zone": "UTC", "notify": "on"}
    stored(desk, at_incident(planned, f"windows/{window.pk}/extend/"), fields)
    assert "End this window" in text_of(desk.get(at_incident(planned)))
    stored(desk, at_incident(planned, "windows/end/"), {"body": "For now."})
    planned.refresh_from_db()
    assert planned.status == "scheduled"


def test_planned_work_is_overtaken_from_the_incident(
    desk: Client, planned: Maintenance, incident: Incident
) -> None:
    assert "Overtake planned work" in text_of(desk.get(at_incident(incident)))
    fields = {"maintenance": planned.public_id, "body": "Not now.", "notify": "on"}
    stored(desk, at_incident(incident, "overtake/"), fields)
    planned.refresh_from_db()
    assert planned.status == "cancelled"
    assert planned.links_in.get().source_id == incident.pk
    refused(desk, at_incident(incident, "overtake/"), fields, "maintenance")


def weekly(component: Component, **more: str) -> dict[str, str]:
    """Work that comes back, as it is typed."""
    first = timezone.now() + DAY
    return {
        "title": "Patches",
        "body": "Servers restart.",
        "first_start": f"{first:%Y-%m-%dT%H:%M}",
        "first_start_zone": "UTC",
        "minutes": "30",
        "often": "FREQ=WEEKLY",
        "until": f"{first + 80 * DAY:%Y-%m-%d}",
        "components": component.public_id,
        "notify": "on",
        "reminders": "1 h",
        "time_zone": "UTC",
    } | more


def test_the_next_five_dates_are_shown_before_anything_is_saved(
    desk: Client, component: Component
) -> None:
    for address in (f"{ROOT}recurring/add/", f"{ROOT}recurring/dates/"):
        answer = desk.post(address, weekly(component, preview="1"))
        assert (answer.status_code, text_of(answer).count('class="row"')) == (200, 5)
    assert not Recurrence.objects.exists()


def test_work_comes_back_one_date_is_left_out_and_it_ends(
    desk: Client, component: Component
) -> None:
    stored(desk, f"{ROOT}recurring/add/", weekly(component))
    recurrence = Recurrence.objects.get()
    root = f"{ROOT}recurring/{recurrence.public_id}/"
    assert "Every week" in text_of(desk.get(root))
    listed = text_of(desk.get(ROOT))
    assert ("<span>every week</span>" in listed, "FREQ=" in listed) == (True, False)
    now = text_of(desk.get("/console/mail/"))
    assert Maintenance.objects.filter(status="scheduled").count() > 1
    assert (now.count(">Patches<"), now.count("<span>every week</span>")) == (1, 1)
    day = f"{recurrence.starts()[1]:%Y-%m-%d}"
    stored(desk, f"{root}skip/", {"day": day, "body": "Not then."})
    refused(desk, f"{root}skip/", {"day": "2020-01-01", "body": "Not then."}, "day")
    stored(desk, f"{root}end/", {"body": "No longer.", "notify": "on"})
    assert "Ended" in text_of(desk.get(root))
    assert not Maintenance.objects.filter(status="scheduled").exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"often": "own", "rule": "FREQ=WEEKLY"}, "rule"),
        ({"often": "own", "rule": "FREQ=SECONDLY;COUNT=9"}, "rule"),
        ({"often": "own", "rule": ""}, "rule"),
        ({"until": ""}, "until"),
        ({"until": "2099-01-01"}, "until"),
        ({"minutes": "20000"}, "minutes"),
        ({"first_start": "2020-01-01T00:00"}, "first_start"),
        ({"first_start_zone": ""}, "first_start"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"exceptions": "never"}, "exceptions"),
    ],
)
def test_what_cannot_come_back_is_refused_at_its_field(
    wrong: dict[str, str], field: str, desk: Client, component: Component
) -> None:
    refused(desk, f"{ROOT}recurring/add/", weekly(component, **wrong), field)
    assert not Recurrence.objects.exists()


def test_the_weekday_of_a_month_is_put_into_a_rule(desk: Client, component: Component) -> None:
    stored(desk, f"{ROOT}recurring/add/", weekly(component, often="nth"))
    assert "FREQ=MONTHLY;BYDAY=" in Recurrence.objects.get().rule
