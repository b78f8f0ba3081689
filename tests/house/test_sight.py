"""Whatever points at a component follows the rule for groups of readers, or says why it need not."""

from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.db import models

from incidents.models import Component
from incidents.models.sight import InSight

# What no manager narrows, and why nothing leaks through it.
EXEMPT: Final = {
    "credits.CreditRun": "read by staff alone; what readers are told of it is narrowed where told",
    "customers.Plan": "read by staff alone",
    "customers.PlanComponent": "read by staff alone",
    "incidents.Mirror": "what a clock reads; readers see the component",
    "incidents.Incident": "read through `visible_to`, which asks for more than one relation",
    "incidents.Maintenance": "read through `visible_to`, as an incident",
    "incidents.Announcement": "read through `visible_to`, as an incident",
    "incidents.ReaderMessage": "what a reader wrote to staff",
    "incidents.Recurrence": "a rule for planned work; readers see the work",
    "notifications.Endpoint": "nobody subscribes to a private page",
    "notifications.Subscription": "nobody subscribes to a private page",
    "publishing.AccessGroup": "who sees what: read before anybody is let in",
}


def pointing() -> Iterator[type[models.Model]]:
    """Models with a relation to components; tables in between hold pairs of keys alone."""
    for model in apps.get_models():
        relations: Any = [*model._meta.fields, *model._meta.many_to_many]
        if any(each.related_model is Component for each in relations):
            yield model


def test_what_points_at_components_is_narrowed_or_named() -> None:
    about: list[type[models.Model]] = [*pointing(), Component]
    open_to_all = {
        model._meta.label for model in about if not isinstance(model._default_manager, InSight)
    }
    assert open_to_all == EXEMPT.keys()
