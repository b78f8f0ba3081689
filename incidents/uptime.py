"""Uptime of components over any period: from kept days, and from windows where none is kept yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from django.db.models import Q

from incidents.core.calendar import DAY, day_of, midnight
from incidents.core.days import Counting, Day, Tally, second
from incidents.core.uptime import percent
from incidents.models import Component, ImpactWindow, Page
from incidents.models.site.day import Kept, derive_until, kept_days

ALL: Final = Fraction(1)


@dataclass(frozen=True)
class Uptime:
    """How one component did in one period; seconds are whole, exclusive and exact."""

    seconds: int
    tally: Tally
    counting: Counting

    @cached_property
    def share(self) -> Fraction | None:
        """The share that was up, from 0 to 1; None where no second of the period counts."""
        if self.seconds <= 0:
            return None
        if not any(self.tally):
            return ALL
        return 1 - self.tally.downtime(self.counting.weights) / self.seconds

    def percent(self, digits: int = 2) -> str:
        """Percent, cut off and never rounded up; "" where there is nothing to count."""
        return "" if self.share is None else percent(self.share, digits)


@dataclass(frozen=True)
class UptimeRecord:
    """The days of some components from `first` until `at`, in two queries."""

    at: datetime
    zone: ZoneInfo
    counting: Counting
    first: date
    found: Kept

    @classmethod
    def of(
        cls,
        page: Page,
        first: date,
        at: datetime,
        *,
        components: Sequence[Component] | None = None,
        windows: Iterable[ImpactWindow] | None = None,
    ) -> Self:
        """Read the days of some components, or of all; `windows` if they were read already."""
        live = live_from(page, first, at)
        which = {} if components is None else {"component__in": components}
        kept = kept_days(page, first, live, **which) if first < live else {}
        if windows is None:
            windows = windows_of(page, midnight(live, page.zone), at, **which)
        return cls(at, page.zone, page.counting, first, kept | live_days(page, windows, live, at))

    def day(self, component: Component, on: date) -> Day | None:
        """What one day was like; None where it was wholly well."""
        return self.found.get((component.pk, on))

    def uptime(self, component: Component, start: date, end: date) -> Uptime:
        """Return how a component did on the days [start, end), as far as they have come."""
        begins = max(start, self.first, component.start_date or start)
        found = self.days_of.get(component.pk, ())
        tallies = [day.tally for on, day in found if begins <= on < end]
        well = self._well(begins, end)
        return replace(well, tally=Tally.total(tallies)) if tallies else well

    def _well(self, begins: date, end: date) -> Uptime:
        """Days without trouble, which most components share."""
        if (begins, end) not in self._all_well:
            until = min(midnight(end, self.zone), self.at)
            seconds = second(until) - second(midnight(begins, self.zone))
            self._all_well[begins, end] = Uptime(max(seconds, 0), Tally(), self.counting)
        return self._all_well[begins, end]

    @cached_property
    def _all_well(self) -> dict[tuple[date, date], Uptime]:
        return {}

    @cached_property
    def days_of(self) -> dict[int, list[tuple[date, Day]]]:
        """Every day that saw trouble, by component."""
        sorted_in: dict[int, list[tuple[date, Day]]] = {}
        for (component, on), day in sorted(self.found.items()):
            sorted_in.setdefault(component, []).append((on, day))
        return sorted_in


def mean(uptimes: Iterable[Uptime]) -> Fraction | None:
    """Return the uptime of a group or page: the mean of its components', each counting alike.

    A component that had not begun in the period is left out; None where none had.
    """
    shares = [uptime.share for uptime in uptimes if uptime.share is not None]
    return sum(shares, Fraction(0)) / len(shares) if shares else None


def between(
    page: Page, components: Sequence[Component], start: datetime, end: datetime
) -> dict[int, Uptime]:
    """Return how components did over [start, end), to the second, whatever hours these are."""
    first, last = day_of(start, page.zone) + DAY, day_of(end, page.zone)
    last = min(last, page.days_until or first)
    rims, kept = [(start, end)], {}
    if first < last:
        kept = kept_days(page, first, last, component__in=components)
        rims = [(start, midnight(first, page.zone)), (midnight(last, page.zone), end)]
    touching = Q()
    for rim in rims:
        touching |= Q(start__lt=rim[1]) & (Q(end=None) | Q(end__gt=rim[0]))
    counting = ImpactWindow.objects.counting().filter(touching, component__in=components)
    windows: dict[int, list[ImpactWindow]] = {}
    for window in counting.order_by():
        windows.setdefault(window.component_id, []).append(window)
    found: dict[int, list[tuple[date, Tally]]] = {}
    for (pk, on), day in kept.items():
        found.setdefault(pk, []).append((on, day.tally))
    return {
        each.pk: _between(
            page, each, found.get(each.pk, []), windows.get(each.pk, []), rims, (start, end)
        )
        for each in components
    }


def windows_of(page: Page, start: datetime, end: datetime, **which: Any) -> list[ImpactWindow]:
    """Return the windows of a page that count in [start, end)."""
    windows = ImpactWindow.objects.counting().filter(page=page, **which).touching(start, end)
    windows = windows.select_related("incident").order_by("component_id", "start", "pk")
    return list(windows)


def live_from(page: Page, first: date, at: datetime) -> date:
    """The first day that has to be worked out from windows: today, or where the clock stands."""
    today = day_of(at, page.zone)
    return max(first, min(page.days_until or first, today))


def live_days(page: Page, windows: Iterable[ImpactWindow], live: date, at: datetime) -> Kept:
    """Work out the days from `live` on; the last one ends at `at`."""
    today = day_of(at, page.zone)
    dates = [live + DAY * number for number in range((today - live).days + 1)]
    instants = [*(midnight(on, page.zone) for on in dates), at]
    return derive_until(windows, dates, instants, page.counting)


def _between(
    page: Page,
    component: Component,
    kept: list[tuple[date, Tally]],
    own: list[ImpactWindow],
    rims: list[tuple[datetime, datetime]],
    period: tuple[datetime, datetime],
) -> Uptime:
    begins = period[0]
    if component.start_date:
        begins = max(begins, midnight(component.start_date, page.zone))
    tallies = [
        tally for on, tally in kept if component.start_date is None or on >= component.start_date
    ]
    for start, end in rims:
        if (start := max(start, begins)) < end:
            found = derive_until(own, [start.date()], [start, end], page.counting)
            tallies += [day.tally for day in found.values()]
    return Uptime(max(second(period[1]) - second(begins), 0), Tally.total(tallies), page.counting)
