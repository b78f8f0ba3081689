"""Instants in addresses: `20121213T232600Z`."""

from datetime import UTC, datetime, timedelta
from typing import Final

FORM: Final = "%Y%m%dT%H%M%SZ"
# How far ahead of what it names a stamp may be.
GRAIN: Final = timedelta(seconds=1)


def stamped(at: datetime) -> str:
    """Return the stamp of the first whole second at which what happened at `at` is known."""
    whole = at.astimezone(UTC)
    return (whole if not whole.microsecond else whole + GRAIN).strftime(FORM)


def read(stamp: str) -> datetime | None:
    """Return the instant of a stamp, or None where the calendar has no such one."""
    try:
        return datetime.strptime(stamp, FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
