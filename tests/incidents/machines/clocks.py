"""Instants worth living through: clocks put forward and back, a leap day, the end of a year."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"])

# The evening before, so that a few steps of the clock cross it in every zone.
EVES = st.sampled_from(
    [
        datetime(2024, 3, 30, 20, 0, tzinfo=UTC),  # Berlin's clocks go forward
        datetime(2024, 10, 26, 20, 0, tzinfo=UTC),  # Berlin's clocks go back
        datetime(2024, 3, 9, 20, 0, tzinfo=UTC),  # New York's clocks go forward
        datetime(2024, 11, 2, 20, 0, tzinfo=UTC),  # New York's clocks go back
        datetime(2024, 2, 28, 20, 0, tzinfo=UTC),  # a leap day comes
        datetime(2023, 12, 31, 12, 0, tzinfo=UTC),  # a year ends
    ]
)

# Minutes that pass between two steps; a day and a half crosses any edge.
PAUSES = st.sampled_from([1, 7, 30, 60, 5 * 60, 24 * 60, 36 * 60]).map(
    lambda minutes: timedelta(minutes=minutes)
)

# When something is said to have been: mostly now, often earlier, sometimes not yet.
AGES = st.sampled_from([0, 0, 1, 7, 60, 60, 5 * 60, 24 * 60, -30]).map(
    lambda minutes: timedelta(minutes=minutes)
)
STATED = st.none() | AGES
