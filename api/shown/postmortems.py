"""Postmortems with their sections."""

from typing import Any, Self

from pydantic import BaseModel

from api.fields import Time
from incidents.core.viewers import PUBLIC, Viewer
from incidents.models import Postmortem, PostmortemSection, PostmortemStatus, SectionKind


class SectionShown(BaseModel):
    """One section; it may carry an author and a date of its own."""

    kind: SectionKind
    body: str
    html: str
    author: str
    dated_at: Time | None

    @classmethod
    def of(cls, section: PostmortemSection) -> Self:
        """Show `section`."""
        return cls(
            kind=SectionKind(section.kind),
            body=section.body,
            html=section.html,
            author=section.author,
            dated_at=section.dated_at,
        )


class PostmortemShown(BaseModel):
    """What happened, why, and what is done about it, over one or several incidents."""

    id: str
    page_id: str
    url: str
    title: str
    status: PostmortemStatus
    interim: bool
    signatories: str
    incident_ids: list[str]
    sections: list[SectionShown]
    credit_statement: dict[str, Any] | None
    created_at: Time
    updated_at: Time
    published_at: Time | None

    @classmethod
    def of(cls, postmortem: Postmortem, *, viewer: Viewer) -> Self:
        """Show `postmortem`, which was read with sections and incidents, to `viewer`."""
        incidents = [
            incident.public_id
            for incident in postmortem.incidents.all()
            if viewer is not PUBLIC or incident.is_public
        ]
        return cls(
            id=postmortem.public_id,
            page_id=postmortem.page.public_id,
            url=postmortem.public_url,
            title=postmortem.title,
            status=PostmortemStatus(postmortem.status),
            interim=postmortem.interim,
            signatories=postmortem.signatories,
            incident_ids=incidents,
            sections=[SectionShown.of(section) for section in postmortem.ordered_sections()],
            credit_statement=postmortem.credit_statement,
            created_at=postmortem.created_at,
            updated_at=postmortem.updated_at,
            published_at=postmortem.published_at,
        )
