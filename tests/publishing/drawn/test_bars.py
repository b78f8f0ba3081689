from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.core.calendar import DAY, day_of
from incidents.core.calendar import midnight as begins
from incidents.core.days import Counting
from incidents.core.levels import Level
from incidents.models import Component, ImpactWindow
from incidents.models.site.day import derive_until
from incidents.uptime import UptimeRecord
from publishing.drawn.bars import DAYS, Bars, paths

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEIGHTS = {"major_outage": "1", "partial_outage": "0.3", "degraded_performance": "0"}


def window(start: datetime, end: datetime | None, level: str = "major_outage") -> ImpactWindow:
    return ImpactWindow(component_id=1, start=start, end=end, level=level)


def bars(*windows: ImpactWindow, start_date: date | None = None, zone: str = "UTC") -> Bars:
    return until(NOON, *windows, zone=ZoneInfo(zone), start_date=start_date)


def until(
    at: datetime, *windows: ImpactWindow, zone: ZoneInfo, start_date: date | None = None
) -> Bars:
    first = day_of(at, zone) - (DAYS - 1) * DAY
    dates = [first + number * DAY for number in range(DAYS)]
    edges = [*(begins(on, zone) for on in dates), at]
    found = derive_until(windows, dates, edges, Counting(WEIGHTS))
    record = UptimeRecord(at, zone, Counting(WEIGHTS), first, found)
    return Bars(Component(pk=1, name="Mailstore", start_date=start_date), record)


def test_there_are_ninety_days_and_the_last_is_today() -> None:
    days = bars().days
    assert len(days) == DAYS
    assert days[-1].on == date(2026, 3, 2)


def test_a_day_shows_the_worst_that_it_saw_and_for_how_long() -> None:
    day = bars(
        window(NOON - 3 * HOUR, NOON - HOUR),
        window(NOON - 4 * HOUR, NOON - 2 * HOUR, "degraded_performance"),
    ).days[-1]
    assert (day.level, day.length) == (Level.MAJOR_OUTAGE, "2 h")


def test_an_outage_over_midnight_counts_for_both_days() -> None:
    midnight = NOON - 12 * HOUR
    two = bars(window(midnight - HOUR, midnight + HOUR)).troubled
    assert [day.on.day for day in two] == [2, 1]
    assert [day.length for day in two] == ["1 h", "1 h"]


def test_a_window_that_is_open_reaches_to_now_and_no_further() -> None:
    assert bars(window(NOON - HOUR, None)).days[-1].length == "1 h"


def test_uptime_counts_overlap_once_at_the_worst_weight_and_rounds_down() -> None:
    assert bars().uptime == "100.00"
    one_second = bars(window(NOON - timedelta(seconds=1), NOON))
    assert one_second.uptime == "99.99"


def test_days_before_the_component_began_have_no_data() -> None:
    drawn = paths(bars(start_date=date(2026, 3, 1)).marks)
    assert drawn["d-o"].count("M") == 2
    assert drawn["d-n"].count("M") == 88


def test_one_path_a_colour_keeps_ninety_days_small() -> None:
    (path,) = paths(bars().marks).values()
    assert len(path) < 2_000


@given(
    st.lists(
        st.tuples(st.integers(0, 90 * 24), st.integers(1, 72), st.sampled_from(sorted(WEIGHTS))),
        max_size=6,
    )
)
def test_uptime_lies_between_nothing_and_everything(rows: list[tuple[int, int, str]]) -> None:
    windows = [
        window(NOON - back * HOUR, NOON - back * HOUR + length * HOUR, level)
        for back, length, level in rows
    ]
    assert 0 <= float(bars(*windows).uptime) <= 100


@pytest.mark.parametrize(
    ("on", "length"), [(date(2026, 3, 29), "23 h"), (date(2025, 10, 26), "25 h")]
)
def test_a_day_on_which_the_clock_changes_has_its_real_length(on: date, length: str) -> None:
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    outage = window(noon - 48 * HOUR, noon + 48 * HOUR)
    zone = ZoneInfo("Europe/Berlin")
    days = until(noon + 72 * HOUR, outage, zone=zone).days
    assert {day.on: day.length for day in days}[on] == length
