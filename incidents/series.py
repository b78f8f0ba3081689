"""One trouble in several incidents: what hangs together, and how long it was in all."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Self

from django.db.models import Prefetch

from incidents.core.intervals import seconds
from incidents.core.levels import Level
from incidents.core.reaching import together
from incidents.core.viewers import PUBLIC, Viewer
from incidents.models import Component, ImpactWindow, Incident, IncidentLink
from incidents.models.story.link import IN_SERIES


@dataclass(frozen=True)
class Series:
    """The incidents that hang together with one, the earliest first, and what they broke."""

    members: list[Incident]
    windows: list[ImpactWindow]
    at: datetime

    @classmethod
    def of(cls, incident: Incident, *, at: datetime, viewer: Viewer = PUBLIC) -> Self | None:
        """Read the series in three queries, however long it is; None for what stands alone."""
        visible = incident.page.incidents.visible_to(viewer).filter(withdrawn_at=None)
        links = IncidentLink.objects.filter(
            kind__in=IN_SERIES, source__in=visible, target__in=visible
        )
        keys = together(links.values_list("source_id", "target_id"), incident.pk)
        if len(keys) == 1:
            return None
        members = visible.filter(pk__in=keys).select_related("page").order_by("started_at", "pk")
        current = ImpactWindow.objects.current().select_related("component")
        told = list(members.prefetch_related(Prefetch("windows", current)))
        windows = (window for member in told for window in member.windows.all())
        broken = (window for window in windows if window.level != Level.UNDER_MAINTENANCE)
        return cls(told, sorted(broken, key=lambda window: (window.start, window.pk)), at)

    @property
    def earliest(self) -> Incident:
        """The incident after which the series is named; planned work may have come before it."""
        incidents = (member for member in self.members if not member.is_maintenance)
        return next(incidents, self.members[0])

    @property
    def public_path(self) -> str:
        """Where the world reads it, within the page."""
        return f"series/{self.earliest.public_id}/"

    @property
    def is_open(self) -> bool:
        """Whether any of it goes on."""
        return any(member.is_open for member in self.members)

    @cached_property
    def started_at(self) -> datetime:
        """When the first of it began; harm may have begun before its incident was opened."""
        return min(member.began for member in self.members)

    @cached_property
    def ended_at(self) -> datetime | None:
        """When the last of it was over; None while it goes on."""
        if self.is_open:
            return None
        ends = [window.end for window in self.windows if window.end]
        return max([each.resolved_at for each in self.members if each.resolved_at] + ends)

    @cached_property
    def total(self) -> timedelta:
        """How long anything was broken; what overlaps counts once, what goes on up to now."""
        return _union(self.windows, self.at)

    @cached_property
    def by_component(self) -> list[tuple[Component, timedelta]]:
        """How long each component was broken, the longest first."""
        held: defaultdict[Component, list[ImpactWindow]] = defaultdict(list)
        for window in self.windows:
            held[window.component].append(window)
        lengths = [(component, _union(windows, self.at)) for component, windows in held.items()]
        return sorted(lengths, key=lambda row: (-row[1], row[0].position, row[0].pk))

    def place_of(self, incident: Incident) -> int:
        """Return which of the series an incident is, counted from one."""
        return self.members.index(incident) + 1

    def length_of(self, incident: Incident) -> timedelta:
        """Return how long one of them broke anything."""
        return _union((each for each in self.windows if each.incident_id == incident.pk), self.at)


def _union(windows: Iterable[ImpactWindow], at: datetime) -> timedelta:
    return timedelta(seconds=seconds(window.span(at) for window in windows))
