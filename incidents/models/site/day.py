"""Days of a component that were not wholly well: derived from windows, and rebuilt from them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from incidents.core.calendar import DAY, day_of, midnight
from incidents.core.days import Counting, Day, Tally, Trouble, as_columns, second, sweep
from incidents.core.levels import Level
from incidents.models.sight import InSight
from incidents.models.story.window import ImpactWindow

if TYPE_CHECKING:
    from incidents.models.journal import Touched
    from incidents.models.site.page import Page

COLUMNS: Final = (
    "level major_seconds partial_seconds degraded_seconds maintenance_seconds excluded_seconds"
).split()
AT_ONCE: Final = 1000
Kept = dict[tuple[int, date], Day]


class ComponentDay(models.Model):
    """One calendar day of the page's zone; a day without a row was wholly well.

    The seconds are exclusive: each counts once, for what weighed most of all that held then.
    Rows stand for days before `page.days_until`; what came later is read from the windows.
    """

    component = models.ForeignKey("incidents.Component", models.CASCADE, related_name="days")
    on = models.DateField()
    level = models.CharField(max_length=24)
    major_seconds = models.PositiveIntegerField(default=0)
    partial_seconds = models.PositiveIntegerField(default=0)
    degraded_seconds = models.PositiveIntegerField(default=0)
    maintenance_seconds = models.PositiveIntegerField(default=0)
    excluded_seconds = models.PositiveIntegerField(default=0)

    objects = InSight()

    class Meta:
        ordering = ("on",)
        constraints = [
            models.UniqueConstraint(fields=["component", "on"], name="component_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.component_id} on {self.on}"


@dataclass(frozen=True, slots=True)
class Difference:
    """What is kept and what the windows say, where these differ."""

    to_write: Kept
    to_drop: list[int]

    @property
    def days(self) -> int:
        """How many days differ."""
        return len(self.to_write) + len(self.to_drop)

    @classmethod
    def of(
        cls, page: "Page", start: date, end: date, components: Collection[int] | None = None
    ) -> Self:
        """Work out the days [start, end) of some components, or of all, and compare."""
        windows, stored = _sources(page, start, end, components)
        derived = derive(windows, start, end, page.zone, page.counting)
        same: set[tuple[int, date]] = set()
        to_drop: list[int] = []
        for pk, component, on, level, *seconds in stored:
            found = derived.get((component, on))
            if found == (level, tuple(seconds)):
                same.add((component, on))
            elif found is None:
                to_drop.append(pk)
        return cls({key: day for key, day in derived.items() if key not in same}, to_drop)

    def settle(self) -> int:
        """Make what is kept agree with the windows; returns how many days that touched."""
        for start in range(0, len(self.to_drop), AT_ONCE):
            ComponentDay.objects.filter(pk__in=self.to_drop[start : start + AT_ONCE]).delete()
        rows = [
            ComponentDay(component_id=component, on=on, **as_columns(day))
            for (component, on), day in self.to_write.items()
        ]
        ComponentDay.objects.bulk_create(
            rows,
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=["component", "on"],
            update_fields=COLUMNS,
        )
        return self.days


def derive(
    windows: Iterable[ImpactWindow], start: date, end: date, zone: ZoneInfo, counting: Counting
) -> Kept:
    """Return the days [start, end) that saw trouble, worked out from windows."""
    on, dates = start, []
    while on <= end:
        dates.append(on)
        on += DAY
    return derive_until(windows, dates, [midnight(each, zone) for each in dates], counting)


def derive_until(
    windows: Iterable[ImpactWindow],
    dates: list[date],
    instants: list[datetime],
    counting: Counting,
) -> Kept:
    """Return days that begin at `instants`; the last instant only ends the last day."""
    edges = [second(instant) for instant in instants]
    troubles: dict[int, list[Trouble]] = {}
    for window in windows:
        until = edges[-1] if window.end is None else second(window.end)
        counts = window.kind not in counting.excludes
        trouble = Trouble(second(window.start), until, window.page_level, counts)
        troubles.setdefault(window.component_id, []).append(trouble)
    return {
        (component, dates[number]): day
        for component, found in troubles.items()
        for number, day in sweep(found, edges, counting).items()
    }


def renew(page: "Page", touched: "Touched", at: datetime) -> int:
    """Renew the kept days that the windows of some incidents or components lie in.

    Runs at the end of every transaction that writes to the record, so that no verb can forget
    it: whatever an event names is derived again. Returns how many days changed.
    """
    if page.days_until is None or not (touched.incidents or touched.components):
        return 0
    by_hand = Q(incident=None, component__in=touched.components)
    windows = ImpactWindow.objects.filter(
        by_hand | Q(incident__in=touched.incidents), start__lt=midnight(page.days_until, page.zone)
    )
    spans = list(windows.values_list("component_id", "start", "end", "closed_at"))
    if not spans:
        return 0
    start = day_of(min(start for _component, start, *_ in spans), page.zone)
    # What is ended just now was open until now, and stood in every day since.
    ends = [
        day_of(end, page.zone) + DAY if end and (closed is None or closed < at) else page.days_until
        for *_, end, closed in spans
    ]
    components = {component for component, *_ in spans}
    return Difference.of(page, start, min(max(ends), page.days_until), components).settle()


def earliest(page: "Page") -> date | None:
    """The first day on which anything is kept, or held by a window."""
    first = ImpactWindow.objects.filter(page=page).order_by("start").first()
    kept = ComponentDay.objects.filter(component__page=page).order_by("on").first()
    days = [first and day_of(first.start, page.zone), kept and kept.on]
    return min((day for day in days if day), default=None)


def kept_days(page: "Page", start: date, end: date, **which: Any) -> Kept:
    """Return the kept days [start, end) by component and date."""
    rows = ComponentDay.objects.filter(component__page=page, on__gte=start, on__lt=end, **which)
    return {
        (component, on): Day(Level(level), Tally(*seconds))
        for component, on, level, *seconds in rows.order_by().values_list(
            "component_id", "on", *COLUMNS
        )
    }


def _sources(
    page: "Page", start: date, end: date, components: Collection[int] | None
) -> tuple[models.QuerySet[ImpactWindow], models.QuerySet[ComponentDay, Any]]:
    edges = midnight(start, page.zone), midnight(end, page.zone)
    windows = ImpactWindow.objects.counting().filter(page=page).touching(*edges)
    stored = ComponentDay.objects.filter(component__page=page, on__gte=start, on__lt=end)
    if components is not None:
        windows = windows.filter(component__in=components)
        stored = stored.filter(component__in=components)
    fields = ("component_id", "start", "end", "level", "cohort_id", "kind")
    return (
        windows.order_by().only(*fields),
        stored.order_by().values_list("pk", "component_id", "on", *COLUMNS),
    )
