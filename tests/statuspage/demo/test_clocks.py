"""How a story's own times become instants."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statuspage.demo.clocks import NEW_YORK, Compressed, Relative, calendar

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_december_is_2012_and_january_is_2013_five_hours_behind_utc() -> None:
    assert calendar("13 Dec 12:46") == datetime(2012, 12, 13, 17, 46, tzinfo=UTC)
    assert calendar("4 Jan 13:45") == datetime(2013, 1, 4, 18, 45, tzinfo=UTC)


def test_a_compressed_clock_starts_now_and_runs_as_much_faster() -> None:
    clock = Compressed(calendar("13 Dec 12:46"), NOON, 600)
    assert clock("13 Dec 12:46") == NOON
    assert clock("13 Dec 22:46") == NOON + timedelta(minutes=1)
    assert clock("13 Dec 02:46") == NOON - timedelta(minutes=1)


@given(st.lists(st.integers(0, 40_000), min_size=2), st.floats(0.01, 100_000))
def test_no_speed_changes_the_order_of_a_story(minutes: list[int], speed: float) -> None:
    begins = calendar("1 Dec 00:00")
    clock = Compressed(begins, NOON, speed)
    days = [begins + timedelta(minutes=minute) for minute in sorted(minutes)]
    played = [clock(f"{day.day} {day:%b} {day:%H:%M}") for day in days]
    assert played == sorted(played)


@pytest.mark.parametrize(
    ("words", "instant"),
    [
        ("6 hours ago", NOON - timedelta(hours=6)),
        ("18 hours ahead", NOON + timedelta(hours=18)),
        ("10 days ago, 09:40", datetime(2026, 2, 20, 9, 40, tzinfo=NEW_YORK)),
        ("3 days ahead, 06:00", datetime(2026, 3, 5, 6, 0, tzinfo=NEW_YORK)),
    ],
)
def test_relative_times_count_from_the_seeding(words: str, instant: datetime) -> None:
    assert Relative(NOON, NEW_YORK)(words) == instant


def test_words_that_are_no_time_are_refused() -> None:
    with pytest.raises(ValueError, match="the other day"):
        Relative(NOON, NEW_YORK)("the other day")
