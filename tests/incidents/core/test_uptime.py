"""Uptime: exact, truncated, each instant at its worst weight."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from incidents.core.intervals import Span
from incidents.core.uptime import Held, downtime, percent, uptime

DAWN = datetime(2026, 1, 1, tzinfo=UTC)
WEIGHTS = {"major_outage": "1", "partial_outage": "0.3"}
LEVELS = ["major_outage", "partial_outage", "degraded_performance"]


def held(start: int, end: int, level: str) -> Held:
    return Held(Span(DAWN + timedelta(seconds=start), DAWN + timedelta(seconds=end)), level)


rows = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 100), st.sampled_from(LEVELS)).map(
        lambda row: held(min(row[:2]), max(row[:2]), row[2])
    ),
    max_size=8,
)


@given(rows)
def test_downtime_counts_each_second_once_at_its_worst_weight(given_rows: list[Held]) -> None:
    expected = Fraction(0)
    for second in range(100):
        moment = DAWN + timedelta(seconds=second)
        weights = [
            Fraction(WEIGHTS.get(row.level, "0"))
            for row in given_rows
            if row.span.start <= moment < row.span.end
        ]
        expected += max(weights, default=Fraction(0))
    assert downtime(given_rows, WEIGHTS) == expected


def test_uptime_of_half_an_outage_is_a_half() -> None:
    end = DAWN + timedelta(seconds=100)
    assert uptime([held(0, 50, "major_outage")], WEIGHTS, DAWN, end) == Fraction(1, 2)


def test_percent_is_truncated_and_never_rounded_up() -> None:
    assert percent(Fraction(998999, 1000000), 2) == "99.89"
    assert percent(Fraction(1), 2) == "100.00"
