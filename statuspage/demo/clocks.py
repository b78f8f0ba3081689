"""How a story's own times become instants: as they were, compressed, or counted from today."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

Clock = Callable[[str], datetime]

NEW_YORK: Final = ZoneInfo("America/New_York")
YEARS: Final = {"Nov": 2012, "Dec": 2012, "Jan": 2013}
_DAYS = re.compile(r"(?P<days>\d+) days (?P<way>ago|ahead), (?P<hour>\d\d):(?P<minute>\d\d)")
_HOURS = re.compile(r"(?P<hours>\d+) hours (?P<way>ago|ahead)")
_SIGN: Final = {"ago": -1, "ahead": 1}


def calendar(words: str) -> datetime:
    """Return the instant of "13 Dec 12:46": the winter of 2012, on a clock in New York (-05:00)."""
    year = YEARS[words.split()[1]]
    naive = datetime.strptime(f"{words} {year}", "%d %b %H:%M %Y")  # noqa: DTZ007 -- zone follows
    return naive.replace(tzinfo=NEW_YORK)


@dataclass(frozen=True, slots=True)
class Compressed:
    """The calendar moved so that `begins` is `start`, and run `speed` times as fast."""

    begins: datetime
    start: datetime
    speed: float

    def __call__(self, words: str) -> datetime:
        """Return when the replay reaches that moment of the story."""
        return self.start + (calendar(words) - self.begins) / self.speed


@dataclass(frozen=True, slots=True)
class Relative:
    """Times counted from `now`: "10 days ago, 09:00", "6 hours ago", "3 days ahead, 06:00"."""

    now: datetime
    zone: ZoneInfo

    def __call__(self, words: str) -> datetime:
        """Return the instant that the words mean."""
        if match := _HOURS.fullmatch(words):
            return self.now + timedelta(hours=int(match["hours"])) * _SIGN[match["way"]]
        match = _DAYS.fullmatch(words)
        if match is None:
            raise ValueError(words)
        day = self.now.astimezone(self.zone) + timedelta(int(match["days"])) * _SIGN[match["way"]]
        hour, minute = int(match["hour"]), int(match["minute"])
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
