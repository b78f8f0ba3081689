"""A run as a record: its columns, its lifecycle, and what can be read off it."""

from typing import Any, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credits.core.periods import Period
from credits.core.statements import worded
from credits.models.line import CreditLine, Unit
from credits.models.policy import PolicyKind, SlaPolicyVersion
from credits.models.totals import Totals
from customers.models import ContractQuerySet
from incidents.core.intervals import Span
from incidents.models import Component, Incident, Page
from incidents.models.fields import PublicIdField


class RunState(models.TextChoices):
    """How far a run has come."""

    DRAFT = "draft", _("Draft")
    COMPUTED = "computed", _("Computed")
    APPROVED = "approved", _("Approved")
    ISSUED = "issued", _("Issued")
    REJECTED = "rejected", _("Rejected")


STEPS: Final[dict[str, tuple[RunState, ...]]] = {
    RunState.DRAFT: (RunState.COMPUTED, RunState.REJECTED),
    RunState.COMPUTED: (RunState.COMPUTED, RunState.APPROVED, RunState.REJECTED),
    RunState.APPROVED: (RunState.COMPUTED, RunState.ISSUED, RunState.REJECTED),
    RunState.ISSUED: (),
    RunState.REJECTED: (),
}


class RunRecord(models.Model):
    """The columns of a run, and their rules; its verbs are in `CreditRun`."""

    page = models.ForeignKey(Page, models.PROTECT, related_name="credit_runs")
    public_id = PublicIdField()
    policy_version = models.ForeignKey(SlaPolicyVersion, models.PROTECT, related_name="credit_runs")
    kind = models.CharField(max_length=8, choices=PolicyKind)
    unit = models.CharField(max_length=6, choices=Unit, default=Unit.MONEY)
    incidents = models.ManyToManyField(Incident, related_name="credit_runs")
    components = models.ManyToManyField(Component, related_name="credit_runs")
    period_label = models.CharField(max_length=60)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    state = models.CharField(max_length=8, choices=RunState, default=RunState.DRAFT)
    provisional = models.BooleanField(default=False)
    inputs_sha256 = models.CharField(max_length=64, blank=True)
    prepared_by = models.CharField(max_length=200)
    prepared_by_person_id = models.BigIntegerField(null=True)
    approved_by = models.CharField(max_length=200, blank=True)
    approved_by_person_id = models.BigIntegerField(null=True)
    rejection_reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by_person_id=None)
                | (
                    Q(prepared_by_person_id__isnull=False)
                    & ~Q(approved_by_person_id=F("prepared_by_person_id"))
                ),
                name="run_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RunState.APPROVED, RunState.ISSUED])
                | Q(approved_by_person_id__isnull=False, provisional=False),
                name="run_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gt=F("period_start")), name="run_period_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_version} for {self.period_label}"

    @property
    def is_goodwill(self) -> bool:
        """Whether this is given freely, not owed."""
        return self.kind == PolicyKind.GOODWILL

    @property
    def period(self) -> Period:
        """The month that is settled."""
        return Period(self.period_label, Span(self.period_start, self.period_end), 1)

    @property
    def months(self) -> int:
        """Months of service given to each contract in kind; 0 when the run is about money."""
        return (self.policy_version.parsed.months or 0) if self.unit == Unit.MONTHS else 0

    def scope(self) -> ContractQuerySet:
        """Return the contracts to settle: under the policy, and for goodwill on a component."""
        contracts = self.policy_version.policy.contracts().active_in(*self.period.span)
        if not self.is_goodwill:
            return contracts
        return contracts.filter(plan__in=self.components.values("plans"))

    def totals(self) -> Totals:
        """Return what the run comes to."""
        return Totals.of(CreditLine.objects.filter(run=self.pk))

    @property
    def statement(self) -> dict[str, Any]:
        """What the public may know: no account, no number of accounts, no sum."""
        components = self.components.order_by("name").values_list("public_id", "name")
        told: dict[str, Any] = {
            "run": self.public_id,
            "kind": self.kind,
            "unit": self.unit,
            "months": self.policy_version.parsed.months,
            "period": self.period_label,
            "policy": str(self.policy_version),
            "components": [name for _key, name in components],
            "component_ids": [key for key, _name in components],
            "issued_at": self.issued_at.isoformat() if self.issued_at else None,
        }
        return told | {"text": worded(told)}
