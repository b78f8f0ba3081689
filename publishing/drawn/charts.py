"""One line over time as SVG, with the same in words and as a table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from incidents.models import Metric
from publishing.words import phrases

WIDTH: Final = 480
HEIGHT: Final = 96
STEPS: Final = 96
ROWS: Final = 12
# So many steps without a point break the line: silence is not drawn as steadiness.
GAP: Final = 6


class Range(NamedTuple):
    """How far back a chart reaches."""

    key: str
    label: object
    length: timedelta


DAY: Final = Range("day", _("The last 24 hours"), timedelta(days=1))
WEEK: Final = Range("week", _("The last 7 days"), timedelta(days=7))
MONTH: Final = Range("month", _("The last 30 days"), timedelta(days=30))
RANGES: Final = (DAY, WEEK, MONTH)


class Step(NamedTuple):
    """What was measured in one stretch of the chart."""

    number: int
    mean: float
    least: float
    most: float


class Line(NamedTuple):
    """One row of the table."""

    start: datetime
    mean: str
    least: str
    most: str


@dataclass(frozen=True)
class Chart:
    """One metric over one range, ending at `at`."""

    metric: Metric
    range: Range
    at: datetime
    zone: ZoneInfo
    points: Sequence[tuple[datetime, float]]

    @cached_property
    def steps(self) -> list[Step]:
        """The points gathered into equal stretches."""
        return _gathered(self.points, self.start, self.range.length / STEPS)

    @property
    def start(self) -> datetime:
        return self.at - self.range.length

    @property
    def key(self) -> str:
        """What ids of this chart begin with."""
        return f"{self.metric.public_id}-{self.range.key}"

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """The lowest and highest value drawn; a quiet line stands in the middle."""
        least, most = min(step.mean for step in self.steps), max(step.mean for step in self.steps)
        if least == most:
            return least - (abs(least) / 2 or 1), most + (abs(most) / 2 or 1)
        return least, most

    @cached_property
    def path(self) -> str:
        """The line as path data; a gap in the measurements is a gap in the line."""
        parts, last = [], -math.inf
        for step in self.steps:
            x = (step.number + 0.5) * WIDTH / STEPS
            word = "L" if step.number - last <= GAP else "M"
            # A lone point is drawn as a dot, which a line of no length with round ends is.
            parts.append(f"{word}{x:.0f} {self._y(step.mean)}{'h0' if word == 'M' else ''}")
            last = step.number
        return "".join(parts)

    @cached_property
    def rows(self) -> list[Line]:
        """The same as a table of a dozen lines, the newest first."""
        size = self.range.length / ROWS
        gathered = _gathered(self.points, self.start, size)
        return [
            Line(
                self.start + size * step.number,
                self.number(step.mean),
                self.number(step.least),
                self.number(step.most),
            )
            for step in reversed(gathered)
        ]

    @property
    def newest(self) -> str:
        return self.number(self.points[-1][1]) if self.points else ""

    @property
    def least(self) -> str:
        return self.number(min(value for _at, value in self.points)) if self.points else ""

    @property
    def most(self) -> str:
        return self.number(max(value for _at, value in self.points)) if self.points else ""

    def number(self, value: float) -> str:
        """`1,250 ms`."""
        return f"{phrases.number(value, self.metric.decimals)} {self.metric.unit}".strip()

    def _y(self, value: float) -> str:
        low, high = self.bounds
        # Halves, since the whole of two opposite giants would be more than a number holds.
        share = (value / 2 - low / 2) / (high / 2 - low / 2)
        return f"{HEIGHT - 4 - share * (HEIGHT - 8):.1f}"


def _gathered(
    points: Sequence[tuple[datetime, float]], start: datetime, size: timedelta
) -> list[Step]:
    found: dict[int, list[float]] = {}
    for at, value in points:
        found.setdefault((at - start) // size, []).append(value)
    return [
        Step(number, math.fsum(value / len(held) for value in held), min(held), max(held))
        for number, held in sorted(found.items())
    ]
