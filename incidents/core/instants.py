"""Reading and spelling times: an instant always carries its zone, or it is refused."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# Offsets (hours) that an abbreviation can mean; one that is not listed is refused by name.
ABBREVIATIONS: Final[dict[str, tuple[float, ...]]] = {
    "UTC": (0,),
    "GMT": (0,),
    "Z": (0,),
    "WET": (0,),
    "BST": (1,),
    "CET": (1,),
    "WEST": (1,),
    "CEST": (2,),
    "EET": (2,),
    "EEST": (3,),
    "MSK": (3,),
    "IST": (5.5,),
    "JST": (9,),
    "AEST": (10,),
    "AEDT": (11,),
    "EST": (-5,),
    "EDT": (-4,),
    "CST": (-6,),
    "CDT": (-5,),
    "MST": (-7,),
    "MDT": (-6,),
    "PST": (-8,),
    "PDT": (-7,),
}

MINUTE: Final = timedelta(minutes=1)

# So that arithmetic on instants never leaves the calendar.
YEARS: Final = range(1900, 2200)

WAY_OUT: Final = "Write it with its offset, for example 2026-03-02T12:00-05:00, or with Z for UTC."

_STAMP = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[T ](?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)"
    r"\s*(?P<name>[A-Z]{1,5})?\s*\(?(?P<offset>[+-]\d{2}:?\d{2})?(?:\s*(?:GMT|UTC))?\)?"
)
_RELATIVE = re.compile(
    r"\b(tonight|today|tomorrow|yesterday|this (?:morning|afternoon|evening|week|weekend)"
    r"|next week|soon|shortly|later)\b",
    re.IGNORECASE,
)


def parse_instant(text: str, *, field: str = "at", zone: ZoneInfo | None = None) -> datetime:
    """Return the instant that `text` names, in UTC.

    The zone is explicit: an offset, Z, a known abbreviation, or `zone` when a form has asked for
    it beside the time. Raises ValidationError on `field` for a naive time, an abbreviation that
    contradicts its offset ("EST -0400"), and a local time that a clock change skips or repeats.
    """
    match = _STAMP.fullmatch(text.strip())
    if match is None:
        raise _refusal(field, f"“{text.strip()}” is not a time that can be read.")
    naive = _naive(match["date"], match["time"], field)
    if match["offset"]:
        return (naive - _agreed_offset(match["name"], match["offset"], field)).replace(tzinfo=UTC)
    if match["name"]:
        return (naive - _meaning(match["name"], field)).replace(tzinfo=UTC)
    if zone is None:
        raise _refusal(field, f"“{text.strip()}” does not say its time zone.")
    return localise(naive, zone, field=field)


def localise(naive: datetime, zone: ZoneInfo, *, field: str = "at") -> datetime:
    """Return the instant at which a clock in `zone` shows `naive`, in UTC.

    Raises ValidationError where a clock change makes that no instant, or two.
    """
    first, second = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first > second:
        raise _refusal(field, f"The clock in {zone.key} skips {naive:%Y-%m-%d %H:%M}.")
    if first < second:
        raise _refusal(field, f"The clock in {zone.key} shows {naive:%Y-%m-%d %H:%M} twice.")
    return first


def require_aware(instant: datetime, field: str = "at") -> datetime:
    """Return `instant` in UTC; a naive one raises ValidationError on `field`."""
    if instant.tzinfo is None:
        raise _refusal(field, f"“{instant:%Y-%m-%d %H:%M}” does not say its time zone.")
    return instant.astimezone(UTC)


def relative_words(text: str) -> list[str]:
    """Return the words in `text` that mean another day to whoever reads them later."""
    return [match[0] for match in _RELATIVE.finditer(text)]


def spell(duration: timedelta) -> str:
    """Return a length of time as people say it: "45 s", "10 min", "19 h 27 min"; days as hours."""
    total = abs(int(duration.total_seconds()))
    return _("%d s") % total if total < 60 else _length(total // 60, get_language())


def between(start: datetime, end: datetime) -> timedelta:
    """Return how long it is from one time to another as clocks show them, without seconds.

    So “15:08 to 15:15” is 7 minutes, whatever the seconds were; less than a minute stays exact.
    """
    exact = end - start
    return exact if abs(exact) < MINUTE else _on_the_minute(end) - _on_the_minute(start)


@lru_cache(2048)
def _length(total: int, _language: str | None) -> str:
    hours, minutes = divmod(total, 60)
    parts = ((_("%d h"), hours), (_("%d min"), minutes))
    return " ".join(unit % count for unit, count in parts if count)


def _on_the_minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def _naive(date: str, time: str, field: str) -> datetime:
    try:
        naive = datetime.fromisoformat(f"{date}T{time}")
    except ValueError as error:
        raise _refusal(field, f"“{date} {time}” is not on the calendar or the clock.") from error
    if naive.year not in YEARS:
        raise _refusal(field, f"The year {naive.year} is not one of {YEARS[0]} to {YEARS[-1]}.")
    return naive


def _agreed_offset(name: str | None, offset: str, field: str) -> timedelta:
    stated = _offset(offset, field)
    if name and stated not in [timedelta(hours=hours) for hours in _hours(name, field)]:
        raise _refusal(field, f"“{name} {offset}” contradicts itself: {name} is {_spelt(name)}.")
    return stated


def _meaning(name: str, field: str) -> timedelta:
    return timedelta(hours=_hours(name, field)[0])


def _hours(name: str, field: str) -> tuple[float, ...]:
    if name not in ABBREVIATIONS:
        raise _refusal(field, f"The time zone “{name}” is not known.")
    return ABBREVIATIONS[name]


def _spelt(name: str) -> str:
    hours = ABBREVIATIONS[name][0]
    return f"{'-' if hours < 0 else '+'}{int(abs(hours)):02d}:{int(abs(hours) % 1 * 60):02d}"


def _offset(text: str, field: str) -> timedelta:
    digits = text[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if size > timedelta(hours=14):
        raise _refusal(field, f"The offset “{text}” is on no clock.")
    return -size if text[0] == "-" else size


def _refusal(field: str, message: str) -> ValidationError:
    return ValidationError({field: [f"{message} {WAY_OUT}"]})
