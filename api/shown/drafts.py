"""What is not said yet, what is kept ready, and what stands beside an update."""

from typing import Any, Self

from pydantic import BaseModel, Field

from api.fields import Time
from incidents.core.levels import Level
from incidents.models import (
    Draft,
    DraftKind,
    Incident,
    IncidentTemplate,
    PrivateNote,
    UpdateText,
)


class DraftShown(BaseModel):
    """Arguments of a verb, kept; nothing of it is public."""

    id: str
    kind: DraftKind
    incident_id: str | None
    title: str
    content: dict[str, Any]
    version: int
    publish_at: Time | None
    published_at: Time | None
    problem: str = Field(description="Why the clock could not publish it.")
    aging_words: list[str] = Field(description="Words that mean another day later: “tonight”.")
    author: str
    changed_at: Time

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """Show `draft` to staff."""
        return cls(
            id=draft.public_id,
            kind=DraftKind(draft.kind),
            incident_id=draft.incident.public_id if draft.incident else None,
            title=draft.title,
            content=draft.content,
            version=draft.version,
            publish_at=draft.publish_at,
            published_at=draft.published_at,
            problem=draft.problem,
            aging_words=draft.aging_words,
            author=draft.author,
            changed_at=draft.changed_at,
        )


class TemplateShown(BaseModel):
    """Words kept ready."""

    id: str
    name: str
    kind: DraftKind
    title: str
    headline: str
    body: str
    status: str
    levels: dict[str, Level]
    notify: bool
    next_update_minutes: int | None

    @classmethod
    def of(cls, template: IncidentTemplate) -> Self:
        """Show `template` to staff."""
        shown = {name: getattr(template, name) for name in template.guarded}
        return cls(id=template.public_id, **shown)


class PrivateNoteShown(BaseModel):
    """A remark among staff."""

    id: str
    body: str
    html: str
    author: str
    created_at: Time

    @classmethod
    def of(cls, note: PrivateNote) -> Self:
        """Show `note` to staff."""
        return cls(
            id=note.public_id, body=note.body, html=note.html, author=note.author,
            created_at=note.created_at,
        )  # fmt: skip


class TextShown(BaseModel):
    """An update in a further language."""

    language: str
    headline: str
    body: str
    html: str
    written_at: Time

    @classmethod
    def of(cls, text: UpdateText) -> Self:
        """Show `text`."""
        return cls(
            language=text.language, headline=text.headline, body=text.body, html=text.html,
            written_at=text.written_at,
        )  # fmt: skip


class SummaryShown(BaseModel):
    """The standing summary of an incident, with its own stamp."""

    summary: str
    summary_html: str
    summary_at: Time | None

    @classmethod
    def of(cls, incident: Incident) -> Self:
        """Show the summary of `incident`."""
        return cls(
            summary=incident.summary,
            summary_html=incident.summary_html,
            summary_at=incident.summary_at,
        )
