"""Periods that were told differently once they were over: when, and where it is explained."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from incidents.core.calendar import Period, day_of, midnight
from incidents.models import ImpactWindow, Page
from incidents.models.sight import is_in_sight

# Writing an evening down on the next day is no correction.
GRACE: Final = timedelta(days=1)
FACTS: Final = ("component_id", "cohort_id", "level", "kind", "start", "end")


@dataclass(frozen=True)
class Correction:
    """One day on which a period's figures changed, and what changed them."""

    period: Period
    on: date
    title: str
    path: str

    @staticmethod
    def span(period: Period, page: Page) -> tuple[datetime, datetime]:
        """The instants between which a period lies."""
        return midnight(period.start, page.zone), midnight(period.end, page.zone)


def corrections(page: Page, periods: Iterable[Period], at: datetime) -> list[Correction]:
    """Return what was changed about periods after their end, the newest first; one query."""
    over = {
        period: span
        for period in periods
        if (span := Correction.span(period, page))[1] + GRACE <= at and page.created_at < span[1]
    }
    if not over:
        return []
    found: dict[Correction, None] = {}
    for window in _late(page, over):
        for period, (start, end) in over.items():
            changed = _changed(window, start, end)
            if changed is not None and changed <= at:
                found[_correction(window, period, changed, page)] = None
    return sorted(found, key=lambda each: (each.on, each.period.name, each.title), reverse=True)


def _late(page: Page, over: dict[Period, tuple[datetime, datetime]]) -> list[ImpactWindow]:
    """Windows that were written, or replaced, after a period that they lie in."""
    late = Q()
    for start, end in over.values():
        told = Q(recorded_at__gte=end + GRACE) | Q(superseded_at__gte=end + GRACE)
        late |= Q(start__lt=end) & (Q(end=None) | Q(end__gt=start)) & told
    public = Q(incident=None) | Q(incident__published_at__isnull=False, incident__rehearsal=False)
    windows = ImpactWindow.objects.filter(late, public, page=page)
    windows = windows.select_related("incident", "component", "superseded_by")
    return list(windows.prefetch_related("supersedes"))


def _changed(window: ImpactWindow, start: datetime, end: datetime) -> datetime | None:
    """When a window changed a period after its end, if it did."""
    if window.start >= end or (window.end is not None and window.end <= start):
        return None
    if window.superseded_at is None:
        reworded = any(_same(window, each) for each in window.supersedes.all())
        late = window.recorded_at >= end + GRACE and not reworded
        return window.recorded_at if late else None
    if window.superseded_at < end + GRACE or _same(window, window.superseded_by):
        return None
    return window.superseded_at


def _same(window: ImpactWindow, other: ImpactWindow | None) -> bool:
    """Whether another row says the same about uptime, and only words differ."""
    facts: Any = [getattr(window, name) for name in FACTS]
    return other is not None and facts == [getattr(other, name) for name in FACTS]


def _correction(window: ImpactWindow, period: Period, changed: datetime, page: Page) -> Correction:
    told = window.incident if window.incident and is_in_sight(window.incident) else None
    about = told or window.component
    on = day_of(changed, page.zone)
    return Correction(period, on, str(about), about.public_path)
