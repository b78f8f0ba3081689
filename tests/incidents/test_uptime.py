"""Kept days and live windows tell the same as looking at the windows, whatever was written."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from incidents.core.calendar import DAY, midnight
from incidents.core.days import COUNTED, Tally
from incidents.core.levels import SEVERITY, Level
from incidents.derived import difference, rebuild, turn_days
from incidents.models import (
    Cohort,
    Component,
    ComponentDay,
    ImpactKind,
    ImpactWindow,
    Incident,
    Page,
)
from incidents.uptime import Uptime, UptimeRecord, between, mean
from people.actors import Actor

HOUR = timedelta(hours=1)
FIRST = date(2025, 12, 1)
Write = Callable[..., ImpactWindow]


@pytest.fixture
def write(incident: Incident, mailstore: Component, by: Actor, at: datetime) -> Write:
    """Record one more window, in hours before noon."""
    incident.windows.update(superseded_at=at)

    def record(
        start: float, end: float | None, level: str = "major_outage", **rest: Any
    ) -> ImpactWindow:
        rest.setdefault("kind", ImpactKind.UNAVAILABLE)
        return ImpactWindow.record(
            mailstore, level=level, start=at - start * HOUR,
            end=None if end is None else at - end * HOUR, incident=incident, by=by, at=at, **rest,
        )  # fmt: skip

    return record


def fresh(page: Page) -> Page:
    return Page.objects.get(pk=page.pk)


def uptime(page: Page, component: Component, at: datetime) -> Uptime:
    return UptimeRecord.of(fresh(page), FIRST, at).uptime(component, FIRST, date(2026, 4, 1))


def test_a_window_written_for_past_days_renews_these_days_and_no_other(
    page: Page, write: Write, by: Actor, at: datetime
) -> None:
    write(200, 199)
    turn_days(at=at)
    kept = set(ComponentDay.objects.values_list("pk", flat=True))
    window = write(60, 30)
    assert fresh(page).days_until == date(2026, 3, 2)
    assert list(ComponentDay.objects.exclude(pk__in=kept).values_list("on", "major_seconds")) == [
        (date(2026, 2, 28), 24 * 3600),
        (date(2026, 3, 1), 6 * 3600),
    ]
    window.supersede(end=at - 50 * HOUR, by=by, at=at)
    assert difference(fresh(page)).days == 0
    assert not ComponentDay.objects.filter(on=date(2026, 3, 1)).exists()


def test_a_withdrawn_incident_leaves_no_day_behind(
    page: Page, incident: Incident, write: Write, by: Actor, at: datetime
) -> None:
    write(60, 30)
    turn_days(at=at)
    incident.withdraw("It never was.", by=by, at=at)
    assert not ComponentDay.objects.exists()


def test_a_component_set_by_hand_for_days_is_kept_and_ended_alike(
    page: Page, component: Component, by: Actor, at: datetime
) -> None:
    component.set_level("partial_outage", by=by, at=at)
    turn_days(at=at + 2 * DAY)
    assert ComponentDay.objects.count() == 2
    component.set_level("operational", by=by, at=at + 2 * DAY, happened_at=at + HOUR)
    assert list(ComponentDay.objects.values_list("partial_seconds", flat=True)) == [3600]


def test_correcting_what_was_set_by_hand_renews_its_days(
    page: Page, component: Component, by: Actor, at: datetime
) -> None:
    component.set_level("partial_outage", by=by, at=at)
    turn_days(at=at + 2 * DAY)
    window = component.windows.get().supersede(level="major_outage", by=by, at=at + 2 * DAY)
    assert set(ComponentDay.objects.values_list("level", flat=True)) == {"major_outage"}
    window.retract("It never was.", by=by, at=at + 2 * DAY)
    assert not ComponentDay.objects.exists()


def test_the_clock_keeps_a_day_once_it_is_over_on_the_clock_of_the_page(
    page: Page, write: Write, by: Actor, at: datetime
) -> None:
    page.change(time_zone="America/New_York", by=by, at=at)
    write(2, None)
    evening = datetime(2026, 3, 3, 4, 59, tzinfo=UTC)
    turn_days(at=evening)
    assert fresh(page).days_until == date(2026, 3, 2)
    assert turn_days(at=evening + timedelta(minutes=1)) == 1
    assert turn_days(at=evening + timedelta(minutes=2)) == 0
    assert ComponentDay.objects.get().major_seconds == 19 * 3600


def test_a_new_zone_weight_or_exclusion_shows_at_once_and_is_kept_by_the_next_turn(
    page: Page, mailstore: Component, write: Write, by: Actor, at: datetime
) -> None:
    write(60, 30)
    turn_days(at=at)
    changes = (
        {"time_zone": "Australia/Lord_Howe"},
        {"uptime_weights": {"major_outage": "0.5"}},
        {"uptime_excludes": [{"kind": "unavailable", "reason": "Only wrong data counts here."}]},
    )
    for change in changes:
        fresh(page).change(**change, by=by, at=at)
        assert fresh(page).days_until is None
        live = uptime(page, mailstore, at)
        turn_days(at=at)
        assert uptime(page, mailstore, at).tally == live.tally
        assert difference(fresh(page)).days == 0
    assert uptime(page, mailstore, at).tally == Tally(excluded=30 * 3600)


def test_weights_and_exclusions_that_mean_nothing_are_refused(
    page: Page, by: Actor, at: datetime
) -> None:
    for change, words in (
        ({"uptime_weights": {"major_outage": "2"}}, "a number from 0 to 1"),
        ({"uptime_weights": {"major_outage": "much"}}, "a number from 0 to 1"),
        ({"uptime_weights": {"broken": "1"}}, "none of"),
        ({"uptime_excludes": [{"kind": "wrong_data", "reason": " "}]}, "Say why"),
        ({"uptime_excludes": [{"kind": "rain", "reason": "Wet."}]}, "none of"),
    ):
        with pytest.raises(ValidationError, match=words) as refused:
            page.change(**change, by=by, at=at)
        assert list(refused.value.message_dict) == list(change)


def test_a_component_that_began_later_counts_from_then(
    page: Page, mailstore: Component, write: Write, by: Actor, at: datetime
) -> None:
    write(60, 30)
    mailstore.change(start_date=date(2026, 3, 1), by=by, at=at)
    turn_days(at=at)
    found = uptime(page, mailstore, at)
    assert (found.seconds, found.tally) == (36 * 3600, Tally(major=6 * 3600))
    assert found.percent() == "83.33"
    mailstore.start_date = date(2027, 1, 1)
    later = uptime(page, mailstore, at)
    assert (later.share, later.percent()) == (None, "")
    assert mean([found, later]) == found.share


def test_a_start_date_outside_the_calendar_is_refused(
    mailstore: Component, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="The year 1 is not one of") as refused:
        mailstore.change(start_date=date(1, 1, 1), by=by, at=at)
    assert list(refused.value.message_dict) == ["start_date"]


def test_an_outage_of_a_cohort_counts_as_a_partial_one(
    page: Page, incident: Incident, mailstore: Component, write: Write, by: Actor, at: datetime
) -> None:
    cohort = Cohort.name_one(incident, "A tenth", by=by, at=at)
    write(60, 50, cohort=cohort)
    turn_days(at=at)
    assert uptime(page, mailstore, at).tally == Tally(partial=36_000)


def test_any_hours_are_counted_to_the_second(
    page: Page, mailstore: Component, write: Write, at: datetime
) -> None:
    write(60, 30)
    for turned in (False, True):
        if turned:
            turn_days(at=at)
        found = between(fresh(page), [mailstore], at - 59 * HOUR, at - 29.5 * HOUR)[mailstore.pk]
        assert (found.seconds, found.tally) == (106_200, Tally(major=29 * 3600))
        inside = between(fresh(page), [mailstore], at - 40 * HOUR, at - 39 * HOUR)[mailstore.pk]
        assert inside.share == 0


def test_one_command_rebuilds_and_verifies(
    page: Page, write: Write, by: Actor, at: datetime
) -> None:
    write(60, 30)
    rebuild(page, by=by, at=at)
    ComponentDay.objects.update(major_seconds=1)
    out = StringIO()
    with pytest.raises(CommandError, match="without --verify"):
        call_command("rebuild_uptime", "--verify", stdout=out)
    assert out.getvalue() == "mail: 2 days differ from the record\n"
    call_command("rebuild_uptime", "--page", "mail", stdout=out)
    call_command("rebuild_uptime", "--verify", stdout=out)
    with pytest.raises(CommandError, match="no page"):
        call_command("rebuild_uptime", "--page", "nowhere", stdout=out)


def test_the_number_of_queries_does_not_grow_with_components_days_or_windows(
    page: Page, write: Write, mailstore: Component, by: Actor, at: datetime
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            UptimeRecord.of(fresh(page), FIRST, at).uptime(mailstore, FIRST, date(2026, 4, 1))
        return len(captured)

    write(2, 1)
    turn_days(at=at)
    few = count()
    for number in range(4):
        Component.add(page, f"Part {number}", by=by, at=at)
        write(100 * number + 300, 100 * number + 201)
    assert count() == few == 3


class Random(TestCase):
    """Windows written at random, over clock changes, before and after the clock turned."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
        rows=st.lists(
            st.tuples(
                st.integers(0, 96 * 6),
                st.integers(1, 40 * 6),
                st.sampled_from(COUNTED),
                st.sampled_from(["wrong_data", "unavailable"]),
                st.booleans(),
            ),
            max_size=6,
        ),
        turned=st.integers(0, 6),
        day=st.sampled_from([date(2026, 3, 29), date(2025, 10, 26), date(2024, 2, 29), date(2026, 1, 1),
                             date(2026, 4, 5), date(2026, 3, 8)]),
    )  # fmt: skip
    def test_days_and_live_windows_are_what_every_ten_minutes_say(self, zone, rows, turned, day):  # type: ignore[no-untyped-def]
        by = Actor.system()
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - 2 * DAY
        at = start + 6 * DAY
        page = Page.found(
            name="x", slug="x", time_zone=zone, by=by, at=start,
            uptime_excludes=[{"kind": "wrong_data", "reason": "Mail was safe."}],
        )  # fmt: skip
        component = Component.add(page, "Mailstore", by=by, at=start)
        held = []
        for number, (begin, length, level, kind, cohort) in enumerate(rows):
            if number == turned:
                turn_days(at=at - DAY)
            held.append(_written(component, start, begin, length, level, kind, cohort, by, at))
        page = fresh(page)
        first = (start.astimezone(page.zone)).date()
        record = UptimeRecord.of(page, first, at)
        for number in range(7):
            on = first + number * DAY
            edges = midnight(on, page.zone), min(midnight(on + DAY, page.zone), at)
            down, worst = _every_ten_minutes(held, page, *edges)
            found = record.uptime(component, on, on + DAY)
            assert found.tally.downtime(page.uptime_weights) == down
            kept = record.day(component, on)
            assert (kept.level if kept else "operational") == worst


def _written(
    component: Component, start: datetime, begin: int, length: int, level: str, kind: str,
    cohort: bool, by: Actor, at: datetime,
) -> ImpactWindow:  # fmt: skip
    incident = Incident.open(component.page, title="x", body="x", started_at=start, by=by, at=at)
    of = Cohort.name_one(incident, "Some", by=by, at=at) if cohort else None
    begins = start + begin * timedelta(minutes=10)
    return ImpactWindow.record(
        component, level=level, kind=kind, start=begins, incident=incident, cohort=of,
        end=min(begins + length * timedelta(minutes=10), at), by=by, at=at,
    )  # fmt: skip


def _every_ten_minutes(
    held: list[ImpactWindow], page: Page, start: datetime, end: datetime
) -> tuple[Fraction, Level]:
    down, worst = Fraction(0), "operational"
    while start < end:
        now = [window for window in held if window.end and window.start <= start < window.end]
        counted = [
            Fraction(page.uptime_weights.get(window.page_level, "0"))
            for window in now
            if window.kind != "wrong_data"
        ]
        down += 600 * max(counted, default=Fraction(0))
        worst = max([worst, *(window.page_level for window in now)], key=SEVERITY.__getitem__)
        start += timedelta(minutes=10)
    return down, Level(worst)
