"""The time zones that this installation knows."""

from functools import cache
from zoneinfo import available_timezones


@cache
def names() -> frozenset[str]:
    """Return the names of all zones, like Europe/Berlin; looked for once, since that is slow."""
    return frozenset(available_timezones())
