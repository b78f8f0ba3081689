"""Uptime as an exact fraction: each instant counts at the worst weight of what held then."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from incidents.core.intervals import Span, clip, seconds


class Held(NamedTuple):
    """A level that held for a span of time."""

    span: Span
    level: str


def downtime(held: Iterable[Held], weights: Mapping[str, str]) -> Fraction:
    """Return weighted seconds of downtime; overlaps count once, at the worst weight."""
    rows = [(Fraction(weights.get(each.level, "0")), each.span) for each in held]
    steps = sorted({weight for weight, _span in rows if weight > 0}, reverse=True)
    lower = [*steps[1:], Fraction(0)][: len(steps)]
    return sum(
        (
            (step - below) * seconds(span for weight, span in rows if weight >= step)
            for step, below in zip(steps, lower, strict=True)
        ),
        Fraction(0),
    )


def uptime(
    held: Iterable[Held], weights: Mapping[str, str], start: datetime, end: datetime
) -> Fraction:
    """Return the share of [start, end) that was up, from 0 to 1; an empty period was up."""
    period = Span(start, end).seconds
    if period <= 0:
        return Fraction(1)
    inside = [Held(span, each.level) for each in held for span in clip([each.span], start, end)]
    return 1 - downtime(inside, weights) / period


def percent(share: Fraction, digits: int = 3) -> str:
    """Return a share as percent, truncated: 99.8999 never shows as 99.90."""
    scaled = share.numerator * 100 * 10**digits // share.denominator
    whole, rest = divmod(scaled, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)
