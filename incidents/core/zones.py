"""The time zones that this installation knows."""

from functools import cache
from zoneinfo import available_timezones


@cache
def names() -> frozenset[str]:
    """Return the names of all zones, like Europe/Berlin; looked for once, since that is slow."""
    return frozenset(available_timezones())


def known(name: str) -> str:
    """Return `name` if it is that of a zone, else nothing: for what a browser says by itself."""
    return name if name in names() else ""
