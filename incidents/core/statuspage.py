"""Atlassian Statuspage's public JSON (Status API v2), word for word.

Nothing here asks the database: what is computed (level, impact, updates) is handed in.
Strict clients reject unknown words, so own words are translated to theirs or left out.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from incidents.core.links import absolute_markdown
from incidents.core.markup import plain
from incidents.core.records import (
    ChangeLike,
    ComponentLike,
    GroupLike,
    IncidentLike,
    PageLike,
    Planned,
    StatusLike,
    Told,
    UpdateLike,
)

type Shape = dict[str, object]

THEIR_STATUS = {"announced": "scheduled", "cancelled": "completed"}


def page(page: PageLike, updated_at: datetime) -> Shape:
    return {
        "id": page.public_id,
        "name": page.name,
        "url": page.url().rstrip("/"),
        "time_zone": page.time_zone,
        "updated_at": moment(updated_at, page.zone),
    }


def status(status: StatusLike) -> Shape:
    return {"indicator": status.indicator, "description": status.description}


def component(component: ComponentLike, page: PageLike, level: str) -> Shape:
    group = component.group
    return {
        "id": component.public_id,
        "name": component.name,
        "status": level,
        "created_at": moment(component.created_at, page.zone),
        "updated_at": moment(component.updated_at, page.zone),
        "position": component.position,
        "description": component.description or None,
        "showcase": component.showcase,
        "start_date": component.start_date.isoformat() if component.start_date else None,
        "group_id": group.public_id if group else None,
        "page_id": page.public_id,
        "group": False,
        "only_show_if_degraded": component.only_show_if_degraded,
    }


def component_group(
    group: GroupLike, page: PageLike, level: str, members: Iterable[ComponentLike]
) -> Shape:
    return {
        "id": group.public_id,
        "name": group.name,
        "status": level,
        "created_at": moment(group.created_at, page.zone),
        "updated_at": moment(group.updated_at, page.zone),
        "position": group.position,
        "description": None,
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": page.public_id,
        "group": True,
        "only_show_if_degraded": False,
        "components": [member.public_id for member in members],
    }


def incident(
    incident: IncidentLike,
    page: PageLike,
    *,
    impact: str,
    updates: Sequence[Told],
    components: Sequence[Shape] = (),
) -> Shape:
    """`updates` newest first; `components` are finished shapes of this module."""
    zone = page.zone
    return {
        "id": incident.public_id,
        "name": incident.title,
        "status": their_status(incident.status),
        "created_at": moment(incident.created_at, zone),
        "updated_at": moment(incident.updated_at, zone),
        "monitoring_at": moment_or_none(incident.monitoring_at, zone),
        "resolved_at": moment_or_none(incident.resolved_at, zone),
        "impact": impact,
        "shortlink": incident.public_url,
        "started_at": moment(incident.started_at, zone),
        "page_id": page.public_id,
        "incident_updates": [incident_update(told, incident, zone) for told in updates],
        "components": list(components),
        "reminder_intervals": None,
    }


def maintenance(
    maintenance: IncidentLike,
    page: PageLike,
    *,
    planned: Planned,
    updates: Sequence[Told],
    components: Sequence[Shape] = (),
) -> Shape:
    body = incident(maintenance, page, impact="maintenance", updates=updates, components=components)
    return body | {
        "scheduled_for": moment_or_none(planned.start, page.zone),
        "scheduled_until": moment_or_none(planned.end, page.zone),
    }


def incident_update(told: Told, incident: IncidentLike, zone: ZoneInfo) -> Shape:
    update = told.update
    return {
        "id": update.public_id,
        "status": their_status(update.status),
        "body": "\n\n".join(filter(None, [told.remark, public_body(update, incident)])),
        "incident_id": incident.public_id,
        "created_at": moment(update.posted_at, zone),
        "updated_at": moment(
            max(last_touched(update), told.corrected_at or update.posted_at), zone
        ),
        "display_at": moment(update.shown_at, zone),
        "affected_components": affected_components(told.changes),
        "deliver_notifications": update.notify,
        "custom_tweet": update.social_text or None,
        "tweet_id": None,
    }


def affected_components(changes: Sequence[ChangeLike]) -> list[Shape] | None:
    return [affected(change) for change in changes] or None


def affected(change: ChangeLike) -> Shape:
    return {
        "code": change.component.public_id,
        "name": component_label(change.component),
        "old_status": change.held_level or change.old_level,
        "new_status": change.held_level or change.new_level,
    }


def summary(
    page: Shape,
    *,
    components: Sequence[Shape],
    incidents: Sequence[Shape],
    scheduled_maintenances: Sequence[Shape],
    status: Shape,
) -> Shape:
    """The answer of /api/v2/summary.json; the other paths are `answer`."""
    return {
        "page": page,
        "components": list(components),
        "incidents": list(incidents),
        "scheduled_maintenances": list(scheduled_maintenances),
        "status": status,
    }


def answer(page: Shape, name: str, content: object) -> Shape:
    return {"page": page, name: content}


def component_label(component: ComponentLike) -> str:
    group = component.group
    return f"{group.name} - {component.name}" if group else component.name


def public_body(update: UpdateLike, incident: IncidentLike) -> str:
    """The text as anybody may read it: a redacted update keeps its place, not its words."""
    if update.redacted_at is None:
        return plain(absolute_markdown(update.body, incident.public_url))
    return f"This update was removed. {update.redaction_reason}".strip()


def last_touched(update: UpdateLike) -> datetime:
    return update.redacted_at or update.edited_at or update.posted_at


def their_status(word: str) -> str:
    return THEIR_STATUS.get(word, word)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """`2019-06-24T05:25:57.666-07:00`; `Z` where the offset is UTC itself."""
    if zone.key in ("UTC", "Etc/UTC"):
        return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return at.astimezone(zone).isoformat(timespec="milliseconds")


def moment_or_none(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else moment(at, zone)
