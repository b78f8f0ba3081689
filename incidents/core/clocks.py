"""Instants and days in words, in the language of whoever reads."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone
from django.utils.translation import get_language, gettext_noop, pgettext_lazy
from django.utils.translation import gettext as _

# How dates are written: letters of Django's `date` filter, in each language's own order.
WITH_YEAR: Final = pgettext_lazy("letters of Django's date filter", "j M Y")
WITHOUT_YEAR: Final = pgettext_lazy("letters of Django's date filter", "j M")
MOMENT: Final = gettext_noop("%(day)s, %(time)s")
MONTH: Final = pgettext_lazy("letters of Django's date filter", "M Y")


def moment(at: datetime, zone: ZoneInfo, *, seen_from: datetime | None = None) -> str:
    """`13 Dec 2012, 12:46 EST`; the year is left out when it is that of `seen_from`."""
    year = seen_from.astimezone(zone).year if seen_from is not None else None
    return _told(at.timestamp(), zone, year, get_language())


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`12:46 EST`."""
    local = at.astimezone(zone)
    return f"{local:%H:%M} {zone_name(local)}"


def minute(at: datetime) -> str:
    """`2026-03-02 12:00 UTC`, as refusals name an instant: on the clock of whoever acts.

    That is the current time zone of Django, which the console sets; for everybody else it is UTC.
    """
    try:
        local = timezone.localtime(at)
    except OverflowError:
        # In the last hours of the calendar, some clocks have none left.
        local = at.astimezone(UTC)
    return f"{local:%Y-%m-%d %H:%M} {zone_name(local)}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """`13 Dec 2012`."""
    return calendar_day(at.astimezone(zone))


def calendar_day(on: date) -> str:
    """`13 Dec 2012`."""
    return _written(date(on.year, on.month, on.day), get_language())


def month(on: date) -> str:
    """`Dec 2012`."""
    return dateformat.format(on, str(MONTH))


@lru_cache(2048)
def _written(on: date, _language: str | None) -> str:
    return dateformat.format(on, str(WITH_YEAR))


# A page tells the same instants again each minute.
@lru_cache(4096)
def _told(stamp: float, zone: ZoneInfo, year: int | None, _language: str | None) -> str:
    local = datetime.fromtimestamp(stamp, zone)
    on = dateformat.format(local, str(WITHOUT_YEAR if local.year == year else WITH_YEAR))
    return _(MOMENT) % {"day": on, "time": clock(local, zone)}


def zone_name(local: datetime) -> str:
    """The abbreviation, or the offset where there is none ("UTC+03:00")."""
    name = local.tzname() or ""
    return name if name[:1].isalpha() else offset_name(local)


def offset_name(local: datetime) -> str:
    """`UTC−05:00`; plain `UTC` at zero."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours:02d}:{rest:02d}" if minutes else "UTC"
