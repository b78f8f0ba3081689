"""Ninety days of each component: one small drawing, its text twin, and the uptime they show."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from incidents.core.calendar import DAY, day_of
from incidents.core.days import Tally
from incidents.core.instants import spell
from incidents.core.levels import Level
from incidents.models import Component
from incidents.uptime import Uptime, UptimeRecord
from publishing import uptimes

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
# The worse a day was, the taller it stands: colour is never alone in telling.
HEIGHT_OF: Final = {"d-o": 12, NO_DATA: 12, "d-m": 17, "d-d": 22, "d-p": 27, "d-x": HEIGHT}
WELL: Final = (Level.OPERATIONAL, Tally())


@dataclass(frozen=True)
class Day:
    """One calendar day of the page's zone, with the worst that it saw."""

    on: date
    level: Level
    tally: Tally

    @property
    def length(self) -> str:
        """How long the component was not fully well."""
        return spell(timedelta(seconds=self.tally.trouble))

    @property
    def anchor(self) -> str:
        """Under which name the component's own page tells of this day."""
        return f"d-{self.on:%Y-%m-%d}"


@dataclass(frozen=True)
class Bars:
    """Ninety days of one component, ending when the record was read."""

    component: Component
    record: UptimeRecord
    count: int = DAYS
    ill_needs: tuple[str, ...] = ()

    @cached_property
    def days(self) -> list[Day]:
        """Every day, oldest first."""
        today = day_of(self.record.at, self.record.zone)
        return [self._day(today - DAY * back) for back in range(self.count - 1, -1, -1)]

    @cached_property
    def troubled(self) -> list[Day]:
        """Days on which it was not fully well, the newest first."""
        return [day for day in reversed(self.days) if day.level != Level.OPERATIONAL]

    @cached_property
    def paths(self) -> list[tuple[str, str]]:
        """Class and path data: one path a colour, so that 90 days weigh little."""
        drawn: dict[str, list[str]] = {}
        for number, day in enumerate(self.days):
            tall = HEIGHT_OF[name := self._class(day)]
            drawn.setdefault(name, []).append(
                f"M{number * STEP} {HEIGHT - tall}h{WIDTH}v{tall}h-{WIDTH}z"
            )
        return [(name, "".join(parts)) for name, parts in drawn.items()]

    @cached_property
    def counted(self) -> Uptime:
        """The figures of all these days."""
        return self.record.uptime(self.component, self.days[0].on, self.days[-1].on + DAY)

    @property
    def uptime(self) -> str:
        """Percent of the period that it was up, by the page's weights; rounded down, never up."""
        return self.counted.percent()

    @property
    def said(self) -> str:
        """`99.95 % up`, and what trouble there was that does not count."""
        return uptimes.said(self.counted)

    def _day(self, on: date) -> Day:
        return Day(on, *(self.record.day(self.component, on) or WELL))

    def _class(self, day: Day) -> str:
        before = self.component.start_date is not None and day.on < self.component.start_date
        return NO_DATA if before else CLASS_OF[day.level]
