"""Planned work in several windows: moved, extended, overrun, reminded of, stopped by an outage."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.core.levels import Level
from incidents.models import (
    Cohort,
    Component,
    Event,
    ImpactWindow,
    Incident,
    Maintenance,
    Page,
    Reminder,
    ScheduledWindow,
)
from incidents.models.planned.audience import audience_of
from incidents.models.planned.plan import Plan
from incidents.reading import PageState
from people.actors import Actor

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


def plan(page: Page, by: Actor, at: datetime, **more: Any) -> Maintenance:
    """Schedule work; by default from one to two hours after `at`."""
    words: dict[str, Any] = {"title": "New disks", "body": "We replace disks.", "by": by, "at": at}
    dates: dict[str, Any] = {} if "windows" in more else {"start": at + HOUR, "end": at + 2 * HOUR}
    return Maintenance.schedule(page, **words | dates | more)


@pytest.fixture
def twice(
    page: Page, mailstore: Component, component: Component, by: Actor, at: datetime
) -> Maintenance:
    """Work in two windows, each on a component of its own."""
    first = Plan(start=at + HOUR, end=at + 2 * HOUR, components=[mailstore])
    second = Plan(start=at + DAY, end=at + DAY + HOUR, components=[component])
    return plan(page, by, at, windows=[second, first])


def test_work_that_is_under_way_has_its_dates_already(
    twice: Maintenance, by: Actor, at: datetime
) -> None:
    Maintenance.run_edges(at=at + HOUR)
    with pytest.raises(ValidationError) as refused:
        twice.set_dates(start=at + DAY, end=at + DAY + HOUR, body="Dates.", by=by, at=at + HOUR)
    assert "This has its dates" in refused.value.message_dict["status"][0]
    twice.refresh_from_db()
    assert twice.status == "in_progress"


def told(page: Page) -> list[str]:
    """The kinds of the events that subscribers were told, in order."""
    return list(
        Event.objects.filter(page=page, tell=True).order_by("pk").values_list("kind", flat=True)
    )


def test_between_two_windows_it_waits_and_nothing_is_under_maintenance(
    twice: Maintenance, mailstore: Component, component: Component, at: datetime
) -> None:
    assert Maintenance.run_edges(at=at + HOUR) == 1
    assert mailstore.level_at(at + HOUR) == Level.UNDER_MAINTENANCE
    assert component.level_at(at + HOUR) == Level.OPERATIONAL
    assert Maintenance.run_edges(at=at + 2 * HOUR) == 1
    twice.refresh_from_db()
    assert (twice.status, twice.resolved_at) == ("scheduled", None)
    assert mailstore.level_at(at + 2 * HOUR) == Level.OPERATIONAL
    assert Maintenance.run_edges(at=at + DAY) == 1
    assert component.level_at(at + DAY) == Level.UNDER_MAINTENANCE
    assert Maintenance.run_edges(at=at + DAY + HOUR) == 1
    twice.refresh_from_db()
    assert (twice.status, twice.resolved_at) == ("completed", at + DAY + HOUR)
    assert twice.started_at == at + HOUR


def test_all_edges_of_a_long_sleep_are_taken_once_at_their_planned_times(
    twice: Maintenance, at: datetime
) -> None:
    assert Maintenance.run_edges(at=at + 3 * DAY) == 4
    assert Maintenance.run_edges(at=at + 3 * DAY) == 0
    assert list(twice.windows.values_list("start", "end")) == [
        (at + HOUR, at + 2 * HOUR), (at + DAY, at + DAY + HOUR),
    ]  # fmt: skip


def test_completing_by_hand_lets_the_further_windows_fall_away(
    twice: Maintenance, by: Actor, at: datetime
) -> None:
    twice.start(by=by, at=at + HOUR)
    twice.complete(by=by, at=at + HOUR + 10 * MINUTE)
    assert twice.status == "completed"
    assert Maintenance.run_edges(at=at + 2 * DAY) == 0


def test_ending_one_window_by_hand_leaves_the_next(
    twice: Maintenance, by: Actor, at: datetime
) -> None:
    twice.start(by=by, at=at + HOUR)
    twice.end_window(by=by, at=at + HOUR + 10 * MINUTE)
    assert twice.status == "scheduled"
    assert Maintenance.run_edges(at=at + DAY) == 1


def test_a_window_may_begin_early_by_hand_and_the_clock_does_not_begin_it_again(
    twice: Maintenance, by: Actor, at: datetime
) -> None:
    twice.start(by=by, at=at + 30 * MINUTE)
    assert Maintenance.run_edges(at=at + HOUR) == 0
    with pytest.raises(ValidationError, match="under way already"):
        twice.start(by=by, at=at + HOUR)
    assert Maintenance.run_edges(at=at + 2 * HOUR) == 1


def test_what_is_said_once_is_not_said_again(twice: Maintenance, by: Actor, at: datetime) -> None:
    twice.start(by=by, at=at + HOUR)
    twice.complete(by=by, at=at + HOUR)
    with pytest.raises(ValidationError, match="completed already"):
        twice.complete(by=by, at=at + HOUR)
    other = plan(twice.page, by, at)
    other.cancel(body="No.", by=by, at=at)
    with pytest.raises(ValidationError, match="cancelled already"):
        other.cancel(body="No.", by=by, at=at)


def test_a_further_window_is_added_while_there_are_dates(
    page: Page, by: Actor, at: datetime
) -> None:
    work = plan(page, by, at)
    later = {"start": at + DAY, "end": at + DAY + HOUR, "body": "One more.", "by": by, "at": at}
    ScheduledWindow.add(work, **later)  # type: ignore[arg-type]
    assert work.scheduled_windows.count() == 2
    with pytest.raises(ValidationError) as refused:
        ScheduledWindow.add(work, **later)  # type: ignore[arg-type]
    assert "This overlaps the window from" in refused.value.message_dict["start"][0]
    announced = Maintenance.announce(page, title="Soon", body="x", by=by, at=at)
    with pytest.raises(ValidationError, match="Only work that has dates"):
        ScheduledWindow.add(announced, **later)  # type: ignore[arg-type]


def test_rescheduling_keeps_both_times_and_moves_what_was_not_sent(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = plan(page, by, at, start=at + 2 * DAY, end=at + 2 * DAY + HOUR,
                components=[mailstore], reminders=[1440, 60])  # fmt: skip
    old = work.scheduled_windows.get()
    assert Reminder.send_due(at=at + DAY) == 1
    old.reschedule(start=at + 3 * DAY, end=at + 3 * DAY + HOUR, body="Later.", by=by, at=at + DAY)
    old.refresh_from_db()
    new = old.superseded_by
    assert new is not None
    assert (old.start, new.start) == (at + 2 * DAY, at + 3 * DAY)
    assert list(new.components.all()) == [mailstore]
    # Sent a day before the old start; a day before the new one it comes again.
    assert [each.minutes_before for each in new.reminders.all()] == [1440, 60]
    work.refresh_from_db()
    assert work.started_at == at + 3 * DAY
    assert Maintenance.run_edges(at=at + 2 * DAY) == 0
    assert Maintenance.run_edges(at=at + 3 * DAY) == 1
    assert told(page) == [
        "maintenance.scheduled", "maintenance.reminder", "maintenance.rescheduled",
        "maintenance.started",
    ]  # fmt: skip


def test_a_window_that_was_moved_is_not_moved_again(page: Page, by: Actor, at: datetime) -> None:
    old = plan(page, by, at).scheduled_windows.get()
    move: Any = {"start": at + DAY, "end": at + DAY + HOUR, "body": "Later.", "by": by, "at": at}
    old.reschedule(**move)
    with pytest.raises(ValidationError, match="use the newer one"):
        old.reschedule(**move)


def test_extending_moves_the_end_while_it_runs(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = plan(page, by, at, components=[mailstore])
    window = work.scheduled_windows.get()
    with pytest.raises(ValidationError, match="has not begun"):
        window.extend(end=at + 3 * HOUR, body="Longer.", by=by, at=at)
    Maintenance.run_edges(at=at + HOUR)
    with pytest.raises(ValidationError) as refused:
        window.extend(end=at + 2 * HOUR, body="Longer.", by=by, at=at + HOUR)
    assert list(refused.value.message_dict) == ["end"]
    window.extend(end=at + 3 * HOUR, body="Longer.", by=by, at=at + HOUR)
    assert Maintenance.run_edges(at=at + 2 * HOUR) == 0
    assert mailstore.level_at(at + 2 * HOUR) == Level.UNDER_MAINTENANCE
    assert Maintenance.run_edges(at=at + 3 * HOUR) == 1
    assert told(page)[-2:] == ["maintenance.extended", "maintenance.completed"]


def test_work_that_staff_end_overruns_in_sight_and_is_noted_once(
    page: Page, by: Actor, at: datetime
) -> None:
    work = plan(page, by, at, ends_by_itself=False)
    Maintenance.run_edges(at=at + HOUR)
    assert Maintenance.run_edges(at=at + 3 * HOUR) == 0
    assert ScheduledWindow.note_overruns(at=at + 2 * HOUR + 30 * timedelta(seconds=1)) == 0
    assert ScheduledWindow.note_overruns(at=at + 2 * HOUR + 25 * MINUTE) == 1
    assert ScheduledWindow.note_overruns(at=at + 2 * HOUR + 26 * MINUTE) == 0
    event = Event.objects.get(kind="maintenance.overran")
    assert (event.after, event.tell) == ({"minutes": 25}, False)
    work.complete(by=by, at=at + 2 * HOUR + 30 * MINUTE)
    window = work.scheduled_windows.get()
    assert window.overrun_at(at + 9 * HOUR) == 30 * MINUTE


def test_the_longest_interruption_that_was_promised_is_overrun_before_the_end(
    page: Page, by: Actor, at: datetime
) -> None:
    work = plan(page, by, at, max_minutes=20)
    Maintenance.run_edges(at=at + HOUR)
    window = work.scheduled_windows.get()
    assert window.overrun_at(at + HOUR + 20 * MINUTE) == timedelta()
    assert window.overrun_at(at + HOUR + 45 * MINUTE) == 25 * MINUTE
    assert ScheduledWindow.note_overruns(at=at + HOUR + 45 * MINUTE) == 1


def test_reminders_come_once_each_and_never_after_it_began(
    page: Page, by: Actor, at: datetime
) -> None:
    plan(page, by, at, start=at + 2 * DAY, end=at + 2 * DAY + HOUR,
         reminders=[40320, 1440, 60, 5])  # fmt: skip
    # Four weeks before is past already: it is simply not made.
    assert [each.minutes_before for each in Reminder.objects.all()] == [1440, 60, 5]
    assert Reminder.send_due(at=at + DAY - MINUTE) == 0
    assert Reminder.send_due(at=at + DAY) == 1
    assert Reminder.send_due(at=at + DAY) == 0
    # The clock slept: what was missed comes as one.
    assert Reminder.send_due(at=at + 2 * DAY - 4 * MINUTE) == 1
    assert Reminder.send_due(at=at + 2 * DAY - MINUTE) == 0
    Maintenance.run_edges(at=at + 2 * DAY)
    assert Reminder.send_due(at=at + 2 * DAY) == 0
    assert told(page).count("maintenance.reminder") == 2


def test_within_a_minute_of_the_start_its_beginning_says_enough(
    page: Page, by: Actor, at: datetime
) -> None:
    plan(page, by, at, reminders=[5])
    assert Reminder.send_due(at=at + HOUR - timedelta(seconds=59)) == 0


def test_cancelled_work_reminds_of_nothing(page: Page, by: Actor, at: datetime) -> None:
    work = plan(page, by, at, reminders=[30])
    work.cancel(body="Not now.", by=by, at=at)
    assert not Reminder.objects.exists()
    assert Reminder.send_due(at=at + 40 * MINUTE) == 0


def test_an_outage_overtakes_work_that_is_under_way(
    page: Page, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    work = plan(page, by, at, components=[mailstore, component])
    Maintenance.run_edges(at=at + HOUR)
    outage = Incident.open(
        page, title="Down", body="x", levels={mailstore: "major_outage"}, by=by, at=at + HOUR
    )
    work.cancel(body="Overtaken.", overtaken_by=outage, by=by, at=at + HOUR + MINUTE)
    assert (work.status, work.resolved_at) == ("cancelled", at + HOUR + MINUTE)
    assert [(link.source, link.kind) for link in work.links_in.all()] == [(outage, "overtook")]
    assert mailstore.level_at(at + 2 * HOUR) == Level.MAJOR_OUTAGE
    assert component.level_at(at + 2 * HOUR) == Level.OPERATIONAL
    assert told(page).count("maintenance.cancelled") == 1


@pytest.mark.parametrize("outage_first", [True, False])
def test_maintenance_neither_hides_nor_ends_an_outage(
    outage_first: bool, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    began = at + (30 if outage_first else 90) * MINUTE
    outage: dict[str, Any] = {"title": "Down", "body": "x", "levels": {mailstore: "major_outage"}}
    plan(page, by, at, components=[mailstore])
    if outage_first:
        Incident.open(page, **outage, by=by, at=began)
    Maintenance.run_edges(at=at + HOUR)
    if not outage_first:
        Incident.open(page, **outage, by=by, at=began)
    assert PageState.of(page, at=at + 100 * MINUTE).status.indicator == "critical"
    Maintenance.run_edges(at=at + 2 * HOUR)
    assert PageState.of(page, at=at + 3 * HOUR).status.indicator == "critical"
    window = ImpactWindow.objects.get(level=Level.MAJOR_OUTAGE)
    assert (window.start, window.end) == (began, None)


def test_announced_work_hands_its_bound_and_components_to_its_dates(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = Maintenance.announce(
        page, title="Moves", body="x", components=[mailstore], max_minutes=60, by=by, at=at
    )
    work.set_dates(start=at + HOUR, end=at + 3 * HOUR, body="Now.", by=by, at=at)
    window = work.scheduled_windows.get()
    assert (window.max_minutes, list(window.components.all())) == (60, [mailstore])


def test_work_for_some_says_for_whom_and_what_it_follows_up(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    cohort = Cohort.name_one(incident, "Users already moved", share_percent=100, by=by, at=at)
    cohort.report(75, by=by, at=at)
    work = Maintenance.announce(
        page, title="Moves", body="x", audience=cohort, follows_up=incident, by=by, at=at
    )
    assert audience_of(work) == "Users already moved (about 75 %)"
    assert [(link.target, link.kind) for link in work.links_out.all()] == [(incident, "follow_up")]


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"end": timedelta(minutes=-5)}, "end", "not after its start"),
        ({"start": timedelta(days=-700), "end": timedelta(days=-699)}, "start", "over a day ago"),
        ({"start": timedelta(hours=-2), "end": timedelta(hours=-1)}, "end", "11:00 UTC has passed"),
        ({"reminders": [4]}, "reminders", "between 5 min and 28 days"),
        ({"reminders": [40321]}, "reminders", "between 5 min and 28 days"),
        ({"reminders": [2**63]}, "reminders", "between 5 min and 28 days"),
        ({"reminders": [-5]}, "reminders", "not after it"),
        ({"reminders": [10] * 21}, "reminders", "At most 20"),
        ({"max_minutes": 0}, "max_minutes", "between 1 and"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_field(
    wrong: dict[str, Any], field: str, message: str, page: Page, by: Actor, at: datetime
) -> None:
    asked = {
        name: at + value if isinstance(value, timedelta) else value for name, value in wrong.items()
    }
    with pytest.raises(ValidationError) as refused:
        plan(page, by, at, **asked)
    assert list(refused.value.message_dict) == [field]
    assert message in refused.value.message_dict[field][0]
    assert not page.incidents.exists()


def test_a_time_without_a_zone_is_refused(page: Page, by: Actor, at: datetime) -> None:
    naive = datetime(2026, 3, 2, 13, 0)
    with pytest.raises(ValidationError, match="does not say its time zone"):
        plan(page, by, at, start=naive)


def test_windows_of_one_maintenance_lie_apart(page: Page, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError) as refused:
        plan(page, by, at, windows=[
            Plan(start=at + HOUR, end=at + 3 * HOUR), Plan(start=at + 2 * HOUR, end=at + 4 * HOUR),
        ])  # fmt: skip
    assert list(refused.value.message_dict) == ["windows"]


def test_work_without_dates_is_announced_instead(page: Page, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="without dates yet is announced"):
        plan(page, by, at, windows=[])


def test_moving_and_extending_do_not_take_back_what_the_clock_did_meanwhile(
    twice: Maintenance, by: Actor, at: datetime
) -> None:
    first, second = twice.scheduled_windows.order_by("start")
    Maintenance.run_edges(at=at + HOUR)
    first.extend(end=at + 3 * HOUR, body="It takes longer.", by=by, at=at + 90 * MINUTE)
    twice.refresh_from_db()
    assert twice.status == "in_progress"
    later = at + 2 * DAY
    second.reschedule(start=later, end=later + HOUR, body="Later.", by=by, at=at + 90 * MINUTE)
    twice.refresh_from_db()
    assert twice.status == "in_progress"
