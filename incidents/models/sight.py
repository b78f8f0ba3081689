"""Rows that belong to a component are seen by whoever sees that component."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from incidents.core.viewers import limited_to


class InSight[M: models.Model](models.Manager[M]):
    """Leaves out, wherever rows are picked, those of components that are hidden from a reader."""

    of: ClassVar[str] = "component_id"
    """The attribute that holds the component's primary key, or None."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Return the rows that whoever is looking may see."""
        found, seen = super().get_queryset(), limited_to()
        return found if seen is None else found.filter(self.rule(seen))

    def rule(self, seen: frozenset[int]) -> Q:
        """Return what the database asks of a row."""
        return Q((f"{self.of}__in", seen)) | Q((self.of, None))

    def among(self, instances: list[M], seen: frozenset[int]) -> list[M]:
        """Return those of these rows that follow the same rule."""
        shown: set[Any] = {None, *seen}
        return [each for each in instances if getattr(each, self.of) in shown]


class ComponentsInSight[M: models.Model](InSight[M]):
    """The same for components themselves."""

    of = "pk"


class SomeInSight[M: models.Model](InSight[M]):
    """The same for rows that name several: one of them is enough."""

    of = "components"

    def rule(self, seen: frozenset[int]) -> Q:
        """Return what the database asks of a row, without a join that would repeat it."""
        rows = self.model._base_manager
        on_seen = rows.filter((f"{self.of}__in", seen))
        on_any = rows.filter((f"{self.of}__isnull", False))
        return Q(pk__in=on_seen.values("pk")) | ~Q(pk__in=on_any.values("pk"))

    def among(self, instances: list[M], seen: frozenset[int]) -> list[M]:
        """Return those of these rows that follow the same rule; asks only where there are any."""
        rows = self.filter(pk__in=[each.pk for each in instances])
        shown = set(rows.values_list("pk", flat=True))
        return [each for each in instances if each.pk in shown]


def is_in_sight(row: models.Model) -> bool:
    """The rule of a queryset's `in_sight` for one row; asks only where sight is limited."""
    if limited_to() is None:
        return True
    rows: Any = row._meta.concrete_model._default_manager  # type: ignore[union-attr]
    return bool(rows.filter(pk=row.pk).in_sight().exists())


def in_sight[M: models.Model](instances: list[M], model: type[M]) -> list[M]:
    """Return those of these rows that whoever is looking may see."""
    manager, seen = model._default_manager, limited_to()
    if seen is None or not isinstance(manager, InSight):
        return instances
    return manager.among(instances, seen)
