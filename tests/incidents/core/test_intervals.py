"""Spans of time: laws that hold for any spans."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from incidents.core.intervals import Span, clip, merge, seconds, subtract

DAWN = datetime(2026, 1, 1, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    return Span(DAWN + timedelta(seconds=start), DAWN + timedelta(seconds=end))


spans = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 200)).map(lambda pair: span(*sorted(pair))),
    max_size=12,
)


def covered(of: list[Span]) -> set[int]:
    starts = [(int((each.start - DAWN).total_seconds()), each.seconds) for each in of]
    return {second for start, length in starts for second in range(start, start + length)}


@given(spans)
def test_merging_covers_the_same_seconds_in_disjoint_order(given_spans: list[Span]) -> None:
    merged = merge(given_spans)
    assert covered(merged) == covered(given_spans)
    assert all(a.end < b.start for a, b in pairwise(merged))
    assert seconds(given_spans) == len(covered(given_spans))


@given(spans, spans)
def test_subtracting_takes_away_exactly_the_holes(of: list[Span], holes: list[Span]) -> None:
    assert covered(subtract(of, holes)) == covered(of) - covered(holes)


@given(spans, st.integers(0, 200))
def test_two_neighbouring_periods_partition_any_spans(of: list[Span], edge: int) -> None:
    middle = DAWN + timedelta(seconds=edge)
    end = DAWN + timedelta(seconds=300)
    assert seconds(clip(of, DAWN, middle)) + seconds(clip(of, middle, end)) == seconds(of)


def test_a_hole_in_the_middle_splits_a_span_in_two() -> None:
    assert subtract([span(0, 10)], [span(4, 6)]) == [span(0, 4), span(6, 10)]
