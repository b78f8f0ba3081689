"""Incidents, announcements and maintenances with their whole story."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from api.fields import Time
from api.shown.drafts import TextShown
from api.shown.parts import (
    CohortShown,
    ComponentNamed,
    CorrectionShown,
    LinkShown,
    NoteShown,
    ScheduledWindowShown,
    WindowShown,
)
from api.shown.promises import CommitmentShown, JudgementShown, PromiseFiguresShown
from incidents.core.levels import Impact, Level
from incidents.core.lifecycles import OVER, Kind, Outcome, Status
from incidents.core.viewers import PUBLIC, Viewer
from incidents.models import CauseState, Incident, Update, UpdateLevel
from incidents.models.planned.audience import audience_of


class LevelChangeShown(BaseModel):
    """One component's change of level, as an update announced it."""

    component: ComponentNamed
    old_level: Level
    new_level: Level

    @classmethod
    def of(cls, change: UpdateLevel) -> Self:
        """Show `change`."""
        return cls(
            component=ComponentNamed.of(change.component),
            old_level=Level(change.old_level),
            new_level=Level(change.new_level),
        )


class RouteShown(BaseModel):
    """A way of telling that an incident has hit itself."""

    channel: str
    domain: str = Field(description="Blank where the whole channel is hit.")
    since: Time


class ReachShown(BaseModel):
    """How many destinations of a channel were told."""

    channel: str
    sent: int
    of: int


class UpdateShown(BaseModel):
    """One post; after a redaction a dated stub with the reason."""

    id: str
    incident_id: str
    url: str
    number: int
    status: Status
    headline: str
    body: str
    html: str
    signature: str
    shown_at: Time = Field(description="The stated time, else that of posting.")
    happened_at: Time | None
    posted_at: Time
    edited_at: Time | None
    redacted_at: Time | None
    redaction_reason: str
    corrects: str | None
    corrected_by: list[str] = Field(description="Later updates that put this one right.")
    taken_back_by: str | None = Field(description="The update that reopened what this resolved.")
    levels: list[LevelChangeShown]
    reached: list[ReachShown] = Field(description="Who was told of it by `reached_at`.")
    reached_at: Time | None
    texts: list[TextShown] = Field(description="The same in further languages of the page.")

    @classmethod
    def of(cls, update: Update, incident: Incident) -> Self:
        """Show `update` of `incident`."""
        return cls(
            **_said(update, incident),
            corrected_by=[later.public_id for later in update.corrected_by.all()],
            taken_back_by=_reopening(update, incident),
            levels=[LevelChangeShown.of(change) for change in update.levels.all()],
        )

    @classmethod
    def just_posted(cls, update: Update, incident: Incident, *, turned_levels: bool) -> Self:
        """Show an update that is a moment old, asking for nothing that cannot be there yet."""
        changes = update.levels.all() if turned_levels else []
        return cls(
            **_said(update, incident),
            corrected_by=[],
            taken_back_by=None,
            levels=[LevelChangeShown.of(change) for change in changes],
        )


class EntryShown(BaseModel):
    """What incidents, announcements and maintenances have in common."""

    id: str
    page_id: str
    kind: Kind
    url: str
    title: str
    status: Status
    outcome: Outcome | Literal[""] = Field(description="What it turned out to be, if nothing real.")
    impact: Impact
    is_open: bool
    is_public: bool = Field(description="False for drafts, rehearsals and what was withdrawn.")
    summary: str
    summary_html: str
    summary_at: Time | None
    tags: list[str]
    cause: str
    cause_category: str
    cause_state: CauseState
    cause_history: list[JudgementShown] = Field(description="What was thought, and when.")
    origin_note: str
    canonical_url: str
    pinned: bool = Field(description="An announcement above other news.")
    ends_at: Time | None = Field(description="When the clock takes an announcement away.")
    started_at: Time
    monitoring_at: Time | None
    resolved_at: Time | None
    created_at: Time
    updated_at: Time
    external_id: str = Field(description="Blank for readers without a role on the page.")
    metadata: dict[str, Any] = Field(description="Empty for readers without a role on the page.")
    credit_statement: dict[str, Any] | None
    updates: list[UpdateShown] = Field(description="The newest first.")
    windows: list[WindowShown]
    corrections: list[CorrectionShown] = Field(description="Impact put right, latest first.")
    notes: list[NoteShown]
    commitments: list[CommitmentShown]
    promise_figures: PromiseFiguresShown
    cohorts: list[CohortShown]
    hit_routes: list[RouteShown] = Field(description="Over what word may come late because of it.")
    links: list[LinkShown]
    postmortem_ids: list[str]

    @classmethod
    def of(cls, incident: Incident, *, viewer: Viewer, at: datetime) -> Self:
        """Show `incident`, which was read with its story, to `viewer`."""
        is_public = viewer is PUBLIC
        return cls(
            **_facts(incident),
            **_story(incident, at),
            is_public=incident.is_public,
            external_id="" if is_public else incident.external_id,
            metadata={} if is_public else incident.metadata,
            links=_links(incident, viewer),
            postmortem_ids=_postmortems(incident, viewer),
        )


