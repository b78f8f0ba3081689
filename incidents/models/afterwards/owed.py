"""Postmortems that readers may expect and that nobody has published."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models

from incidents.core.levels import Impact
from incidents.core.lifecycles import Kind, Outcome
from incidents.models.afterwards.record import READABLE
from incidents.models.site.page import Page
from incidents.models.story.incident import Incident
from incidents.models.story.window import ImpactWindow

LOOK_BACK: Final = timedelta(days=90)
BAD: Final = (Impact.MAJOR, Impact.CRITICAL)
MOST: Final = 20


def unexplained(page: Page, *, at: datetime) -> list[Incident]:
    """Return major incidents that are over for the page's number of days, the latest first."""
    if not page.postmortem_days:
        return []
    until = at - timedelta(days=page.postmortem_days)
    over = page.incidents.filter(
        kind=Kind.INCIDENT,
        rehearsal=False,
        withdrawn_at=None,
        resolved_at__lte=until,
        resolved_at__gt=at - LOOK_BACK,
    )
    told = over.exclude(postmortems__status__in=READABLE).exclude(outcome__in=Outcome.values)
    windows = ImpactWindow.objects.current()
    found = told.order_by("-resolved_at")[:MOST].prefetch_related(
        models.Prefetch("windows", windows), "postmortems"
    )
    return [incident for incident in found if incident.impact in BAD]
