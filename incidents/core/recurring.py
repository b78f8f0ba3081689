"""When something comes back: the dated part of RFC 5545's rules, expanded within bounds."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, islice
from typing import Final, Self
from zoneinfo import ZoneInfo

from incidents.core.checks import refusal

MOST: Final = 500
YEARS: Final = 5
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS: Final = tuple(
    "FREQ INTERVAL COUNT UNTIL BYDAY BYMONTHDAY BYMONTH BYSETPOS WKST".split()
)  # fmt: skip
_DAY: Final = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL: Final = re.compile(r"(\d{8})(?:T(\d{6})Z)?")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule such as FREQ=MONTHLY;BYDAY=2TU;COUNT=12. The time of day is that of its start."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a rule. Raises ValidationError on "rule" for what cannot be planned by it."""
        parts = _parts(text)
        frequency = _frequency(parts)
        rule = cls(
            frequency=frequency,
            interval=_number(parts.get("INTERVAL", "1"), "INTERVAL", 1, 999),
            count=_number(parts["COUNT"], "COUNT", 1, MOST) if "COUNT" in parts else None,
            until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
            weekdays=_weekdays(parts.get("BYDAY", "")),
            month_days=_numbers(parts, "BYMONTHDAY", 31, negative=True),
            months=_numbers(parts, "BYMONTH", 12),
            positions=_numbers(parts, "BYSETPOS", 366, negative=True),
            week_start=_week_start(parts.get("WKST", "MO")),
        )
        rule._check()
        return rule

    def starts(self, first: datetime, zone: ZoneInfo) -> list[datetime]:
        """Return every start, in UTC; `first` is the first one, and says the time of day.

        The local time stays as it is over clock changes. One that a change skips is read with
        the offset from before it, one that comes twice is the first of both (RFC 5545, 3.3.5).
        Raises ValidationError on "rule" or "first_start".
        """
        local = first.astimezone(zone)
        self._check_length(local.date())
        planned = self._planned(local.date(), local.time(), zone)
        found = list(islice(planned, self.count or MOST + 1))
        if not found or found[0] != first.astimezone(UTC):
            raise refusal(
                "first_start", f"{local:%A, %Y-%m-%d %H:%M} is not a day of this rule; use one."
            )
        self._check_amount(found)
        return found

    def _planned(self, day: date, clock: time, zone: ZoneInfo) -> Iterator[datetime]:
        for each in self.dates(day):
            start = datetime.combine(each, clock.replace(fold=0), tzinfo=zone).astimezone(UTC)
            if not self._is_past(each, start):
                yield start

    def _is_past(self, day: date, start: datetime) -> bool:
        if isinstance(self.until, datetime):
            return start > self.until
        return self.until is not None and day > self.until

    def dates(self, first: date) -> Iterator[date]:
        """The days of the rule from `first` on, looking no further than five years."""
        begins, ends = date(first.year - 1, 12, 20), date(first.year + YEARS + 1, 1, 10)
        last = _years_later(first)
        days = (begins + timedelta(n) for n in range((ends - begins).days))
        fits = self._filter(first)
        for _period, members in groupby(days, self._period):
            chosen = self._positioned([day for day in members if fits(day)])
            yield from (day for day in chosen if first <= day <= last)

    def _filter(self, first: date) -> Callable[[date], bool]:
        """What a day has to fulfil; what the rule leaves open is taken from the first day."""
        begins = self._period(first)
        weekdays, month_days, months = self.weekdays, self.month_days, self.months
        if not weekdays and not month_days:
            weekdays = ((0, first.weekday()),) if self.frequency == "WEEKLY" else ()
            month_days = (first.day,) if self.frequency in {"MONTHLY", "YEARLY"} else ()
            if self.frequency == "YEARLY":
                months = months or (first.month,)

        def fits(day: date) -> bool:
            return (
                (self._period(day) - begins) % self.interval == 0
                and (not months or day.month in months)
                and (not month_days or bool({day.day, _from_end(day)} & set(month_days)))
                and (not weekdays or any(self._is_weekday(day, *each) for each in weekdays))
            )

        return fits

    def _is_weekday(self, day: date, number: int, weekday: int) -> bool:
        if day.weekday() != weekday:
            return False
        if self.frequency == "YEARLY" and not self.months:
            gone, left = day - date(day.year, 1, 1), date(day.year, 12, 31) - day
            return number in {0, gone.days // 7 + 1, -(left.days // 7 + 1)}
        left_of_month = -_from_end(day) - 1
        return number in {0, (day.day - 1) // 7 + 1, -(left_of_month // 7 + 1)}

    def _period(self, day: date) -> int:
        """The number of the day, week, month or year that it is in."""
        match self.frequency:
            case "DAILY":
                return day.toordinal()
            case "WEEKLY":
                return (day.toordinal() - 1 - self.week_start) // 7
            case "MONTHLY":
                return day.year * 12 + day.month
            case _:
                return day.year

    def _positioned(self, days: list[date]) -> list[date]:
        if not self.positions:
            return days
        places = {place - 1 if place > 0 else len(days) + place for place in self.positions}
        return [day for place, day in enumerate(days) if place in places]

    def _check(self) -> None:
        if (self.count is None) == (self.until is None):
            raise refusal(
                "rule", "Say when it ends: either COUNT, at most 500, or UNTIL, within five years."
            )
        if self.frequency in {"DAILY", "WEEKLY"} and any(number for number, _ in self.weekdays):
            raise refusal("rule", "A numbered BYDAY such as 2TU needs FREQ=MONTHLY or YEARLY.")
        if self.frequency == "WEEKLY" and self.month_days:
            raise refusal("rule", "BYMONTHDAY does not go with FREQ=WEEKLY; use MONTHLY.")

    def _check_length(self, first: date) -> None:
        until = self.until.date() if isinstance(self.until, datetime) else self.until
        if until is not None and until > _years_later(first):
            raise refusal("rule", f"UNTIL lies over {YEARS} years ahead; end it by then.")

    def _check_amount(self, found: list[datetime]) -> None:
        if len(found) > MOST:
            raise refusal("rule", f"At most {MOST} dates; end it earlier, or let it come less.")
        if self.count is not None and len(found) < self.count:
            raise refusal(
                "rule",
                f"Within {YEARS} years only {len(found)} of these {self.count} dates come; "
                "ask for fewer.",
            )


def _parts(text: str) -> dict[str, str]:
    words = text.strip().upper().removeprefix("RRULE:")
    if len(words) > 255:
        raise refusal("rule", "At most 255 characters; a rule is one line.")
    parts: dict[str, str] = {}
    for word in words.split(";"):
        name, _equals, value = word.partition("=")
        if name in {"BYHOUR", "BYMINUTE", "BYSECOND"}:
            raise refusal("rule", f"{name} is not used: the time of day is that of the start.")
        if name not in PARTS:
            raise refusal("rule", f"“{name[:40]}” is none of {', '.join(PARTS)}.")
        if name in parts or not value:
            raise refusal("rule", f"Say {name} once, with a value.")
        parts[name] = value
    return parts


def _frequency(parts: dict[str, str]) -> str:
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise refusal("rule", f"FREQ must be one of {', '.join(FREQUENCIES)}.")
    return frequency


def _number(text: str, name: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,4}", text) or not least <= int(text) <= most:
        raise refusal("rule", f"{name} must be a number from {least} to {most}.")
    return int(text)


def _numbers(
    parts: dict[str, str], name: str, most: int, *, negative: bool = False
) -> tuple[int, ...]:
    if name not in parts:
        return ()
    found = [_number(each, name, -most if negative else 1, most) for each in parts[name].split(",")]
    if 0 in found:
        raise refusal("rule", f"{name} counts from 1, or from -1 backwards.")
    return tuple(found)


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    matches = [_DAY.fullmatch(each) for each in text.split(",")] if text else []
    found = [(int(m[1] or 0), WEEKDAYS.index(m[2])) for m in matches if m]
    if len(found) < len(matches) or any(abs(number) > 53 for number, _ in found):
        raise refusal("rule", "BYDAY lists days such as MO,TH or, numbered, 2TU or -1FR.")
    return tuple(found)


def _week_start(text: str) -> int:
    if text not in WEEKDAYS:
        raise refusal("rule", f"WKST must be one of {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(text)


def _until(text: str) -> date | datetime:
    match = _UNTIL.fullmatch(text)
    try:
        if match and match[2]:
            return datetime.strptime("".join(match.groups()), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if match:
            return date.fromisoformat(match[1])
    except ValueError:
        pass
    raise refusal("rule", "UNTIL must be a day, 20270331, or a time in UTC, 20270331T220000Z.")


def _from_end(day: date) -> int:
    """Which day of its month it is, counted backwards from -1."""
    return day.day - monthrange(day.year, day.month)[1] - 1


def _years_later(day: date) -> date:
    try:
        return day.replace(year=day.year + YEARS)
    except ValueError:
        return day.replace(year=day.year + YEARS, day=28)
