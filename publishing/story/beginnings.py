"""Since when many incidents go on, for lists that read none of their windows."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Min

from incidents.core.impacts import beginning
from incidents.core.lifecycles import Kind
from incidents.models import ImpactWindow, Incident, Page
from publishing.sitting import once


class Begun(NamedTuple):
    """An entry of the record, and when it began as its own page tells it."""

    incident: Incident
    at: datetime


def begun(page: Page, at: datetime, incidents: Iterable[Incident]) -> list[Begun]:
    """Return these incidents of `page` with their beginnings; one query in a sitting."""
    harmed = once(_first_harms, page, at)
    return [
        Begun(each, beginning(each.started_at, each.resolved_at, harmed.get(each.pk)))
        for each in incidents
    ]


def _first_harms(page: Page, _at: datetime) -> dict[int, datetime]:
    """When the first impact of each incident began; planned work begins by its own verbs."""
    windows = ImpactWindow.objects.current().filter(page=page, incident__kind=Kind.INCIDENT)
    return dict(windows.order_by().values_list("incident").annotate(Min("start")))
