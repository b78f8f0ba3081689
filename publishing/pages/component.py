"""The page of one component: its days, its months, what touched it, and what it hangs on."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Prefetch

from incidents.core.calendar import (
    DAY,
    Period,
    day_of,
    first_of_month,
    midnight,
    months,
    months_later,
)
from incidents.core.days import second
from incidents.core.uptime_words import figure, length
from incidents.core.viewers import PUBLIC
from incidents.models import Component, ImpactWindow, Incident, Mirror, Page
from incidents.uptime import Uptime, UptimeRecord, windows_of
from publishing.artefact import Artefact, Missing
from publishing.drawn.bars import Bars, Day
from publishing.html import html
from publishing.pages import metrics
from publishing.story import needs
from publishing.story.beginnings import Begun, begun
from publishing.words import uptimes

MONTHS = 12
INCIDENTS = 30


@dataclass(frozen=True)
class Month:
    """One month of a component."""

    period: Period
    uptime: Uptime

    @property
    def figure(self) -> str:
        return figure(self.uptime.share)

    @property
    def aside(self) -> str:
        return ", ".join(uptimes.asides(self.uptime))

    @property
    def trouble(self) -> str:
        """How long it was not fully well, whether that counts or not."""
        return length(self.uptime.tally.trouble)


@dataclass(frozen=True)
class Run:
    """Days in a row that were alike: the same level, because of the same incidents."""

    days: list[Day]
    incidents: list[Incident]

    @property
    def newest(self) -> Day:
        return self.days[0]

    @property
    def oldest(self) -> Day:
        return self.days[-1]

    def goes_on(self, day: Day, incidents: list[Incident]) -> bool:
        """Whether an earlier day belongs to it."""
        follows = self.oldest.on - day.on == DAY and day.level == self.oldest.level
        return follows and incidents == self.incidents


@dataclass(frozen=True)
class Profile:
    """One component at one instant, from what was read in a constant number of queries."""

    component: Component
    at: datetime
    record: UptimeRecord
    windows: list[ImpactWindow]

    @cached_property
    def bars(self) -> Bars:
        return Bars(self.component, self.record)

    @cached_property
    def months(self) -> list[Month]:
        """The months that count, the newest first."""
        zone = self.component.page.zone
        began = self.component.start_date or day_of(self.component.created_at, zone)
        if self.component.start_date is None and (
            told := self.record.days_of.get(self.component.pk)
        ):
            began = min(began, told[0][0])
        first, today = max(self.record.first, began), day_of(self.at, zone)
        return [
            Month(each, self.record.uptime(self.component, each.start, each.end))
            for each in reversed(months(first, today) if first <= today else [])
        ]

    @cached_property
    def runs(self) -> list[Run]:
        """The days with trouble and the incidents that it was, the newest first."""
        found: list[Run] = []
        for day in self.bars.troubled:
            incidents = self._incidents_of(day.on)
            if found and found[-1].goes_on(day, incidents):
                found[-1].days.append(day)
            else:
                found.append(Run([day], incidents))
        return found

    @cached_property
    def incidents(self) -> list[Incident]:
        """What touched it, the newest first."""
        found = {w.incident.pk: w.incident for w in self.windows if w.incident is not None}
        return sorted(found.values(), key=lambda each: (each.started_at, each.pk), reverse=True)

    @property
    def newest_incidents(self) -> list[Begun]:
        return begun(self.component.page, self.at, self.incidents[:INCIDENTS])

    def _incidents_of(self, on: date) -> list[Incident]:
        zone = self.component.page.zone
        start, end = midnight(on, zone), midnight(date.fromordinal(on.toordinal() + 1), zone)
        touching = [
            window.incident
            for window in self.windows
            if window.incident is not None
            and window.start < end
            and (window.end is None or second(window.end) > second(start))
        ]
        return list(dict.fromkeys(touching))


def component(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/components/<id>/`."""
    found = _found(page, at, public_id)
    profile = _profile(page, at, found)
    levels = {each.pk: each.level for each in [*found.depends_on.all(), *found.needed_by.all()]}
    return html(
        "component.html",
        page,
        found.public_path,
        at,
        component=found,
        profile=profile,
        ill_needs=needs.ill(found.depends_on.all(), levels),
        left_out=uptimes.excluded(page) if profile.bars.counted.tally.excluded else [],
        weights=uptimes.weights(page),
        mirror=Mirror.objects.filter(component=found).first(),
        metrics=metrics.of_component(found, at),
    )


def _found(page: Page, at: datetime, public_id: str) -> Component:
    visible = Page.objects.visible_to(PUBLIC).filter(pk=page.pk).values("pk")
    others = page.components.with_levels(at)
    tied = [Prefetch("depends_on", others), Prefetch("needed_by", others)]
    components = page.components.filter(page__in=visible).select_related("group", "page")
    found = components.with_levels(at).prefetch_related(*tied).filter(public_id=public_id).first()
    if found is None:
        raise Missing
    return found


def _profile(page: Page, at: datetime, found: Component) -> Profile:
    first = months_later(first_of_month(day_of(at, page.zone)), 1 - MONTHS)
    windows = windows_of(page, midnight(first, page.zone), at, component=found)
    record = UptimeRecord.of(page, first, at, components=[found])
    return Profile(found, at, record, windows)
