"""What was promised: a policy in numbered versions that never change."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credits.core.policies import Policy
from customers.models import Contract, ContractQuerySet, Plan
from incidents.core import checks
from incidents.models import Page
from incidents.models.fields import PublicIdField
from people.actors import Actor


class PolicyKind(models.TextChoices):
    """Why a credit is given."""

    SLA = "sla", _("Owed by contract")
    GOODWILL = "goodwill", _("Goodwill")


class SlaPolicy(models.Model):
    """A policy of a page: its default, one plan's own, or a goodwill gesture."""

    page = models.ForeignKey(Page, models.PROTECT, related_name="sla_policies")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="policies")
    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=PolicyKind)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["page", "name"], name="policy_name_unique"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(kind=PolicyKind.SLA), name="policy_one_per_plan"
            ),
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(kind=PolicyKind.SLA, plan=None),
                name="policy_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def write(
        cls,
        page: Page,
        name: str,
        body: dict[str, Any],
        *,
        by: Actor,
        at: datetime,
        plan: Plan | None = None,
    ) -> Self:
        """Write a policy down as its version 1; months of service make it goodwill.

        Raises ValidationError on "name", "plan" or the field of `body` that is wrong, or that is
        not supported yet.
        """
        name = checks.line(name, field="name", limit=120)
        kind = _kind(body)
        if plan is not None and plan.page_id != page.pk:
            raise checks.refusal("plan", f"{plan} belongs to another page.")
        with page.writing(by=by, at=at) as journal:
            _check_unused(page, name, kind, plan)
            policy = cls.objects.create(page=page, plan=plan, name=name, kind=kind, created_at=at)
            policy._add(1, body, at)
            journal.append("policy.written", policy, after={"version": 1, "body": body})
        return policy

    def revise(self, body: dict[str, Any], *, by: Actor, at: datetime) -> "SlaPolicyVersion":
        """Add a version, which holds for runs drafted from now on. Raises as `write` does."""
        if _kind(body) != self.kind:
            raise checks.refusal("kind", "A goodwill gesture and a contract are two policies.")
        with self.page.writing(by=by, at=at) as journal:
            version = self._add(self.current.number + 1, body, at)
            journal.append("policy.revised", self, after={"version": version.number, "body": body})
        return version

    @property
    def current(self) -> "SlaPolicyVersion":
        """The newest version."""
        return self.versions.latest("number")

    def contracts(self) -> ContractQuerySet:
        """Return the contracts under this policy: a plan's own wins over the page's default."""
        plans = Plan.objects.filter(page=self.page_id)
        if self.plan_id is not None:
            plans = plans.filter(pk=self.plan_id)
        elif self.kind == PolicyKind.SLA:
            plans = plans.exclude(policies__kind=PolicyKind.SLA)
        # Few ids make simpler statements than a subquery repeated in each.
        return Contract.objects.filter(plan__in=list(plans.values_list("pk", flat=True)))

    def _add(self, number: int, body: dict[str, Any], at: datetime) -> "SlaPolicyVersion":
        return SlaPolicyVersion.objects.create(policy=self, number=number, body=body, created_at=at)


class SlaPolicyVersion(models.Model):
    """The text of a policy as of one day; append-only by trigger."""

    policy = models.ForeignKey(SlaPolicy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("policy", "number")
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.policy.name}@{self.number}"

    @property
    def document(self) -> dict[str, Any]:
        """The body under its name and number, as evidence quotes it."""
        return {**self.body, "id": self.policy.public_id, "version": self.number}

    @property
    def parsed(self) -> Policy:
        """The validated policy."""
        return Policy.parse(self.body)


def _kind(body: dict[str, Any]) -> PolicyKind:
    return PolicyKind.GOODWILL if Policy.parse(body).months else PolicyKind.SLA


def _check_unused(page: Page, name: str, kind: str, plan: Plan | None) -> None:
    others = SlaPolicy.objects.filter(page=page)
    if others.filter(name=name).exists():
        raise checks.refusal("name", f"There is a policy “{name}” already.")
    if kind == PolicyKind.SLA and others.filter(kind=kind, plan=plan).exists():
        raise checks.refusal("plan", "There is a policy for this already; revise that one.")
