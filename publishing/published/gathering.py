"""What events are about: the incidents, components and postmortems that a change lies in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime

from incidents.models import Component, Event, Incident, Postmortem
from publishing.published.inventory import BEGINNING

# Where a name or a rule changes that is told everywhere.
EVERYWHERE: Final = ("page.", "group.", "component.added", "component.changed")
# Whose page showed one before is not told; a page has few components.
METRIC: Final = "metric."
LEVEL_SET: Final = "component.level_set"
# A look of its own files: pages stay as they are, unless a picture takes another room in them.
LOOK: Final = ("page.theme_changed", "page.picture_set")
# What adds to an incident's story: how it stood before is not another for it.
ADDING: Final = (
    "cohort.", "commitment.", "incident.linked", "incident.opened", "incident.resolved",
    "incident.silent", "incident.unlinked", "incident.updated", "note.added", "note.progressed",
    "route.", "update.reached", "window.",
)  # fmt: skip


@dataclass
class Touched:
    """Things of the record, by primary key."""

    everything: bool = False
    look: bool = False
    incidents: set[int] = field(default_factory=set)
    components: set[int] = field(default_factory=set)
    postmortems: set[int] = field(default_factory=set)
    instants: set[datetime] = field(default_factory=set)
    # From when on the past of an incident reads otherwise.
    rewritten: dict[int, datetime] = field(default_factory=dict)
    # When the first level was set by hand, or read from elsewhere.
    levels_since: datetime | None = None

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        """Gather what these events are about, of which readers see something."""
        found = cls()
        for event in events:
            found._add(_about(event, cls()), event)
        return found

    def _add(self, more: "Touched", event: Event) -> None:
        self.everything |= more.everything
        self.look |= more.look
        self.incidents |= more.incidents
        self.components |= more.components
        self.postmortems |= more.postmortems
        self.instants |= more.instants
        if event.kind == LEVEL_SET:
            self.levels_since = min(event.at, self.levels_since or event.at)
        since = event.at if event.kind.startswith(ADDING) else BEGINNING
        for incident in more.incidents:
            self.rewritten[incident] = min(since, self.rewritten.get(incident, since))


def _about[T: Touched](event: Event, found: T) -> T:
    if event.kind in LOOK and event.before.get("size") == event.after.get("size"):
        found.look = True
        return found
    if event.kind.startswith(EVERYWHERE):
        found.everything = True
        return found
    if event.kind.startswith(METRIC):
        on_page = Component.objects.filter(page=event.page_id)
        found.components |= set(on_page.values_list("pk", flat=True))
    if event.incident_id is not None:
        found.incidents.add(event.incident_id)
    found.instants |= set(_instants(event))
    try:
        _gather_object(found, event.object())
    except (ObjectDoesNotExist, LookupError):
        _gather_removed(found, event)
    return found


def _gather_object(found: Touched, about: models.Model) -> None:
    """What an event is about hangs on an incident, a component or a postmortem by some name."""
    about = getattr(about, "action", about)
    match about:
        case Incident():
            found.incidents.add(about.pk)
        case Component():
            found.components.add(about.pk)
        case Postmortem():
            found.postmortems.add(about.pk)
    for name, keys in (
        ("incident_id", found.incidents),
        ("maintenance_id", found.incidents),
        ("source_id", found.incidents),
        ("target_id", found.incidents),
        ("component_id", found.components),
        ("postmortem_id", found.postmortems),
    ):
        if (key := getattr(about, name, None)) is not None:
            keys.add(key)
    if about._meta.model_name == "recurrence":
        planned = Incident.objects.filter(recurrence=about.pk)
        found.incidents |= set(planned.values_list("pk", flat=True))


def _gather_removed(found: Touched, event: Event) -> None:
    """What is there no more may have stood in any postmortem of the incident."""
    if event.incident_id is not None:
        told = Postmortem.objects.filter(incidents=event.incident_id)
        found.postmortems |= set(told.values_list("pk", flat=True))


def _instants(event: Event) -> Iterator[datetime]:
    """Instants that something had before: the month in which it was told has to forget it."""
    for name in ("started_at", "start", "end"):
        for side in (event.before, event.after):
            moment = parse_datetime(side[name]) if isinstance(side.get(name), str) else None
            if moment is not None:
                yield moment
