"""From the record's impact windows to the classes of accounts that they hurt alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Greatest, Least

from credits.core.assessment import NOT_LISTED, Exposure, LeftOut, Outage
from credits.core.periods import Period
from customers.models import AffectedAccount, Contract, Plan
from incidents.core.intervals import Span
from incidents.models import ImpactKind, ImpactWindow, Page

# Harm by time is downtime; lost or wrong data and security are harm of another sort.
COUNTED_KINDS: Final = (ImpactKind.UNAVAILABLE, ImpactKind.DEGRADED, ImpactKind.DELAYED)


@dataclass(frozen=True)
class Group:
    """Contracts that are hurt alike."""

    plan: Plan
    active: Span
    cohorts: frozenset[int]
    contracts: QuerySet[Contract]


@dataclass(frozen=True)
class Trouble:
    """Everything that was wrong on a page during one period."""

    period: Period
    windows: list[ImpactWindow]
    members: dict[int, frozenset[int]]

    @classmethod
    def of(cls, page: Page, period: Period) -> "Trouble":
        """Read the windows that count, and who is on the affected lists behind them."""
        found = ImpactWindow.objects.counting().filter(page=page).touching(*period.span)
        windows = list(found.select_related("component", "incident").order_by("start", "public_id"))
        return cls(period, windows, _members({w.cohort_id for w in windows if w.cohort_id}))

    def groups(self, contracts: QuerySet[Contract]) -> Iterator[Group]:
        """Return these contracts by plan, days under contract and affected lists."""
        begins = Greatest("valid_from", self.period.span.start)
        ends = Coalesce(Least("valid_to", self.period.span.end), self.period.span.end)
        dated = contracts.annotate(begins=begins, ends=ends)
        ordered = dated.order_by("plan_id", "begins", "ends")
        keys = list(ordered.values_list("plan_id", "begins", "ends").distinct())
        plans = Plan.objects.prefetch_related("components").in_bulk({key[0] for key in keys})
        for plan_id, start, end in keys:
            alike = dated.filter(plan_id=plan_id, begins=start, ends=end)
            listed = self._cohorts(plans[plan_id])
            for cohorts in self._combinations(listed):
                chosen = _on_lists(alike, cohorts, listed - cohorts)
                yield Group(plans[plan_id], Span(start, end), cohorts, chosen)

    def exposure(self, group: Group, at: datetime) -> Exposure:
        """Return what one group went through; windows still open count up to `at`."""
        counted = [w for w in self.windows if not _left_out(w, group)]
        left_out = [LeftOut(w.public_id, why) for w in self.windows if (why := _left_out(w, group))]
        unfinished = at < self.period.span.end or any(w.end is None for w in counted)
        return Exposure(
            period=self.period,
            active=group.active,
            outages=[_outage(window) for window in counted],
            left_out=left_out,
            as_of=_seconds(at) if unfinished else None,
        )

    def _cohorts(self, plan: Plan) -> frozenset[int]:
        covered = {component.pk for component in plan.components.all()}
        return frozenset(
            w.cohort_id for w in self.windows if w.cohort_id and w.component_id in covered
        )

    def _combinations(self, listed: frozenset[int]) -> list[frozenset[int]]:
        found = {cohorts & listed for cohorts in self.members.values()} | {frozenset[int]()}
        return sorted(found, key=sorted)


def _members(cohorts: set[int]) -> dict[int, frozenset[int]]:
    rows = AffectedAccount.objects.filter(affected_list__cohort__in=cohorts)
    members: dict[int, frozenset[int]] = {}
    for account, cohort in rows.values_list("account_id", "affected_list__cohort_id"):
        members[account] = members.get(account, frozenset()) | {cohort}
    return members


def _on_lists(
    contracts: QuerySet[Contract], on: Iterable[int], off: Iterable[int]
) -> QuerySet[Contract]:
    rows = AffectedAccount.objects.filter(account=OuterRef("account"))
    for cohort in sorted(on):
        contracts = contracts.filter(Exists(rows.filter(affected_list__cohort=cohort)))
    for cohort in sorted(off):
        contracts = contracts.exclude(Exists(rows.filter(affected_list__cohort=cohort)))
    return contracts


def _left_out(window: ImpactWindow, group: Group) -> str:
    if window.component_id not in {component.pk for component in group.plan.components.all()}:
        return f"{window.component.name} is not covered"
    if window.kind not in COUNTED_KINDS:
        return f"{window.kind} is no downtime"
    return NOT_LISTED if window.cohort_id and window.cohort_id not in group.cohorts else ""


def _outage(window: ImpactWindow) -> Outage:
    end = _seconds(window.end) if window.end else None
    return Outage(_seconds(window.start), end, window.level, window.public_id)


def _seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
