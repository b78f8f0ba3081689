"""A run: one policy over one period, from a draft to the ledger, past two pairs of eyes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction

from credits.computing import Computation
from credits.core.periods import Period
from credits.models.ledger import EntryKind, LedgerEntry
from credits.models.line import Unit
from credits.models.policy import PolicyKind, SlaPolicy
from credits.models.record import STEPS, RunRecord, RunState
from incidents.core import checks
from incidents.models import Component, ImpactWindow, Incident, Journal, Page, Postmortem
from people.actors import Actor


class CreditRunQuerySet(models.QuerySet["CreditRun"]):
    """Ways to pick runs."""

    def issued(self) -> Self:
        """Return the runs that gave something."""
        return self.filter(state=RunState.ISSUED)

    def statement(self, incidents: Iterable[Incident]) -> dict[str, Any] | None:
        """Return what readers of these incidents are told was given; None when nothing was."""
        about = self.issued().filter(incidents__in=list(incidents)).order_by("issued_at", "pk")
        given = [run.statement for run in about.distinct() if run.entries.exists()]
        if not given:
            return None
        return {"text": " ".join(part["text"] for part in given), "statements": given}


class CreditRun(RunRecord):
    """Works out what accounts are owed; whoever prepared it cannot approve it."""

    objects = CreditRunQuerySet.as_manager()

    @classmethod
    def draft(
        cls,
        page: Page,
        policy: SlaPolicy,
        month: str,
        *,
        by: Actor,
        at: datetime,
        incidents: Iterable[Incident] = (),
        components: Iterable[Component] = (),
        unit: str | None = None,
    ) -> "CreditRun":
        """Begin a run under the policy's newest version for a month ("2012-12") of the page.

        Goodwill names its incidents, goes to all accounts with one of `components` (all that
        were hit, if not said) and is given in `unit` months (usual) or money. Raises
        ValidationError on "policy", "month", "incidents", "components" or "unit".
        """
        incidents, components = list(incidents), list(components)
        _check_draft(page, policy, [*incidents, *components], unit)
        _check_about(policy, incidents, components)
        period = Period.month(month, page.zone)
        with page.writing(by=by, at=at) as journal:
            run = CreditRun.objects.create(
                page=page,
                policy_version=policy.current,
                kind=policy.kind,
                unit=unit or (Unit.MONTHS if _is_goodwill(policy) else Unit.MONEY),
                period_label=period.label,
                period_start=period.span.start,
                period_end=period.span.end,
                prepared_by=by.label,
                prepared_by_person_id=by.person_id,
                created_at=at,
            )
            run.incidents.set(incidents)
            run.components.set(components or _hit(incidents))
            journal.append("credits.run_drafted", run, after=run._facts())
        return run

    def compute(self, *, by: Actor, at: datetime) -> None:
        """Work out every class and line anew. Raises ValidationError on "state" once it is over."""
        with self._alone():
            self._step(RunState.COMPUTED)
            before = self._facts()
            if self.prepared_by_person_id is None:
                self._set(prepared_by=by.label, prepared_by_person_id=by.person_id)
            self._compute(at)
            # Only now is the page locked: no incident waits for a long computation.
            with self.page.writing(by=by, at=at) as journal:
                journal.append("credits.run_computed", self, before=before, after=self._facts())

    def approve(self, *, by: Actor, at: datetime) -> None:
        """Agree with a computed run, as somebody other than its preparer.

        Raises ValidationError on "approved_by", or on "state" for a provisional run.
        """
        with self._alone(), self.page.writing(by=by, at=at) as journal:
            self._step(RunState.APPROVED)
            self._refuse_if_provisional()
            if by.person_id is None or self.prepared_by_person_id is None:
                raise checks.refusal("approved_by", "Two people prepare and approve, no machine.")
            if by.person_id == self.prepared_by_person_id:
                raise checks.refusal(
                    "approved_by", f"{self.prepared_by} prepared this; somebody else approves it."
                )
            self._set(
                state=RunState.APPROVED,
                approved_by=by.label,
                approved_by_person_id=by.person_id,
                approved_at=at,
            )
            journal.append("credits.run_approved", self, after=self._facts())

    def issue(self, *, by: Actor, at: datetime) -> int:
        """Write an approved run to the ledger and state it; returns how many entries are new.

        Issuing twice gives nothing twice. A run whose inputs changed since the approval goes back
        to computed, and ValidationError is raised on "state".
        """
        with self._alone(), self.page.writing(by=by, at=at) as journal:
            self.refresh_from_db()
            if self.state == RunState.ISSUED:
                return 0
            self._step(RunState.ISSUED)
            approved = self._facts()
            fresh = self._compute(at) == approved["inputs_sha256"]
            if not fresh:
                journal.append("credits.run_stale", self, before=approved, after=self._facts())
            entries = self._issue(journal, approved, at) if fresh else 0
        if not fresh:
            raise checks.refusal(
                "state",
                "What this rests on has changed since it was approved. It was computed again: "
                "look at the difference and have it approved once more.",
            )
        return entries

    def reject(self, reason: str, *, by: Actor, at: datetime) -> None:
        """Give the run up. Raises ValidationError on "reason" or "state"."""
        reason = checks.line(reason, field="reason", limit=500)
        with self._alone(), self.page.writing(by=by, at=at) as journal:
            self._step(RunState.REJECTED)
            self._set(state=RunState.REJECTED, rejection_reason=reason, rejected_at=at)
            journal.append("credits.run_rejected", self, after=self._facts())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One verb at a time on this run; the run's row is always locked before the page's."""
        with transaction.atomic():
            CreditRun.objects.select_for_update().only("pk").get(pk=self.pk)
            yield

    def _compute(self, at: datetime) -> str:
        computation = Computation(self, at)
        digest = computation.fill()
        if not self.is_goodwill:
            self.incidents.set(computation.incidents())
        self._set(
            state=RunState.COMPUTED,
            computed_at=at,
            inputs_sha256=digest,
            provisional=self._is_provisional(at),
            approved_by="",
            approved_by_person_id=None,
            approved_at=None,
        )
        return digest

    def _is_provisional(self, at: datetime) -> bool:
        unresolved = self.incidents.unresolved().exists()
        return at < self.period_end or unresolved or self.classes.filter(provisional=True).exists()

    def _issue(self, journal: Journal, approved: dict[str, Any], at: datetime) -> int:
        self._refuse_if_provisional()
        self._refuse_if_paid()
        approval = {
            name: approved[name] for name in ("approved_by", "approved_by_person_id", "approved_at")
        }
        self._set(state=RunState.ISSUED, issued_at=at, **approval)
        entries = LedgerEntry.enter(self)
        journal.append("credits.run_issued", self, after=self._facts() | {"entries": entries})
        if entries:
            self._push_down(journal.by, at)
        return entries

    def _push_down(self, by: Actor, at: datetime) -> None:
        """Push the statement down to the incidents and to the postmortems that cover them."""
        about = list(self.incidents.all())
        covering = Postmortem.objects.filter(incidents__in=about).distinct()
        for incident in about:
            incident.state_credit(CreditRun.objects.statement([incident]) or {}, by=by, at=at)
        for postmortem in covering:
            snapshot = CreditRun.objects.statement(postmortem.incidents.all())
            postmortem.state_credit(snapshot or {}, by=by, at=at)

    def _refuse_if_provisional(self) -> None:
        if self.provisional:
            raise checks.refusal(
                "state",
                "This is provisional: the month or an incident in it is not over. "
                "Compute it again afterwards.",
            )

    def _refuse_if_paid(self) -> None:
        paid = LedgerEntry.objects.filter(
            kind=EntryKind.CREDIT,
            reversed_by=None,
            run__kind=self.kind,
            contract__in=self.lines.paying().values("contract"),
        )
        if self.is_goodwill:
            paid = paid.filter(run__incidents__in=self.incidents.all())
        else:
            paid = paid.filter(
                run__period_start__lt=self.period_end, run__period_end__gt=self.period_start
            )
        if entry := paid.select_related("run", "account").first():
            raise checks.refusal(
                "state", f"{entry.account} was given this already, by the run {entry.run}."
            )

    def _step(self, state: RunState) -> None:
        self.refresh_from_db()
        if state not in STEPS[self.state]:
            raise checks.refusal("state", f"A run that is {self.state} cannot become {state}.")

    def _set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))

    def _facts(self) -> dict[str, Any]:
        names = "state provisional inputs_sha256 approved_by approved_by_person_id approved_at"
        totals = self.totals()
        return {name: getattr(self, name) for name in names.split()} | {
            "contracts": totals.contracts,
            "money": totals.money,
            "months": totals.months,
        }


