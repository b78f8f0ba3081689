"""What a page says at one instant, read in a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Self

from django.db.models import Q

from incidents.core.levels import PageStatus, roll_up
from incidents.core.lifecycles import Kind, Status
from incidents.core.viewers import PUBLIC, Viewer
from incidents.models import Component, ComponentGroup, ImpactWindow, Incident, Page

RECENT: Final = timedelta(days=14)
BARS: Final = timedelta(days=90)


@dataclass(frozen=True)
class PageState:
    """A page as it stands at `at` for `viewer`: components with levels, and what is going on."""

    page: Page
    at: datetime
    viewer: Viewer
    components: list[Component]
    groups: list[ComponentGroup]
    entries: list[Incident]
    windows: list[ImpactWindow]

    @classmethod
    def of(cls, page: Page, *, at: datetime, viewer: Viewer = PUBLIC) -> Self:
        """Read everything that the status page and the JSON summary need."""
        components = page.components.select_related("group", "page").with_levels(at)
        recent = Q(resolved_at__gt=at - RECENT) | Q(updated_at__gt=at - RECENT, resolved_at=None)
        visible = page.incidents.visible_to(viewer)
        going_on = visible.unresolved() | visible.filter(recent)
        return cls(
            page=page,
            at=at,
            viewer=viewer,
            components=list(components),
            groups=list(page.component_groups.all()),
            entries=list(going_on.with_story()),
            windows=windows_of(page, at - BARS, at),
        )

    @cached_property
    def incidents(self) -> list[Incident]:
        """Open incidents, the newest first."""
        return [entry for entry in self._of(Kind.INCIDENT) if entry.is_open]

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
        worst = max(self.incidents, key=lambda entry: _WEIGHT[entry.impact], default=None)
        return roll_up(
            [component.level for component in self.components], worst.impact if worst else None
        )

    def _of(self, kind: Kind) -> list[Incident]:
        return [entry for entry in self.entries if entry.kind == kind]


def windows_of(page: Page, start: datetime, end: datetime) -> list[ImpactWindow]:
    """Return the windows of [start, end) that count, by component and start."""
    windows = ImpactWindow.objects.counting().filter(page=page).touching(start, end)
    return list(windows.select_related("incident").order_by("component_id", "start", "pk"))


_WEIGHT: Final = {"none": 0, "maintenance": 1, "minor": 2, "major": 3, "critical": 4}
