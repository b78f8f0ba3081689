"""What a page says at one instant, read in a constant number of queries."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any, Final, Self

from django.db.models import BigIntegerField, DateTimeField, Prefetch

from incidents.core.calendar import DAY, day_of, midnight
from incidents.core.levels import AT_WORK, Impact, Level, PageStatus, looks, roll_up
from incidents.core.lifecycles import Kind, Status
from incidents.core.viewers import PUBLIC, Viewer, for_everybody, let_in_to, limited_to
from incidents.models import Component, ComponentGroup, ImpactWindow, Incident, Page
from incidents.models.compiled import Given
from incidents.models.picking import news
from incidents.models.whole import Known, Statement
from incidents.uptime import UptimeRecord, live_from

RECENT: Final = timedelta(days=14)
BARS: Final = 90
MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Before:
    """What one viewer's state of one page was read from last time, for whoever reads it often."""

    components: Known = field(default_factory=dict)
    entries: Known = field(default_factory=dict)


@dataclass(frozen=True)
class PageState:
    """A page as it stands at `at` for `viewer`: components with levels, and what is going on."""

    page: Page
    at: datetime
    viewer: Viewer
    components: list[Component]
    groups: list[ComponentGroup]
    entries: list[Incident]

    @classmethod
    def of(
        cls, page: Page, *, at: datetime, viewer: Viewer = PUBLIC, before: Before | None = None
    ) -> Self:
        """Read everything that the status page and the JSON summary need.

        Components and entries that are as they were `before` are the same instances again, and no
        more those of the state that was read then.
        """
        before = before or Before()
        components = _components(page, at, before.components)
        return cls(
            page=page,
            at=at,
            viewer=viewer,
            components=components,
            groups=_groups(components),
            entries=_entries(page, at, viewer, before.entries),
        )

    @cached_property
    def uptime(self) -> UptimeRecord:
        """The last ninety days of every component."""
        first = first_day(self.page, self.at)
        windows = [window for each in self.components for window in each.latest_windows]
        return UptimeRecord.of(self.page, first, self.at, windows=windows)

    @cached_property
    def levels(self) -> dict[int, Level]:
        """The effective level of every component, by its primary key."""
        return {each.pk: each.level for each in self.components}

    @cached_property
    def incidents(self) -> list[Incident]:
        """Open incidents, the newest first."""
        return [entry for entry in self._of(Kind.INCIDENT) if entry.is_open]

    @cached_property
    def worst_first(self) -> list[Incident]:
        """Open incidents, the worst as they look first, the newest among equals."""
        return sorted(
            self.incidents,
            key=lambda entry: (_weight(entry), entry.started_at, entry.pk),
            reverse=True,
        )

    @cached_property
    def maintenances(self) -> list[Incident]:
        """Maintenance that is coming or under way, the next one first."""
        waiting = [entry for entry in self._of(Kind.MAINTENANCE) if entry.is_open]
        return sorted(
            waiting, key=lambda entry: (entry.status == Status.ANNOUNCED, entry.started_at)
        )

    @cached_property
    def announcements(self) -> list[Incident]:
        """Announcements that stand."""
        return [entry for entry in self._of(Kind.ANNOUNCEMENT) if entry.is_open]

    @cached_property
    def recent(self) -> list[Incident]:
        """What ended within the last two weeks, the newest first."""
        over = [entry for entry in self.entries if not entry.is_open]
        return sorted(over, key=lambda entry: entry.resolved_at or entry.updated_at, reverse=True)

    @cached_property
    def status(self) -> PageStatus:
        """The page's roll-up in Statuspage's words."""
        impacts = [entry.impact for entry in self.incidents]
        worst = max(impacts, key=_WEIGHT.__getitem__, default=self._work)
        return roll_up([*self.levels.values()], worst)

    @cached_property
    def shown(self) -> PageStatus:
        """The same for readers: while staff work on what is no trifle, a page is not green."""
        at_work = any(
            each.status != Status.MONITORING and each.impact_override != Impact.NONE
            for each in self.incidents
        )
        if at_work:
            return AT_WORK if self.status.indicator in MILD else self.status
        grave = any(each.impact != Impact.NONE for each in self.incidents)
        return self.status if grave or self.levels else roll_up([], self._work)

    @property
    def _work(self) -> Impact | None:
        """What planned work makes of a page without components."""
        under_way = any(each.status in UNDER_WAY for each in self.maintenances)
        return Impact.MAINTENANCE if under_way else None

    def _of(self, kind: Kind) -> list[Incident]:
        return [entry for entry in self.entries if entry.kind == kind]


def first_day(page: Page, at: datetime) -> date:
    """The first of the ninety days that end today."""
    return day_of(at, page.zone) - DAY * (BARS - 1)


def _components(page: Page, at: datetime, known: Known) -> list[Component]:
    """The components with what they need and the windows that hold at `at`, as `with_levels` does.

    Beside these come all that touch the days that are not kept yet.
    """
    since = midnight(live_from(page, first_day(page, at), at), page.zone)
    components = _parts().read(known, page=page.pk, since=since, until=at + MOMENT)
    for each in components:
        each.page = page
        each.open_windows = [
            window
            for window in each.latest_windows
            if window.start <= at and (window.end is None or window.end > at)
        ]
    return components


@cache
@for_everybody
def _parts() -> Statement[Component]:
    since: Any = Given("since", DateTimeField())
    until: Any = Given("until", DateTimeField())
    latest = ImpactWindow.objects.counting().touching(since, until)
    return Statement(
        Component.objects.filter(page=Given("page", BigIntegerField())),
        "group",
        Prefetch("depends_on", Component.objects.all(), to_attr="needed"),
        Prefetch("windows", latest, to_attr="latest_windows"),
    )


def _entries(page: Page, at: datetime, viewer: Viewer, known: Known) -> list[Incident]:
    """What goes on, and what ended lately."""
    entries = _news(viewer, let_in=let_in_to() == page.pk).read(
        known, page=page.pk, since=at - RECENT
    )
    for each in entries:
        each.page = page
    if limited_to() is None:
        return entries
    some = page.incidents.filter(pk__in=[each.pk for each in entries])
    seen = set(some.in_sight().values_list("pk", flat=True))
    return [each for each in entries if each.pk in seen]


@cache
@for_everybody
def _news(viewer: Viewer, *, let_in: bool) -> Statement[Incident]:
    since: Any = Given("since", DateTimeField())
    told = Incident.objects.filter(page=Given("page", BigIntegerField())).going_on(since=since)
    if viewer is PUBLIC:
        told = told.published()
        # Not `readable`: that depends on who is looking while this is compiled.
        told = told if let_in else told.filter(page__visibility=Page.Visibility.PUBLIC)
    return Statement(told, *news())


def _groups(components: list[Component]) -> list[ComponentGroup]:
    """The headings in use, in their order."""
    groups = {each.group_id: each.group for each in components if each.group is not None}
    return sorted(groups.values(), key=lambda group: (group.position, group.pk))


def _weight(entry: Incident) -> int:
    """How far up it stands: of what nobody knows yet what it hits, nobody knows that it is less."""
    return _WEIGHT[looks(entry.impact, entry.impact_override)]


UNDER_WAY: Final = (Status.IN_PROGRESS, Status.VERIFYING)
# What no incident is hidden behind: planned work neither.
MILD: Final = ("none", "maintenance")
_WEIGHT: Final = {"none": 0, "maintenance": 1, "minor": 2, "major": 3, "critical": 4}
