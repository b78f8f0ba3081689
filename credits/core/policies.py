"""An SLA policy: what share of the fee a month's downtime is worth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from customers.core.exact import (
    NotSupportedYet,
    decimal,
    known,
    named,
    needed,
    plain,
    refusal,
    rows,
    truncated,
    whole,
)
from incidents.core.levels import Level

# In a contract a partial outage counts whole; the public uptime bar has weights of its own.
WEIGHTS: Final[dict[str, Fraction]] = {
    Level.MAJOR_OUTAGE: Fraction(1),
    Level.PARTIAL_OUTAGE: Fraction(1),
    Level.DEGRADED_PERFORMANCE: Fraction(0),
    Level.UNDER_MAINTENANCE: Fraction(0),
    Level.OPERATIONAL: Fraction(0),
}
COMMON: Final = ("id", "version", "kind")
MOST_MONTHS: Final = 120


@dataclass(frozen=True)
class Award:
    """Part of one period's fee, and the words for it."""

    share: Fraction
    words: str
    capped: bool = False


@dataclass(frozen=True)
class Tier:
    """A share of the fee once uptime is under the threshold; the threshold itself is not."""

    below: Fraction
    credit_pct: Fraction


@dataclass(frozen=True)
class Tiered:
    """The deepest tier that uptime fell under."""

    tiers: tuple[Tier, ...]

    def award(self, uptime: Fraction) -> Award:
        """Return the share for an exact uptime in percent."""
        reached = [tier for tier in self.tiers if uptime < tier.below]
        if not reached:
            return Award(Fraction(0), f"not below {plain(self.tiers[0].below)} %")
        share, below = reached[-1].credit_pct, plain(reached[-1].below)
        return Award(share / 100, f"below {below} % -> {plain(share)} %")


@dataclass(frozen=True)
class Multiplier:
    """The fee for the lost time, so many times over, once uptime is under `trigger_below`."""

    factor: Fraction
    trigger_below: Fraction | None

    def award(self, uptime: Fraction) -> Award:
        """Return the share for an exact uptime in percent."""
        if self.trigger_below is not None and uptime >= self.trigger_below:
            return Award(Fraction(0), f"not below {plain(self.trigger_below)} %")
        lost = 100 - uptime
        share = self.factor * lost / 100
        return Award(share, f"{plain(self.factor)} x {truncated(lost, 6)} %")


@dataclass(frozen=True)
class FlatMonths:
    """Months of service as goodwill, whatever the uptime was."""

    months: int

    def award(self, uptime: Fraction) -> Award:
        """Return the months as a share of one month's fee."""
        return Award(Fraction(self.months), f"goodwill -> {count_months(self.months)}")


type Rule = Tiered | Multiplier | FlatMonths


@dataclass(frozen=True)
class Policy:
    """A validated policy: how bad each level counts, the rule, and the cap."""

    rule: Rule
    weights: Mapping[str, Fraction]
    cap: Fraction | None

    @classmethod
    def parse(cls, body: object) -> "Policy":
        """Return the policy of a JSON object; a field that is not known is refused by name."""
        given = named(body, "policy")
        kind = str(needed(given, "kind"))
        if kind not in _KINDS:
            raise NotSupportedYet(f"kind {kind}")
        fields, read = _KINDS[kind]
        known(given, "policy", *COMMON, *fields)
        return cls(read(given), _weights(given.get("weights", {})), _cap(given))

    @property
    def months(self) -> int | None:
        """Months of service given, for a goodwill policy."""
        return self.rule.months if isinstance(self.rule, FlatMonths) else None

    def award(self, uptime: Fraction) -> Award:
        """Return the share of the fee, after the cap."""
        award = self.rule.award(uptime)
        if self.cap is None or award.share <= self.cap:
            return award
        words = f"{award.words}, capped at {plain(self.cap * 100)} %"
        return Award(self.cap, words, capped=True)


