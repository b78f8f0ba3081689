"""Ninety days of each component: one small drawing, its text twin, and the uptime they show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from incidents.core import intervals
from incidents.core.instants import spell
from incidents.core.intervals import Span
from incidents.core.levels import SEVERITY, Level
from incidents.core.uptime import Held, percent, uptime
from incidents.models import Component, ImpactWindow

DAYS: Final = 90
STEP: Final = 5
WIDTH: Final = 4
HEIGHT: Final = 32

CLASS_OF: Final = {
    Level.OPERATIONAL: "d-o",
    Level.UNDER_MAINTENANCE: "d-m",
    Level.DEGRADED_PERFORMANCE: "d-d",
    Level.PARTIAL_OUTAGE: "d-p",
    Level.MAJOR_OUTAGE: "d-x",
}
NO_DATA: Final = "d-n"


@dataclass(frozen=True)
class Day:
    """One calendar day of the page's zone, with the worst that it saw."""

    on: date
    span: Span
    level: Level
    seconds: int

    @property
    def length(self) -> str:
        """How long the component was not fully well."""
        return spell(timedelta(seconds=self.seconds))


@dataclass(frozen=True)
class Bars:
    """Ninety days of one component, ending at `at`."""

    component: Component
    windows: list[ImpactWindow]
    at: datetime
    zone: ZoneInfo
    weights: dict[str, str]

    @cached_property
    def days(self) -> list[Day]:
        """Every day, oldest first."""
        return [self._day(span) for span in calendar_days(self.at, self.zone)]

    @cached_property
    def troubled(self) -> list[Day]:
        """Days on which it was not fully well, the newest first."""
        return [day for day in reversed(self.days) if day.level != Level.OPERATIONAL]

    @cached_property
    def paths(self) -> list[tuple[str, str]]:
        """Class and path data: one path a colour, so that 90 days weigh little."""
        drawn: dict[str, list[str]] = {}
        for number, day in enumerate(self.days):
            drawn.setdefault(self._class(day), []).append(
                f"M{number * STEP} 0h{WIDTH}v{HEIGHT}h-{WIDTH}z"
            )
        return [(name, "".join(parts)) for name, parts in drawn.items()]

    @property
    def uptime(self) -> str:
        """Percent of the period that it was up, by the page's weights; rounded down, never up."""
        start = self.days[0].span.start
        if self.component.start_date:
            start = max(start, midnight(self.component.start_date, self.zone))
        held = [Held(window.span(self.at), window.page_level) for window in self.windows]
        return percent(uptime(held, self.weights, start, self.at), digits=2)

    def _day(self, span: Span) -> Day:
        touching = [
            window
            for window in self.windows
            if window.start < span.end and (window.end is None or window.end > span.start)
        ]
        level = max(
            (window.page_level for window in touching),
            key=SEVERITY.__getitem__,
            default=Level.OPERATIONAL,
        )
        ill = intervals.clip(
            [window.span(self.at) for window in touching], span.start, min(span.end, self.at)
        )
        return Day(span.start.astimezone(self.zone).date(), span, level, intervals.seconds(ill))

    def _class(self, day: Day) -> str:
        before = self.component.start_date is not None and day.on < self.component.start_date
        return NO_DATA if before else CLASS_OF[day.level]


def by_component(windows: Iterable[ImpactWindow]) -> dict[int, list[ImpactWindow]]:
    """Windows sorted into one list a component."""
    sorted_in: dict[int, list[ImpactWindow]] = {}
    for window in windows:
        sorted_in.setdefault(window.component_id, []).append(window)
    return sorted_in


def calendar_days(at: datetime, zone: ZoneInfo) -> list[Span]:
    """The last 90 days of the zone's calendar, today included; a day may last 23 or 25 hours."""
    return list(_days(at.astimezone(zone).date(), zone))


def midnight(on: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a zone; in UTC, since local clocks skip and repeat."""
    return datetime(on.year, on.month, on.day, tzinfo=zone).astimezone(UTC)


def _days(today: date, zone: ZoneInfo) -> Iterator[Span]:
    for back in range(DAYS - 1, -1, -1):
        on = today - timedelta(days=back)
        yield Span(midnight(on, zone), midnight(on + timedelta(days=1), zone))