def _is_goodwill(policy: SlaPolicy) -> bool:
    return policy.kind == PolicyKind.GOODWILL


def _hit(incidents: list[Incident]) -> models.QuerySet[Component]:
    windows = ImpactWindow.objects.counting().filter(incident__in=incidents)
    return Component.objects.filter(pk__in=windows.values("component"))


def _check_draft(
    page: Page, policy: SlaPolicy, about: list[Incident | Component], unit: str | None
) -> None:
    if policy.page_id != page.pk:
        raise checks.refusal("policy", f"{policy} belongs to another page.")
    for one in about:
        if one.page_id != page.pk:
            raise checks.refusal(f"{one._meta.model_name}s", f"{one} is on another page.")
    if unit is not None:
        checks.choice(unit, Unit.values, field="unit")
    if unit == Unit.MONTHS and not _is_goodwill(policy):
        raise checks.refusal("unit", "Only goodwill is given in months of service.")


def _check_about(policy: SlaPolicy, incidents: list[Incident], components: list[Component]) -> None:
    if _is_goodwill(policy) and not incidents:
        raise checks.refusal("incidents", "Name the incidents that goodwill is given for.")
    if not _is_goodwill(policy) and (incidents or components):
        raise checks.refusal(
            "incidents" if incidents else "components",
            "What a contract is owed is worked out from all that was down in the month.",
        )
