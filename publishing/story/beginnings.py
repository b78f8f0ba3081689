"""Since when many incidents go on, for lists that read none of their windows."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Min, Q

from incidents.core.impacts import Precision, beginning
from incidents.core.lifecycles import Kind
from incidents.models import ImpactWindow, Incident, Page
from publishing.sitting import once


class Begun(NamedTuple):
    """An entry of the record, and when it began as its own page tells it: roughly, at times."""

    incident: Incident
    at: datetime
    about: bool = False


def begun(page: Page, at: datetime, incidents: Iterable[Incident]) -> list[Begun]:
    """Return these incidents of `page` with their beginnings; one query in a sitting."""
    harmed = once(_first_harms, page, at)
    return [_begun(each, *harmed.get(each.pk, (None, None))) for each in incidents]


def _begun(incident: Incident, harmed: datetime | None, exactly: datetime | None) -> Begun:
    at = beginning(incident.started_at, incident.resolved_at, harmed)
    return Begun(incident, at, about=at == harmed and harmed != exactly)


def _first_harms(page: Page, _at: datetime) -> dict[int, tuple[datetime, datetime | None]]:
    """When the first impact of each incident began, and the first that is known to the minute.

    Planned work begins by its own verbs.
    """
    windows = ImpactWindow.objects.current().filter(page=page, incident__kind=Kind.INCIDENT)
    exactly = Min("start", filter=~Q(precision=Precision.ABOUT))
    rows = windows.order_by().values_list("incident").annotate(first=Min("start"), exactly=exactly)
    return {incident: (first, exactly) for incident, first, exactly in rows}
