"""Uptime in words: the figure, the trouble that it leaves out, and why it does."""

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.core import clocks
from incidents.core.calendar import Period
from incidents.core.days import COUNTED, weight_of
from incidents.core.impacts import ImpactKind
from incidents.core.levels import Level
from incidents.core.uptime_words import not_counted, share_of, trouble
from incidents.models import Page
from incidents.uptime import Uptime
from publishing.words import phrases


class Excluded(NamedTuple):
    """A kind of harm that does not count, and why."""

    kind: str
    reason: str


def said(uptime: Uptime) -> str:
    """`100.00 % up, 3 h degraded`: nothing that was amber is silently up."""
    if uptime.share is None:
        return ""
    return phrases.listed([_up(uptime.percent(), get_language()), *asides(uptime)])


def asides(uptime: Uptime) -> list[str]:
    """Trouble that weighs nothing, in words."""
    if not any(uptime.tally):
        return []
    weights = uptime.counting.weights
    free = [
        trouble(level, held)
        for level, held in zip(COUNTED, uptime.tally, strict=False)
        if held and not weight_of(weights, level)
    ]
    excluded = uptime.tally.excluded
    return [*free, not_counted(excluded)] if excluded else free


@lru_cache(1024)
def _up(percent: str, _language: str | None) -> str:
    return _("%s up") % share_of(percent)


def named(period: Period) -> str:
    """`Mar 2026`, or `Q1 2026`."""
    return _named(period, get_language())


@lru_cache(1024)
def _named(period: Period, _language: str | None) -> str:
    if period.is_quarter:
        return _("Q%(number)s %(year)s") % {"number": period.number, "year": period.start.year}
    return clocks.month(period.start)


def excluded(page: Page) -> list[Excluded]:
    """Which kinds of harm this page does not count, with its reasons."""
    return [
        Excluded(phrases.inline(ImpactKind(each["kind"]).label), each["reason"])
        for each in page.uptime_excludes
    ]


def weights(page: Page) -> str:
    """How much of an hour counts, in a sentence."""
    rows = [
        f"{phrases.inline(Level(level).label)} {_percent(weight_of(page.uptime_weights, level))}"
        for level in COUNTED
    ]
    return _("Of an hour, this much counts as downtime: %s.") % phrases.listed(rows)


def _percent(weight: Fraction) -> str:
    scaled = weight * 100
    whole = scaled.denominator == 1
    return share_of(str(scaled.numerator) if whole else f"{float(scaled):.2f}")