class IncidentShown(EntryShown):
    """An incident, or an announcement."""


class MaintenanceShown(EntryShown):
    """Planned work."""

    scheduled: list[ScheduledWindowShown]
    max_minutes: int | None = Field(description="What was promised before there were dates.")
    announced_for: list[ComponentNamed] = Field(description="On what, before there are dates.")
    audience: str = Field(description="Whom it concerns, if not everybody.")
    recurrence_id: str | None

    @classmethod
    def of(cls, incident: Incident, *, viewer: Viewer, at: datetime) -> Self:
        """Show a maintenance, which was read with its story, to `viewer`."""
        entry = EntryShown.of(incident, viewer=viewer, at=at)
        windows = incident.scheduled_windows.all()
        return cls(
            **dict(entry),
            scheduled=[ScheduledWindowShown.of(window, at) for window in windows],
            max_minutes=incident.max_minutes,
            announced_for=[ComponentNamed.of(each) for each in incident.announced_for.all()],
            audience=audience_of(incident),
            recurrence_id=incident.recurrence.public_id if incident.recurrence else None,
        )


def _said(update: Update, incident: Incident) -> dict[str, Any]:
    """What is known of an update without what came of it."""
    return {
        "id": update.public_id,
        "incident_id": incident.public_id,
        "url": update.public_url,
        "number": update.number,
        "status": Status(update.status),
        "headline": update.headline,
        "body": update.body,
        "html": update.html,
        "signature": update.signature,
        "shown_at": update.shown_at,
        "happened_at": update.happened_at,
        "posted_at": update.posted_at,
        "edited_at": update.edited_at,
        "redacted_at": update.redacted_at,
        "redaction_reason": update.redaction_reason,
        "corrects": update.corrects.public_id if update.corrects else None,
        "reached": [ReachShown(**told) for told in update.reached],
        "reached_at": update.reached_at,
        "texts": [TextShown.of(text) for text in update.texts.all()],
    }


def _facts(incident: Incident) -> dict[str, Any]:
    own = {name: getattr(incident, name) for name in _OWN}
    return own | {
        "id": incident.public_id,
        "page_id": incident.page.public_id,
        "url": incident.public_url,
    }


def _story(incident: Incident, at: datetime) -> dict[str, Any]:
    updates = reversed(incident.updates.all())
    return {
        "updates": [UpdateShown.of(update, incident) for update in updates],
        "windows": [WindowShown.of(window) for window in incident.windows.all()],
        "corrections": [CorrectionShown.of(each) for each in incident.corrected_windows],
        "notes": [NoteShown.of(note) for note in incident.notes.all()],
        "cause_history": [JudgementShown.of(each) for each in incident.judgements.all()],
        "promise_figures": PromiseFiguresShown.of(incident, at),
        "commitments": [CommitmentShown.of(each, at) for each in incident.commitments.all()],
        "cohorts": [CohortShown.of(cohort) for cohort in incident.cohorts.all()],
        "hit_routes": [RouteShown(**row) for row in incident.hit_routes],
    }


def _reopening(update: Update, incident: Incident) -> str | None:
    if update.status != Status.RESOLVED:
        return None
    later = (each for each in incident.updates.all() if each.number > update.number)
    return next((each.public_id for each in later if each.status not in OVER), None)


def _links(incident: Incident, viewer: Viewer) -> list[LinkShown]:
    going = [LinkShown.of(link.kind, "out", link.target) for link in incident.links_out.all()
             if viewer is not PUBLIC or link.target.is_public]  # fmt: skip
    coming = [LinkShown.of(link.kind, "in", link.source) for link in incident.links_in.all()
              if viewer is not PUBLIC or link.source.is_public]  # fmt: skip
    return going + coming


def _postmortems(incident: Incident, viewer: Viewer) -> list[str]:
    return [
        postmortem.public_id
        for postmortem in incident.postmortems.all()
        if viewer is not PUBLIC or postmortem.tells_of(incident)
    ]


_OWN = (
    "kind title status outcome impact is_open "
    "summary summary_html summary_at tags cause cause_category "
    "cause_state origin_note canonical_url pinned ends_at started_at monitoring_at resolved_at "
    "created_at updated_at credit_statement"
).split()
