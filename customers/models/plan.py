"""What is sold: a plan, and the components that it promises."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models

from incidents.core import checks
from incidents.models import Component, Page
from incidents.models.fields import PublicIdField
from people.actors import Actor


class Plan(models.Model):
    """A plan; trouble with a component that it does not cover is owed nothing."""

    page = models.ForeignKey(Page, models.PROTECT, related_name="plans")
    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    components = models.ManyToManyField(Component, through="PlanComponent", related_name="plans")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["page", "name"], name="plan_name_unique")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def add(
        cls, page: Page, name: str, *, components: Iterable[Component] = (), by: Actor, at: datetime
    ) -> Self:
        """Add a plan that covers these components. Raises ValidationError on "name"."""
        name = checks.line(name, field="name", limit=120)
        with page.writing(by=by, at=at) as journal:
            if cls.objects.filter(page=page, name=name).exists():
                raise checks.refusal("name", f"There is a plan “{name}” already.")
            plan = cls.objects.create(page=page, name=name, created_at=at)
            journal.append("plan.added", plan, after={"name": name})
            plan.cover(*components, by=by, at=at)
        return plan

    def cover(self, *components: Component, by: Actor, at: datetime) -> None:
        """Promise these components as well. Raises ValidationError on "components"."""
        for component in components:
            if component.page_id != self.page_id:
                raise checks.refusal("components", f"{component} belongs to another page.")
        with self.page.writing(by=by, at=at) as journal:
            for component in components:
                PlanComponent.objects.get_or_create(plan=self, component=component)
            covered = [component.public_id for component in components]
            journal.append("plan.covered", self, after={"components": covered})


class PlanComponent(models.Model):
    """A plan covers a component."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="coverage")
    component = models.ForeignKey(Component, models.PROTECT, related_name="coverage")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "component"], name="plan_covers_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} covers {self.component}"
