"""Half-open spans of time [start, end): merge, subtract, clip, add up. Instants only."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open stretch of time; both ends are aware datetimes."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """Whole seconds between the two instants."""
        return int((self.end - self.start).total_seconds())


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return the union as sorted, disjoint spans; touching spans join, empty ones vanish."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """Return what of `spans` lies outside all `holes`; a hole inside a span splits it in two."""
    left: list[Span] = merge(spans)
    for hole in merge(holes):
        left = [piece for span in left for piece in _around(span, hole)]
    return left


def clip(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """Return the parts of `spans` inside [start, end), merged."""
    return merge(Span(max(span.start, start), min(span.end, end)) for span in spans)


def seconds(spans: Iterable[Span]) -> int:
    """Return the whole seconds covered by the union of `spans`: overlap never adds."""
    return sum(span.seconds for span in merge(spans))


def _around(span: Span, hole: Span) -> list[Span]:
    before = Span(span.start, min(span.end, hole.start))
    after = Span(max(span.start, hole.end), span.end)
    return [piece for piece in (before, after) if piece.start < piece.end]
