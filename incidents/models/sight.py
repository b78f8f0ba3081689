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
        if seen is None:
            return found
        return found.filter(Q((f"{self.of}__in", seen)) | Q((self.of, None)))


class ComponentsInSight[M: models.Model](InSight[M]):
    """The same for components themselves."""

    of = "pk"


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
    shown: set[Any] = {None, *seen}
    return [each for each in instances if getattr(each, manager.of) in shown]
