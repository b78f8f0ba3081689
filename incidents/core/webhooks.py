"""The body of an outgoing webhook, as Statuspage sends it (incident and component variant)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.core.records import (
    ChangeLike,
    ComponentLike,
    IncidentLike,
    PageLike,
    Planned,
    StatusLike,
    Told,
)
from incidents.core.statuspage import (
    Shape,
    incident_update,
    moment,
    moment_or_none,
    their_status,
)


@dataclass(frozen=True)
class Meta:
    """Where the receiver may leave and read on, and when this body was made."""

    unsubscribe: str
    documentation: str
    generated_at: datetime


@dataclass(frozen=True)
class Written:
    """The published postmortem of an incident, as far as a webhook tells of it."""

    body: str
    published_at: datetime
    edited_at: datetime


def incident_webhook(
    incident: IncidentLike,
    page: PageLike,
    *,
    meta: Meta,
    status: StatusLike,
    impact: str,
    updates: Sequence[Told],
    planned: Planned | None = None,
    postmortem: Written | None = None,
) -> Shape:
    """`updates` newest first; `planned` for a maintenance."""
    return envelope(page, meta, status) | {
        "incident": {
            "backfilled": _recorded_afterwards(incident),
            "created_at": moment(incident.created_at, page.zone),
            "impact": impact,
            "impact_override": incident.impact_override or None,
            "monitoring_at": moment_or_none(incident.monitoring_at, page.zone),
            "name": incident.title,
            **_postmortem(postmortem, page),
            "resolved_at": moment_or_none(incident.resolved_at, page.zone),
            **_scheduled(planned, page),
            "shortlink": incident.public_url,
            "status": their_status(incident.status),
            "updated_at": moment(incident.updated_at, page.zone),
            "id": incident.public_id,
            "incident_updates": [incident_update(told, incident, page.zone) for told in updates],
        }
    }


def component_webhook(
    change: ChangeLike,
    page: PageLike,
    *,
    meta: Meta,
    status: StatusLike,
    id: str,
    at: datetime,
) -> Shape:
    """`id` names this change; stable, so that a receiver can drop a repeated one."""
    return envelope(page, meta, status) | {
        "component_update": {
            "created_at": moment(at, page.zone),
            "new_status": change.new_level,
            "old_status": change.old_level,
            "component_type": "Component",
            "id": id,
            "component_id": change.component.public_id,
        },
        "component": _component(change.component, page, change.new_level),
    }


def envelope(page: PageLike, meta: Meta, status: StatusLike) -> Shape:
    return {
        "meta": {
            "unsubscribe": meta.unsubscribe,
            "documentation": meta.documentation,
            "generated_at": moment(meta.generated_at, page.zone),
        },
        "page": {
            "id": page.public_id,
            "status_indicator": status.indicator,
            "status_description": status.description,
        },
    }


def _recorded_afterwards(incident: IncidentLike) -> bool:
    return incident.resolved_at is not None and incident.resolved_at < incident.created_at


def _component(component: ComponentLike, page: PageLike, level: str) -> Shape:
    return {
        "created_at": moment(component.created_at, page.zone),
        "id": component.public_id,
        "name": component.name,
        "status": level,
    }


def _postmortem(written: Written | None, page: PageLike) -> Shape:
    return {
        "postmortem_body": written.body if written else None,
        "postmortem_body_last_updated_at": moment_or_none(
            written.edited_at if written else None, page.zone
        ),
        "postmortem_ignored": False,
        "postmortem_notified_subscribers": written is not None,
        "postmortem_notified_twitter": False,
        "postmortem_published_at": moment_or_none(
            written.published_at if written else None, page.zone
        ),
    }


def _scheduled(planned: Planned | None, page: PageLike) -> Shape:
    plan = planned or Planned()
    return {
        "scheduled_auto_transition": planned is not None and plan.ends_by_itself,
        "scheduled_for": moment_or_none(plan.start, page.zone),
        "scheduled_remind_prior": plan.reminds,
        "scheduled_reminded_at": moment_or_none(plan.reminded_at, page.zone),
        "scheduled_until": moment_or_none(plan.end, page.zone),
    }
