"""Postmortems: to readers the newest revision, to staff what is written by now."""

from datetime import date
from typing import Any, Self

from pydantic import BaseModel

from api.fields import Time
from incidents.core.editions import Edition, InstantSaid, SectionSaid
from incidents.core.viewers import PUBLIC, Viewer
from incidents.models import (
    ActionItem,
    ActionKind,
    ActionProgress,
    ActionState,
    Postmortem,
    PostmortemRevision,
    PostmortemStatus,
    Precision,
    SectionKind,
)


class SectionShown(BaseModel):
    """One section; it may carry an author and a date of its own."""

    kind: SectionKind
    body: str
    html: str
    author: str
    dated_at: Time | None

    @classmethod
    def of(cls, said: SectionSaid) -> Self:
        """Show `said`."""
        return cls(
            kind=SectionKind(said.kind),
            body=said.body,
            html=said.html,
            author=said.author,
            dated_at=said.dated_at,
        )


class InstantShown(BaseModel):
    """An instant that was added to the timeline by hand."""

    id: str
    at: Time
    precision: Precision
    text: str

    @classmethod
    def of(cls, said: InstantSaid) -> Self:
        """Show `said`."""
        return cls(id=said.id, at=said.at, precision=Precision(said.precision), text=said.text)


class ActionProgressShown(BaseModel):
    """One dated word on an action."""

    id: str
    at: Time
    state: ActionState
    text: str

    @classmethod
    def of(cls, progress: ActionProgress) -> Self:
        """Show `progress`."""
        return cls(
            id=progress.public_id,
            at=progress.at,
            state=ActionState(progress.state),
            text=progress.text,
        )


class ActionShown(BaseModel):
    """What is done about it; the owner is shown to staff alone."""

    id: str
    title: str
    kind: ActionKind
    team: str
    due: date | None
    tracking_url: str
    state: ActionState
    public: bool
    owner: str | None
    progress: list[ActionProgressShown]

    @classmethod
    def of(cls, action: ActionItem, *, viewer: Viewer) -> Self:
        """Show `action` to `viewer`."""
        return cls(
            id=action.public_id,
            title=action.title,
            kind=ActionKind(action.kind),
            team=action.team,
            due=action.due,
            tracking_url=action.tracking_url,
            state=ActionState(action.state),
            public=action.public,
            owner=None if viewer is PUBLIC else action.owner,
            progress=[ActionProgressShown.of(each) for each in action.progress.all()],
        )


class PostmortemShown(BaseModel):
    """What happened, why, and what is done about it, over one or several incidents."""

    id: str
    page_id: str
    url: str
    title: str
    status: PostmortemStatus
    interim: bool
    signatories: list[str]
    incident_ids: list[str]
    sections: list[SectionShown]
    timeline: list[InstantShown]
    actions: list[ActionShown]
    credit_statement: dict[str, Any] | None
    revision: int | None
    amendment_in_preparation: bool
    awaits_review: bool
    created_at: Time
    updated_at: Time
    published_at: Time | None
    amended_at: Time | None

    @classmethod
    def of(cls, postmortem: Postmortem, *, viewer: Viewer) -> Self:
        """Show `postmortem`, which was read with its text, to `viewer`."""
        staff, newest = viewer is not PUBLIC, postmortem.newest
        said = postmortem.wording if staff or newest is None else newest.edition
        told = postmortem.amended_at or postmortem.published_at or postmortem.created_at
        reviews = postmortem.reviews.all() if staff else []
        return cls(
            id=postmortem.public_id,
            page_id=postmortem.page.public_id,
            url=postmortem.public_url,
            title=said.title,
            status=PostmortemStatus(postmortem.status),
            interim=said.interim,
            signatories=list(said.signatories),
            incident_ids=_incidents(postmortem, said, viewer),
            sections=[SectionShown.of(section) for section in said.sections],
            timeline=[InstantShown.of(entry) for entry in said.timeline],
            actions=_actions(postmortem, viewer),
            credit_statement=postmortem.credit_statement,
            revision=newest.number if newest else None,
            amendment_in_preparation=staff and postmortem.has_amendment,
            awaits_review=any(review.is_open for review in reviews),
            created_at=postmortem.created_at,
            updated_at=postmortem.updated_at if staff else told,
            published_at=postmortem.published_at,
            amended_at=postmortem.amended_at,
        )


class RevisionShown(BaseModel):
    """One published wording, whole, with the hash of its canonical JSON."""

    number: int
    url: str
    published_at: Time
    change_note: str
    sha256: str
    snapshot: dict[str, Any]

    @classmethod
    def of(cls, revision: PostmortemRevision) -> Self:
        """Show `revision`."""
        return cls(
            number=revision.number,
            url=revision.postmortem.page.url(revision.public_path),
            published_at=revision.published_at,
            change_note=revision.change_note,
            sha256=revision.sha256,
            snapshot=revision.snapshot,
        )


def _incidents(postmortem: Postmortem, said: Edition, viewer: Viewer) -> list[str]:
    if viewer is not PUBLIC:
        return list(said.incidents)
    public = {each.public_id for each in postmortem.incidents.all() if each.is_public}
    return [public_id for public_id in said.incidents if public_id in public]


def _actions(postmortem: Postmortem, viewer: Viewer) -> list[ActionShown]:
    told = [each for each in postmortem.actions.all() if viewer is not PUBLIC or each.public]
    return [ActionShown.of(action, viewer=viewer) for action in told]
