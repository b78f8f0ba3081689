"""What readers wrote, for staff; and where a pasted error text was found, for everybody."""

from typing import Self

from pydantic import BaseModel, Field

from api.fields import Time
from api.shown.parts import ComponentNamed
from incidents.models import MessageKind, MessageState, ReaderMessage
from incidents.symptoms import Match


class MessageShown(BaseModel):
    """One message of a reader; its address is shown to nobody."""

    id: str
    incident_id: str
    kind: MessageKind
    state: MessageState
    text: str
    component: ComponentNamed | None
    wants_mail: bool = Field(description="Whether an address waits for the answer.")
    received_at: Time
    settled_at: Time | None
    settled_by: str
    reason: str = Field(description="Why it was declined.")
    note_id: str | None = Field(description="The question that answers it.")
    update_id: str | None = Field(description="The update that answers it.")

    @classmethod
    def of(cls, message: ReaderMessage) -> Self:
        """Show `message`."""
        return cls(
            id=message.public_id,
            incident_id=message.incident.public_id,
            kind=MessageKind(message.kind),
            state=MessageState(message.state),
            text=message.text,
            component=ComponentNamed.of(message.component) if message.component else None,
            wants_mail=bool(message.contact),
            received_at=message.received_at,
            settled_at=message.settled_at,
            settled_by=message.settled_by,
            reason=message.answer,
            note_id=message.note.public_id if message.note else None,
            update_id=message.update.public_id if message.update else None,
        )


class MatchShown(BaseModel):
    """An incident that may be what somebody saw."""

    incident_id: str
    title: str
    url: str
    text: str = Field(description="The words by which it was found.")
    likeness: float = Field(description="0 to 1.")

    @classmethod
    def of(cls, match: Match) -> Self:
        """Show `match`."""
        return cls(
            incident_id=match.incident.public_id,
            title=match.incident.title,
            url=match.incident.public_url,
            text=match.text,
            likeness=round(match.likeness, 3),
        )


class MatchesShown(BaseModel):
    """What was found, the likeliest first."""

    items: list[MatchShown]
