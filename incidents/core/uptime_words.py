"""Uptime and its trouble in words, for pages and for mails alike."""

from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Final

from django.utils.formats import get_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from incidents.core.days import COUNTED, Tally
from incidents.core.instants import spell
from incidents.core.levels import Level
from incidents.core.uptime import percent

TROUBLE: Final = {
    Level.MAJOR_OUTAGE: gettext_lazy("%s of outage"),
    Level.PARTIAL_OUTAGE: gettext_lazy("%s of partial outage"),
    Level.DEGRADED_PERFORMANCE: gettext_lazy("%s degraded"),
    Level.UNDER_MAINTENANCE: gettext_lazy("%s in maintenance"),
}


def figure(share: Fraction | None) -> str:
    """`99.95 %`; a dash where nothing is counted."""
    return _figure(percent(share, 2), get_language()) if share is not None else "–"


def share_of(digits: str) -> str:
    """`99.95 %`, from digits that were cut off already: they are rounded no more."""
    return _("%s %%") % digits.replace(".", get_format("DECIMAL_SEPARATOR"))


def length(seconds: int) -> str:
    """`3 h 20 min`; nothing for nothing."""
    return spell(timedelta(seconds=seconds)) if seconds else ""


def troubles(tally: Tally) -> list[str]:
    """Everything that was not well, each kind with how long it held; the worst first."""
    held = zip(COUNTED, tally, strict=False)
    found = [trouble(level, seconds) for level, seconds in held if seconds]
    return [*found, not_counted(tally.excluded)] if tally.excluded else found


def trouble(level: Level, seconds: int) -> str:
    """`3 h degraded`."""
    return str(TROUBLE[level]) % length(seconds)


def not_counted(seconds: int) -> str:
    """`3 h not counted`."""
    return _("%s not counted") % length(seconds)


@lru_cache(1024)
def _figure(digits: str, _language: str | None) -> str:
    return share_of(digits)
