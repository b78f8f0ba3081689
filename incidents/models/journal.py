"""The pen of one transaction: appends events to a page's journal."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from incidents.models.event import Event
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.site.page import Page
    from incidents.models.story.incident import Incident


@dataclass(frozen=True, slots=True)
class Touched:
    """What the events of one transaction are about; derived rows are renewed by it."""

    incidents: set[int] = field(default_factory=set)
    components: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Journal:
    """Who writes, when, on which page; handed out by `page.writing`."""

    page: "Page"
    by: Actor
    at: datetime
    touched: Touched = field(default_factory=Touched)

    def append(
        self,
        kind: str,
        obj: models.Model,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        incident: "Incident | None" = None,
        tell: bool = False,
        tell_after: datetime | None = None,
    ) -> Event:
        """Append what just happened to `obj`; `tell` asks notifications to tell subscribers.

        `before` and `after` hold what changed, never texts: a redaction must find none here.
        """
        if incident is not None:
            self.touched.incidents.add(incident.pk)
        elif obj._meta.model_name == "component":
            self.touched.components.add(obj.pk)
        elif component := getattr(obj, "component_id", None):
            self.touched.components.add(component)
        return Event.objects.create(
            page=self.page,
            kind=kind,
            object_type=obj._meta.label_lower,
            object_id=str(getattr(obj, "public_id", obj.pk)),
            incident_id=incident.pk if incident else None,
            actor_kind=self.by.kind,
            actor_label=self.by.label,
            actor_person_id=self.by.person_id,
            actor_token_id=self.by.token_id,
            face=self.by.face,
            at=self.at,
            before=before or {},
            after=after or {},
            tell=tell,
            tell_after=(tell_after or self.page.tell_after(self.by, self.at)) if tell else None,
        )
