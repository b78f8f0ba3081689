"""Uptime day by day: each second once, for what counts most of all that held then; whole seconds.

Bounds are cut down to whole seconds, and so add up: a second lies in one day, under one heading.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, NamedTuple, Self

from incidents.core.levels import SEVERITY, Level

NOTHING: Final = Fraction(0)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
COUNTED: Final = (
    Level.MAJOR_OUTAGE,
    Level.PARTIAL_OUTAGE,
    Level.DEGRADED_PERFORMANCE,
    Level.UNDER_MAINTENANCE,
)


class Tally(NamedTuple):
    """Seconds in trouble by what they counted for; no second stands in two places."""

    major: int = 0
    partial: int = 0
    degraded: int = 0
    maintenance: int = 0
    excluded: int = 0

    @classmethod
    def total(cls, tallies: Iterable[Sequence[int]]) -> Self:
        """Add up."""
        sums = [sum(column) for column in zip(*tallies, strict=True)]
        return cls(*sums)

    @property
    def trouble(self) -> int:
        """Seconds that were not fully well, whether they count or not."""
        return sum(self)

    def downtime(self, weights: Mapping[str, str]) -> Fraction:
        """Return weighted seconds of downtime."""
        rows = zip(COUNTED, self, strict=False)
        return sum((weight_of(weights, level) * held for level, held in rows if held), NOTHING)


class Day(NamedTuple):
    """What one day was like: the worst that it saw, and for how long what counted."""

    level: Level
    tally: Tally


class Trouble(NamedTuple):
    """A level that held from one second to another; `counts` is false for an excluded kind."""

    start: int
    end: int
    level: str
    counts: bool = True


class Counting(NamedTuple):
    """How a page counts: a weight for each level, and kinds of harm that do not count."""

    weights: Mapping[str, str]
    excludes: Collection[str] = ()

    def ranks(self) -> dict[str, int]:
        """Return the levels' places: what weighs most goes first, and of equals the worse one."""
        order = sorted(
            range(len(COUNTED)),
            key=lambda column: (
                -weight_of(self.weights, COUNTED[column]),
                -SEVERITY[COUNTED[column]],
            ),
        )
        return {COUNTED[column]: place for place, column in enumerate(order)}


def weight_of(weights: Mapping[str, str], level: str) -> Fraction:
    """How much of an hour at a level counts as downtime; nothing is said means nothing."""
    return _fraction(weights.get(level, "0"))


_fraction: Final = lru_cache(Fraction)


def second(instant: datetime) -> int:
    """The whole second in which an instant lies."""
    return (instant - EPOCH) // SECOND


def sweep(troubles: Iterable[Trouble], edges: Sequence[int], counting: Counting) -> dict[int, Day]:
    """Return the days between `edges` (seconds, in order) that saw trouble, by their number."""
    if len(edges) < 2:
        return {}
    ranks = counting.ranks()
    columns = {place: COUNTED.index(Level(level)) for level, place in ranks.items()}
    columns[len(COUNTED)] = len(COUNTED)
    found: dict[int, list[int]] = {}
    held, worst = [0] * (len(COUNTED) + 1), [0] * len(SEVERITY)
    since = edges[0]
    for moment, change, rank, severity in _changes(troubles, edges, ranks):
        if moment > since and any(held):
            best = next(place for place, count in enumerate(held) if count)
            most = max(place for place, count in enumerate(worst) if count)
            _spread(found, edges, (since, moment), columns[best], most)
        held[rank] += change
        worst[severity] += change
        since = moment
    levels = list(SEVERITY)
    return {day: Day(Level(levels[row[-1]]), Tally(*row[:-1])) for day, row in found.items()}


def _changes(
    troubles: Iterable[Trouble], edges: Sequence[int], ranks: Mapping[str, int]
) -> list[tuple[int, int, int, int]]:
    changes: list[tuple[int, int, int, int]] = []
    for trouble in troubles:
        start, end = max(trouble.start, edges[0]), min(trouble.end, edges[-1])
        if start < end:
            rank = ranks[trouble.level] if trouble.counts else len(COUNTED)
            severity = SEVERITY[trouble.level]
            changes += [(start, 1, rank, severity), (end, -1, rank, severity)]
    return sorted(changes)


def _spread(
    found: dict[int, list[int]],
    edges: Sequence[int],
    stretch: tuple[int, int],
    column: int,
    severity: int,
) -> None:
    start, end = stretch
    day = bisect_right(edges, start) - 1
    while start < end:
        until = min(end, edges[day + 1])
        if until > start:
            row = found.setdefault(day, [0] * (len(COUNTED) + 2))
            row[column] += until - start
            row[-1] = max(row[-1], severity)
        start, day = max(start, until), day + 1


def as_columns(day: Day) -> dict[str, Any]:
    """Return a day as the columns in which it is kept."""
    seconds = {f"{name}_seconds": value for name, value in day.tally._asdict().items()}
    return {"level": str(day.level)} | seconds
