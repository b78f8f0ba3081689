"""Days of uptime against a model that looks at every second by itself."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incidents.core.calendar import DAY, Period, day_of, midnight, months
from incidents.core.days import COUNTED, Counting, Tally, Trouble, second, sweep
from incidents.core.levels import SEVERITY

STATUSPAGE = {"major_outage": "1", "partial_outage": "0.3", "degraded_performance": "0"}
UPSIDE_DOWN = {"major_outage": "0.2", "partial_outage": "0.3", "degraded_performance": "1"}

levels = st.sampled_from(COUNTED)
troubles = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 100), levels, st.booleans()).map(
        lambda row: Trouble(min(row[:2]), max(row[:2]), row[2], row[3])
    ),
    max_size=8,
)
weights = st.sampled_from([STATUSPAGE, UPSIDE_DOWN, {}, {"under_maintenance": "1/3"}])


def by_the_second(
    rows: list[Trouble], start: int, end: int, given_weights: dict[str, str]
) -> tuple[Fraction, int, str]:
    """Downtime, seconds of trouble and the worst level, looked up second by second."""
    down, trouble, worst = Fraction(0), 0, "operational"
    for moment in range(start, end):
        held = [row for row in rows if row.start <= moment < row.end]
        counting = [Fraction(given_weights.get(row.level, "0")) for row in held if row.counts]
        down += max(counting, default=Fraction(0))
        trouble += bool(held)
        worst = max([worst, *(row.level for row in held)], key=SEVERITY.__getitem__)
    return down, trouble, worst


@given(troubles, weights)
def test_every_second_counts_once_at_its_worst_weight(
    rows: list[Trouble], given_weights: dict[str, str]
) -> None:
    edges = [0, 30, 31, 31, 70, 95]
    days = sweep(rows, edges, Counting(given_weights))
    for number, (start, end) in enumerate(pairwise(edges)):
        down, trouble, worst = by_the_second(rows, start, end, given_weights)
        level, tally = days.get(number, ("operational", Tally()))
        assert (tally.downtime(given_weights), tally.trouble, level) == (down, trouble, worst)


def test_what_is_excluded_counts_only_where_nothing_else_holds() -> None:
    rows = [Trouble(0, 60, "major_outage", counts=False), Trouble(30, 60, "degraded_performance")]
    [day] = sweep(rows, [0, 100], Counting(STATUSPAGE)).values()
    assert day.tally == Tally(degraded=30, excluded=30)
    assert day.level == "major_outage"


def hours(start: date, end: date, zone: ZoneInfo) -> Iterator[float]:
    while start < end:
        length = midnight(start + DAY, zone) - midnight(start, zone)
        yield length / timedelta(hours=1)
        start += DAY


@pytest.mark.parametrize(
    ("zone", "on", "length"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2025, 10, 26), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2025, 10, 5), 23.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("UTC", date(2028, 2, 29), 24),
    ],
)
def test_a_day_is_as_long_as_its_clock_makes_it(zone: str, on: date, length: float) -> None:
    [found] = hours(on, on + DAY, ZoneInfo(zone))
    assert found == length
    edges = [second(midnight(on, ZoneInfo(zone))), second(midnight(on + DAY, ZoneInfo(zone)))]
    [*day] = sweep([Trouble(0, edges[1] + 9, "major_outage")], edges, Counting(STATUSPAGE)).values()
    assert sum(each.tally.major for each in day) == length * 3600


zones = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]
)


@given(zones, st.dates(date(2000, 1, 1), date(2037, 1, 1)), st.integers(1, 400))
@example("Australia/Lord_Howe", date(2025, 12, 31), 366)
def test_days_of_a_year_add_up_to_its_hours(zone: str, start: date, count: int) -> None:
    end = start + DAY * count
    whole = midnight(end, ZoneInfo(zone)) - midnight(start, ZoneInfo(zone))
    assert sum(hours(start, end, ZoneInfo(zone))) == whole / timedelta(hours=1)


def test_the_ends_of_the_calendar_are_no_error() -> None:
    assert midnight(date(1, 1, 1), ZoneInfo("Asia/Tokyo")).year == 1
    assert midnight(date(9999, 12, 31), ZoneInfo("America/New_York")).year == 9999


def test_parts_of_a_second_fall_to_the_second_in_which_they_lie() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert second(noon + timedelta(microseconds=999_999)) == second(noon)
    assert second(datetime(1969, 12, 31, 23, 59, 59, 5, tzinfo=UTC)) == -1


def test_periods_have_names_and_follow_one_another() -> None:
    quarter = Period.named("2025-Q4")
    assert quarter == Period("2025-Q4", date(2025, 10, 1), date(2026, 1, 1))
    assert quarter is not None
    assert (quarter.after.name, quarter.before.name) == ("2026-Q1", "2025-Q3")
    assert [each.name for each in months(date(2025, 11, 30), date(2026, 1, 1))] == [
        "2025-11",
        "2025-12",
        "2026-01",
    ]
    for name in ("2026-13", "2026-Q5", "0001-01", "2026-3", "26-Q1"):
        assert Period.named(name) is None
    assert day_of(datetime(2026, 1, 1, 3, tzinfo=UTC), ZoneInfo("America/New_York")).year == 2025