def count_months(months: int) -> str:
    """Return "1 month" or "6 months"."""
    return f"{months} month" if months == 1 else f"{months} months"


def spell_months(months: int) -> str:
    """Return the same in words as far as they are short: "six months"."""
    named = "one two three four five six seven eight nine ten eleven twelve".split()
    spelt = named[months - 1] if months <= len(named) else str(months)
    return count_months(months).replace(str(months), spelt, 1)


def _tiered(body: Mapping[str, Any]) -> Tiered:
    table = rows(needed(body, "tiers"), "tiers")
    tiers = tuple(_tier(row) for row in table)
    if not tiers:
        raise refusal("tiers", "Give at least one tier.")
    for upper, lower in pairwise(tiers):
        if lower.below >= upper.below:
            raise refusal("tiers", "Each tier has to begin below the one before it.")
        if lower.credit_pct < upper.credit_pct:
            raise refusal("tiers", "A lower uptime cannot be worth less than a higher one.")
    _without_holes(table)
    return Tiered(tiers)


def _tier(row: object) -> Tier:
    fields = known(row, "tiers", "below", "credit_pct", "at_least", "above")
    below = decimal(needed(fields, "below"), "tiers")
    credit_pct = decimal(needed(fields, "credit_pct"), "tiers")
    if not 0 < below <= 100:
        raise refusal("tiers", f"“below {plain(abs(below))}” is not between 0 and 100.")
    if not 0 < credit_pct <= 100:
        raise refusal("tiers", "A tier gives more than 0 and at most 100 percent of the fee.")
    return Tier(below, credit_pct)


def _without_holes(table: Sequence[Mapping[str, Any]]) -> None:
    """A tier may state its lower end; then it has to meet the next tier exactly."""
    ends = [row["below"] for row in table[1:]] + ["0"]
    for row, end in zip(table, ends, strict=True):
        floor = row.get("at_least", end)
        if "above" in row or decimal(floor, "tiers") != decimal(end, "tiers"):
            raise refusal(
                "tiers",
                f"The table has a hole or an overlap at {row.get('above', floor)} %: "
                "leave the lower end out, each tier reaches down to the next.",
            )


def _multiplier(body: Mapping[str, Any]) -> Multiplier:
    factor = decimal(needed(body, "multiplier"), "multiplier")
    trigger = body.get("trigger_below")
    if factor <= 0:
        raise refusal("multiplier", "The multiplier has to be more than 0.")
    if trigger is None:
        return Multiplier(factor, None)
    below = decimal(trigger, "trigger_below")
    if not 0 < below <= 100:
        raise refusal("trigger_below", "The threshold has to lie between 0 and 100.")
    return Multiplier(factor, below)


def _flat_months(body: Mapping[str, Any]) -> FlatMonths:
    months = whole(needed(body, "months"), "months")
    if not 0 < months <= MOST_MONTHS:
        raise refusal("months", f"Give 1 to {MOST_MONTHS} months.")
    return FlatMonths(months)


def _weights(given: object) -> dict[str, Fraction]:
    weights = {
        level: decimal(weight, "weights")
        for level, weight in known(given, "weights", *WEIGHTS).items()
    }
    if any(not 0 <= weight <= 1 for weight in weights.values()):
        raise refusal("weights", "A weight lies between 0 and 1.")
    return WEIGHTS | weights


def _cap(body: Mapping[str, Any]) -> Fraction | None:
    if "cap_pct" not in body:
        return None
    cap = decimal(body["cap_pct"], "cap_pct")
    if cap < 0:
        raise refusal("cap_pct", "A cap cannot be negative.")
    return cap / 100


_KINDS: Final[dict[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Rule]]]] = {
    "tiered": (("tiers", "weights", "cap_pct"), _tiered),
    "multiplier": (("multiplier", "trigger_below", "weights", "cap_pct"), _multiplier),
    "flat_months": (("months",), _flat_months),
}
