"""From stretches of trouble to downtime, uptime and the share of the fee that is owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final

from credits.core.periods import Period
from credits.core.policies import WEIGHTS, Policy
from customers.core.exact import plain, refusal, truncated
from incidents.core.intervals import Span, clip, merge, seconds, subtract
from incidents.core.levels import Level

NOT_LISTED: Final = "only other accounts were affected"


class Reason(StrEnum):
    """Why nothing is owed."""

    ABOVE_COMMITMENT = "above_commitment"
    NOT_COVERED = "not_covered"
    NOT_AFFECTED = "not_affected"
    EXCLUDED_MAINTENANCE = "excluded_maintenance"
    NOT_ACTIVE = "not_active"
    BELOW_MINIMUM = "below_minimum"
    CAP_REACHED = "cap_reached"
    OUTSIDE_CLAIM_WINDOW = "outside_claim_window"
    NOT_IN_GOOD_STANDING = "not_in_good_standing"
    FEE_CHANGED = "fee_changed"


@dataclass(frozen=True)
class Outage:
    """One stretch of trouble as the record holds it; still going on without an end."""

    start: datetime
    end: datetime | None
    status: str
    ref: str = ""

    def __post_init__(self) -> None:
        if self.status not in WEIGHTS:
            raise refusal("status", f"“{self.status}” is not a component state.")
        if self.end is not None and self.end < self.start:
            raise refusal("end", "An outage ends before it begins.")


@dataclass(frozen=True)
class LeftOut:
    """A stretch that does not count for this class of accounts, and why."""

    ref: str
    why: str


@dataclass(frozen=True)
class Exposure:
    """All that decides one class's share: the period, the time under contract, the trouble."""

    period: Period
    active: Span
    outages: Sequence[Outage]
    left_out: Sequence[LeftOut] = ()
    as_of: datetime | None = None

    @property
    def window(self) -> list[Span]:
        """The part of the period under contract: one span, or none."""
        return clip([self.period.span], *self.active)

    def spans(self, outages: Iterable[Outage]) -> list[Span]:
        """Return the union of these outages inside the window, as far as is known."""
        known = [Span(outage.start, self._end(outage)) for outage in outages]
        return [span for part in self.window for span in clip(known, *part)]

    @property
    def provisional(self) -> bool:
        """Whether more may come: the period or an outage in it is not over."""
        unfinished = self.as_of is not None and self.as_of < self.period.span.end
        return unfinished or bool(self.spans(out for out in self.outages if out.end is None))

    def _end(self, outage: Outage) -> datetime:
        known = [moment for moment in (outage.end, self.as_of) if moment is not None]
        if not known:
            raise refusal("as_of", "An outage is still going on: say as of when to count.")
        return max(outage.start, min(known))


@dataclass(frozen=True)
class Assessment:
    """What one class of accounts is owed, as an exact share of one period's fee."""

    downtime: Fraction
    uptime: Fraction
    share: Fraction
    words: str
    capped: bool = False
    provisional: bool = False
    reason: Reason | None = None
    counted: dict[str, list[Span]] = field(default_factory=dict)


def assess(policy: Policy, exposure: Exposure) -> Assessment:
    """Work out one class: merge, weigh, compare the exact uptime, cap; nothing is rounded."""
    counted = _counted(policy, exposure)
    downtime = sum(
        (Fraction(weight) * seconds(spans) for weight, spans in counted.items()), Fraction(0)
    )
    uptime = 100 - 100 * downtime / exposure.period.seconds
    award = policy.award(uptime)
    active = bool(exposure.window)
    share = award.share if active else Fraction(0)
    return Assessment(
        downtime=downtime,
        uptime=uptime,
        share=share,
        words=f"{_measured(downtime, exposure.period, uptime)}; {award.words}",
        capped=award.capped and active,
        provisional=exposure.provisional,
        reason=None if share else _reason(policy, exposure),
        counted=counted,
    )


def _counted(policy: Policy, exposure: Exposure) -> dict[str, list[Span]]:
    """Return disjoint spans by weight: at each instant the worst one counts, once."""
    counted: dict[str, list[Span]] = {}
    taken: list[Span] = []
    for weight in sorted(set(policy.weights.values()) - {Fraction(0)}, reverse=True):
        alike = [out for out in exposure.outages if policy.weights[out.status] == weight]
        spans = subtract(exposure.spans(alike), taken)
        taken = merge([*taken, *spans])
        if spans:
            counted[str(weight)] = spans
    return counted


def _reason(policy: Policy, exposure: Exposure) -> Reason:
    if not exposure.window:
        return Reason.NOT_ACTIVE
    if policy.cap == 0:
        return Reason.CAP_REACHED
    touching = {out.status for out in exposure.outages if exposure.spans([out])}
    if touching == {Level.UNDER_MAINTENANCE}:
        return Reason.EXCLUDED_MAINTENANCE
    if touching or not exposure.left_out:
        return Reason.ABOVE_COMMITMENT
    elsewhere = any(left.why == NOT_LISTED for left in exposure.left_out)
    return Reason.NOT_AFFECTED if elsewhere else Reason.NOT_COVERED


def _measured(downtime: Fraction, period: Period, uptime: Fraction) -> str:
    return f"{spell(downtime)} of {spell(Fraction(period.seconds))} = {truncated(uptime, 4)} %"


def spell(length: Fraction) -> str:
    """Return a length of time to the second: "19 h 27 min", "43 min 12 s", "0 s"."""
    hours, minutes = divmod(int(length // 60), 60)
    parts = [(Fraction(hours), "h"), (Fraction(minutes), "min"), (length % 60, "s")]
    return " ".join(f"{plain(count)} {unit}" for count, unit in parts if count != 0) or "0 s"
