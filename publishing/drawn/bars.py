"""Ninety days of each component: one small drawing, its text twin, and the uptime they show."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import compress
from typing import Final

from incidents.core.calendar import DAY, day_of
from incidents.core.days import COUNTED, Tally
from incidents.core.instants import spell
from incidents.core.levels import Level
from incidents.models import Component
from incidents.uptime import Uptime, UptimeRecord
from publishing.words import uptimes

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
# The path of each day's bar, by its class.
CELLS: Final = {
    name: [f"M{number * STEP} {HEIGHT - tall}h{WIDTH}v{tall}h-{WIDTH}z" for number in range(DAYS)]
    for name, tall in HEIGHT_OF.items()
}
WELL: Final = (Level.OPERATIONAL, Tally())


@dataclass(frozen=True)
class Day:
    """One calendar day of the page's zone, with the worst that it saw."""

    on: date
    level: Level
    tally: Tally

    @property
    def length(self) -> str:
        """How long it was at its worst; of what counts for nothing, how long it was not well."""
        worst = dict(zip(COUNTED, self.tally, strict=False)).get(self.level)
        return spell(timedelta(seconds=worst or self.tally.trouble))

    @property
    def anchor(self) -> str:
        """Under which name the component's own page tells of this day."""
        return f"d-{self.on.isoformat()}"


@dataclass(frozen=True)
class Bars:
    """Ninety days of one component, ending when the record was read."""

    component: Component
    record: UptimeRecord
    ill_needs: tuple[str, ...] = ()
    is_drawn: bool = True
    """Whether its days stand there where it is one among others."""

    @property
    def name(self) -> str:
        return self.component.name

    @property
    def path(self) -> str:
        return self.component.public_path

    @cached_property
    def level(self) -> Level:
        return self.component.level

    @property
    def days(self) -> list[Day]:
        """Every day, oldest first."""
        return [
            Day(on, *(self.record.day(self.component, on) or WELL))
            for on in (self.first + DAY * number for number in range(DAYS))
        ]

    @cached_property
    def first(self) -> date:
        """The day furthest back."""
        return self.last - DAY * (DAYS - 1)

    @cached_property
    def last(self) -> date:
        """Today."""
        return day_of(self.record.at, self.record.zone)

    @cached_property
    def troubled(self) -> list[Day]:
        """Days on which it was not fully well, the newest first."""
        told = reversed(self.record.days_of.get(self.component.pk, ()))
        return [
            Day(on, *day)
            for on, day in told
            if self.first <= on <= self.last and day.level != Level.OPERATIONAL
        ]

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """The class of every day, oldest first."""
        marks = [CLASS_OF[Level.OPERATIONAL]] * DAYS
        for day in self.troubled:
            marks[(day.on - self.first).days] = CLASS_OF[day.level]
        if start := self.component.start_date:
            before = min(max((start - self.first).days, 0), DAYS)
            marks[:before] = [NO_DATA] * before
        return tuple(marks)

    @cached_property
    def counted(self) -> Uptime:
        """The figures of all these days."""
        return self.record.uptime(self.component, self.first, self.last + DAY)

    @property
    def uptime(self) -> str:
        """Percent of the period that it was up, by the page's weights; rounded down, never up."""
        return self.counted.percent()

    @property
    def said(self) -> str:
        """`99.95 % up`, and what trouble there was that does not count."""
        return uptimes.said(self.counted)


def paths(marks: tuple[str, ...]) -> dict[str, str]:
    """Path data by class: one path a colour, so that 90 days weigh little."""
    return {
        name: "".join(compress(CELLS[name], map(name.__eq__, marks)))
        for name in dict.fromkeys(marks)
    }
