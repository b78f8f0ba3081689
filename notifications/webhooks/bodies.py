"""What a webhook says: Statuspage's body, so that old receivers keep working, with what is ours.

What one broadcast says is the same bytes for everybody but for one link, which stands first.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from incidents.core.webhooks import Meta, Written, component_webhook, envelope, incident_webhook
from incidents.corrections import told
from incidents.models import Component, Incident, Page
from incidents.models.planned.dates import planned_of
from incidents.reading import PageState
from notifications import tokens
from notifications.bulletins import Bulletin
from notifications.kinds import Kind
from notifications.models.broadcast import Broadcast
from notifications.webhooks.settings import NEWEST

OPENING: Final = '{"meta": {"unsubscribe": "'

Body = dict[str, Any]


class Form(NamedTuple):
    """The bytes of a body around its one gap."""

    head: bytes
    tail: bytes

    @classmethod
    def of(cls, text: str) -> "Form":
        """Cut a body that was made for nobody in particular."""
        if not text.startswith(OPENING):
            raise ValueError("A webhook's body begins with its link.")
        return cls(OPENING.encode(), text[len(OPENING) :].encode())

    def addressed(self, link: str) -> bytes:
        """The body of whoever has this link."""
        return b"%b%b%b" % (self.head, link.encode("ascii"), self.tail)


@dataclass(frozen=True)
class Change:
    """A component whose level was set by hand."""

    component: Component
    old_level: str
    new_level: str
    held_level: str = ""


def news(broadcast: Broadcast, at: datetime, version: str = NEWEST) -> str:
    """What the webhooks of a broadcast say, made at `at`, without a link of anybody's."""
    incident = _incident(broadcast)
    ours = {"version": version, "event": broadcast.event.kind}
    if incident is None:
        return _written(_of_page(broadcast, at) | {"candor": ours})
    return _written(
        _of_incident(broadcast, incident, at) | {"candor": ours | _ours(broadcast, incident)}
    )


def sample(page: Page, at: datetime, version: str = NEWEST) -> str:
    """What a test message says."""
    ours = {"version": version, "event": "test"}
    return _written(dict(envelope(page, _meta(page, at), _status(page, at))) | {"candor": ours})


def _incident(broadcast: Broadcast) -> Incident | None:
    if broadcast.incident_id is None:
        return None
    return Incident.objects.with_story().get(pk=broadcast.incident_id)


def _of_incident(broadcast: Broadcast, incident: Incident, at: datetime) -> Body:
    page = broadcast.page
    body = incident_webhook(
        incident,
        page,
        meta=_meta(page, at),
        status=_status(page, at),
        impact=incident.impact,
        updates=told(incident),
        planned=planned_of(incident),
        postmortem=_postmortem(broadcast),
    )
    return dict(body)


def _of_page(broadcast: Broadcast, at: datetime) -> Body:
    """A component that was changed by hand, or what is about the page as a whole."""
    page, event = broadcast.page, broadcast.event
    meta, status = _meta(page, at), _status(page, at)
    if broadcast.kind != Kind.COMPONENT:
        return dict(envelope(page, meta, status))
    component = page.components.get(public_id=event.object_id)
    change = Change(component, event.before["level"], event.after["level"])
    name = tokens.key_of_news(broadcast.pk, Kind.COMPONENT, component.public_id)
    return dict(component_webhook(change, page, meta=meta, status=status, id=name, at=event.at))


def _postmortem(broadcast: Broadcast) -> Written | None:
    if broadcast.kind != Kind.POSTMORTEM:
        return None
    written = Bulletin.of(broadcast)
    return Written(written.text, broadcast.event.at, broadcast.event.at)


def _ours(broadcast: Broadcast, incident: Incident) -> Body:
    """What Statuspage has no field for: what this is about, and what corrects what."""
    updates = list(incident.updates.all())
    about = next((each for each in updates if each.public_id == broadcast.event.object_id), None)
    return {
        "update": {"id": about.public_id, "url": about.public_url} if about else None,
        "corrections": [
            {"id": each.public_id, "corrects": each.corrects.public_id, "url": each.public_url}
            for each in updates
            if each.corrects is not None
        ],
        "outcome": incident.outcome or None,
        "redacted": [each.public_id for each in updates if each.redacted_at],
    }


def _meta(page: Page, at: datetime) -> Meta:
    return Meta(unsubscribe="", documentation=page.url(), generated_at=at)


def _status(page: Page, at: datetime) -> Any:
    return PageState.of(page, at=at).status


def _written(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)
