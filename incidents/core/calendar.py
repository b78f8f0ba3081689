"""Days, months and quarters of a zone's calendar, as instants; a day may last 23 or 25 hours."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple, Self
from zoneinfo import ZoneInfo

from incidents.core.instants import YEARS

DAY: Final = timedelta(days=1)
_NAMED: Final = re.compile(r"(?P<year>\d{4})-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))")


@lru_cache(maxsize=4096)
def midnight(on: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a zone; in UTC, since local clocks skip and repeat.

    Where the clock skips or repeats midnight, it is the first instant of that day.
    """
    try:
        return datetime(on.year, on.month, on.day, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        # East of UTC the first day of the calendar begins before it, and west the last one ends.
        return datetime(on.year, on.month, on.day, tzinfo=UTC)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day that a calendar in the zone shows."""
    return at.astimezone(zone).date()


def first_of_month(on: date) -> date:
    """The first day of the month."""
    return on.replace(day=1)


def months_later(on: date, count: int) -> date:
    """The first day of the month that lies so many months off."""
    months = on.year * 12 + on.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


class Period(NamedTuple):
    """Whole days [start, end) under a name: a month (2026-03) or a quarter (2026-Q1)."""

    name: str
    start: date
    end: date

    @classmethod
    def named(cls, name: str) -> Self | None:
        """Return the period of that name, or None where the name means none."""
        found = _NAMED.fullmatch(name)
        if found is None or int(found["year"]) not in YEARS:
            return None
        year = int(found["year"])
        if found["month"]:
            return cls.month(date(year, int(found["month"]), 1))
        return cls.quarter(date(year, int(found["quarter"]) * 3 - 2, 1))

    @classmethod
    def month(cls, on: date) -> Self:
        """Return the month that holds a day."""
        start = first_of_month(on)
        return cls(f"{start:%Y-%m}", start, months_later(start, 1))

    @classmethod
    def quarter(cls, on: date) -> Self:
        """Return the quarter that holds a day."""
        start = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
        return cls(f"{start:%Y}-Q{start.month // 3 + 1}", start, months_later(start, 3))

    @property
    def is_quarter(self) -> bool:
        """Whether this is three months long."""
        return "Q" in self.name

    @property
    def number(self) -> int:
        """Which quarter of its year it is, or lies in."""
        return (self.start.month - 1) // 3 + 1

    @property
    def before(self) -> Self:
        """The period of the same length that ends where this one begins."""
        earlier = self.start - DAY
        return self.quarter(earlier) if self.is_quarter else self.month(earlier)

    @property
    def after(self) -> Self:
        """The period of the same length that begins where this one ends."""
        return self.quarter(self.end) if self.is_quarter else self.month(self.end)


def months(first: date, last: date) -> list[Period]:
    """Return the months from the one that holds `first` to the one that holds `last`."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [Period.month(months_later(first, number)) for number in range(count)]
