"""Status API v2: the JSON that widgets, bots and exporters of Statuspage read."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from incidents.core import statuspage
from incidents.core.levels import worst
from incidents.core.lifecycles import Kind, Status
from incidents.core.records import Planned
from incidents.core.statuspage import Shape
from incidents.core.viewers import PUBLIC
from incidents.corrections import told
from incidents.models import Component, Incident, Page
from incidents.models.planned.dates import planned_of
from incidents.models.story.incident import IncidentQuerySet
from incidents.reading import PageState
from publishing.artefact import JSON, Artefact, Missing
from publishing.seen import changed_at
from publishing.sitting import once, state_of, step_by_step

NEWEST: Final = 50
ACTIVE: Final = (Status.IN_PROGRESS, Status.VERIFYING)


@dataclass(frozen=True)
class Answers:
    """Everything that v2 can be asked of one page at one instant."""

    page: Page
    at: datetime

    @cached_property
    def head(self) -> Shape:
        # Nobody watches from outside when staff draft something.
        return statuspage.page(self.page, changed_at(self.page))

    @cached_property
    def state(self) -> PageState:
        return state_of(self.page, self.at)

    @cached_property
    def components(self) -> dict[int, Shape]:
        return {
            each.pk: statuspage.component(each, self.page, each.level)
            for each in self.state.components
        }

    def summary(self) -> Shape:
        """The whole page in one answer."""
        return statuspage.summary(
            self.head,
            components=self._all_components(),
            incidents=self._incidents(self.state.incidents),
            scheduled_maintenances=self._maintenances(self._waiting(Status.SCHEDULED, *ACTIVE)),
            status=statuspage.status(self.state.status),
        )

    def status(self) -> Shape:
        """The one line."""
        return statuspage.answer(self.head, "status", statuspage.status(self.state.status))

    def all_components(self) -> Shape:
        """Every component and group."""
        return statuspage.answer(self.head, "components", self._all_components())

    def incidents(self) -> Shape:
        """The newest fifty."""
        return statuspage.answer(
            self.head, "incidents", self._incidents(self._of(Kind.INCIDENT)[:NEWEST])
        )

    def unresolved(self) -> Shape:
        """What goes on."""
        return statuspage.answer(self.head, "incidents", self._incidents(self.state.incidents))

    def maintenances(self) -> Shape:
        """The newest fifty with dates."""
        return self._scheduled(self._dated()[:NEWEST])

    def upcoming(self) -> Shape:
        """What waits for its time."""
        return self._scheduled(self._waiting(Status.SCHEDULED))

    def active(self) -> Shape:
        """What is under way."""
        return self._scheduled(self._waiting(*ACTIVE))

    def _scheduled(self, found: Iterable[Incident]) -> Shape:
        return statuspage.answer(self.head, "scheduled_maintenances", self._maintenances(found))

    def _all_components(self) -> list[Shape]:
        groups = [self._group(group.pk) for group in self.state.groups]
        return [*self.components.values(), *filter(None, groups)]

    def _group(self, pk: int) -> Shape | None:
        members = [each for each in self.state.components if each.group_id == pk]
        if not members or members[0].group is None:
            return None
        level = worst(each.level for each in members)
        return statuspage.component_group(members[0].group, self.page, level, members)

    def _of(self, kind: Kind) -> IncidentQuerySet:
        told = self.page.incidents.visible_to(PUBLIC).of_kind(kind).with_story()
        return told.order_by("-started_at", "-pk")

    def _waiting(self, *statuses: Status) -> list[Incident]:
        return [each for each in self.state.maintenances if each.status in statuses]

    def _dated(self) -> IncidentQuerySet:
        """Work without dates yet has no place in this vocabulary."""
        return self._of(Kind.MAINTENANCE).exclude(status=Status.ANNOUNCED)

    def _incidents(self, found: Iterable[Incident]) -> list[Shape]:
        return [self._incident(each) for each in step_by_step(found)]

    def _incident(self, incident: Incident) -> Shape:
        return statuspage.incident(
            incident,
            self.page,
            impact=incident.impact,
            updates=told(incident),
            components=self._hit(window.component for window in incident.windows.all()),
        )

    def _maintenances(self, found: Iterable[Incident]) -> list[Shape]:
        return [self._maintenance(each) for each in step_by_step(found)]

    def _maintenance(self, maintenance: Incident) -> Shape:
        windows = [each for each in maintenance.scheduled_windows.all() if not each.superseded_at]
        planned = planned_of(maintenance) or Planned()
        components = self._hit(each for window in windows for each in window.components.all())
        shape = statuspage.maintenance(
            maintenance,
            self.page,
            planned=planned,
            updates=told(maintenance),
            components=components,
        )
        return shape | {"status": by_the_clock(str(shape["status"]), planned, self.at)}

    def _hit(self, components: Iterable[Component]) -> list[Shape]:
        keys = dict.fromkeys(component.pk for component in components)
        return [self.components[key] for key in keys if key in self.components]


def answer(page: Page, at: datetime, name: str) -> Artefact:
    """Render `/api/v2/<name>.json`."""
    if name not in NAMES:
        raise Missing
    body = json.dumps(
        NAMES[name](once(Answers, page, at)), ensure_ascii=False, separators=(",", ":")
    )
    return Artefact(f"api/v2/{name}.json", JSON, body.encode(), at)


def by_the_clock(status: str, planned: Planned, at: datetime) -> str:
    """What is past its start is never `scheduled`, even where no clock has turned it yet."""
    if status == "scheduled" and planned.start and planned.start <= at:
        over = planned.end is not None and planned.end <= at and planned.ends_by_itself
        return "completed" if over else "in_progress"
    return status


NAMES: Final[dict[str, Callable[[Answers], Shape]]] = {
    "summary": Answers.summary,
    "status": Answers.status,
    "components": Answers.all_components,
    "incidents": Answers.incidents,
    "incidents/unresolved": Answers.unresolved,
    "scheduled-maintenances": Answers.maintenances,
    "scheduled-maintenances/upcoming": Answers.upcoming,
    "scheduled-maintenances/active": Answers.active,
}
