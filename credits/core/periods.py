"""Billing periods: from local midnight to local midnight in a zone, counted in real seconds."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from customers.core.exact import known, needed, refusal
from incidents.core.instants import parse_instant
from incidents.core.intervals import Span

_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_QUARTER: Final = re.compile(r"([0-9]{4})-Q([1-4])")


class Period(NamedTuple):
    """A stretch that credits are worked out for; `months` is None where it is no whole months."""

    label: str
    span: Span
    months: int | None

    @property
    def seconds(self) -> int:
        """Its real length: New York's March 2024 has 743 hours."""
        return self.span.seconds

    @classmethod
    def month(cls, label: str, zone: ZoneInfo) -> "Period":
        """Return a calendar month such as "2012-12"."""
        return cls._calendar(label, _matched(_MONTH, label, "month"), 1, zone)

    @classmethod
    def quarter(cls, label: str, zone: ZoneInfo) -> "Period":
        """Return a calendar quarter such as "2024-Q1"."""
        year, number = _matched(_QUARTER, label, "quarter")
        return cls._calendar(label, (year, number * 3 - 2), 3, zone)

    @classmethod
    def cycle(cls, start: datetime, end: datetime) -> "Period":
        """Return a billing cycle given by its two instants."""
        if start >= end:
            raise refusal("period", "The period ends before it begins.")
        return cls(f"{start.isoformat()}/{end.isoformat()}", Span(start, end), None)

    @classmethod
    def parse(cls, spec: Mapping[str, Any], zone: ZoneInfo) -> "Period":
        """Return the period of {"month"}, {"quarter"} or {"start", "end"}."""
        known(spec, "period", "month", "quarter", "start", "end")
        if "month" in spec and len(spec) == 1:
            return cls.month(str(spec["month"]), zone)
        if "quarter" in spec and len(spec) == 1:
            return cls.quarter(str(spec["quarter"]), zone)
        if spec.keys() != {"start", "end"}:
            raise refusal("period", "Give a month, a quarter, or a start and an end.")
        return cls.cycle(instant(spec, "start", zone), instant(spec, "end", zone))

    @classmethod
    def _calendar(cls, label: str, first: tuple[int, int], months: int, zone: ZoneInfo) -> "Period":
        year, month = first
        carry, after = divmod(month - 1 + months, 12)
        span = Span(_midnight(year, month, zone), _midnight(year + carry, after + 1, zone))
        return cls(label, span, months)


def instant(mapping: Mapping[str, Any], field: str, zone: ZoneInfo) -> datetime:
    """Return a field's instant in whole seconds; a naive one is read in `zone`."""
    moment = parse_instant(str(needed(mapping, field)), field=field, zone=zone)
    if moment.microsecond:
        raise refusal(field, f"“{mapping[field]}” has parts of a second; give whole seconds.")
    return moment


def time_zone(name: object) -> ZoneInfo:
    """Return the zone of an IANA name such as "America/New_York"."""
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise refusal("timezone", f"“{name}” is not a time zone.") from error


def _matched(pattern: re.Pattern[str], label: str, field: str) -> tuple[int, int]:
    match = pattern.fullmatch(label)
    if match is None or not 1 < int(match[1]) < 9999:
        raise refusal(field, f"“{label}” is no {field}; write it like 2024-03 or 2024-Q1.")
    return int(match[1]), int(match[2])


def _midnight(year: int, month: int, zone: ZoneInfo) -> datetime:
    # Where the clock skips or repeats midnight, fold 0 is the first instant of that day.
    return datetime(year, month, 1, tzinfo=zone).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
