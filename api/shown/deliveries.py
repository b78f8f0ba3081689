"""Messages that go out, as staff see them: broadcasts, dead letters, channels that are held."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from api.fields import Time
from notifications.kinds import Kind
from notifications.models import Broadcast, Delivery, Pause
from notifications.models.states import State
from notifications.tallies import Tally


class PauseShown(BaseModel):
    """A stretch of time in which nothing leaves the page over a channel, or nothing at all."""

    channel: str = Field(description="Empty: every channel of every page (pauseTelling).")
    begun_at: Time
    ended_at: Time | None = Field(description="Null while it is held.")

    @classmethod
    def of(cls, pause: Pause) -> Self:
        """Show `pause`."""
        return cls(channel=pause.channel, begun_at=pause.begun_at, ended_at=pause.ended_at)


class FiguresShown(BaseModel):
    """How many deliveries stand how."""

    model_config = ConfigDict(from_attributes=True)

    waiting: int
    sent: int
    failed: int
    bounced: int = Field(description="Taken, and returned later.")
    superseded: int = Field(description="Replaced by a newer update.")
    suppressed: int
    cancelled: int


class BroadcastShown(BaseModel):
    """What is told about one event."""

    number: int
    kind: Kind
    label: str
    incident_id: str | None
    opened_at: Time
    cancelled_at: Time | None
    silent_because: str = Field(description="Why nobody is told, or no more; empty otherwise.")
    recipients: int
    figures: FiguresShown

    @classmethod
    def of(cls, broadcast: Broadcast, tally: Tally) -> Self:
        """Show `broadcast` with how far it has got."""
        return cls(
            number=broadcast.pk,
            kind=Kind(broadcast.kind),
            label=broadcast.label,
            incident_id=broadcast.incident.public_id if broadcast.incident else None,
            opened_at=broadcast.opened_at,
            cancelled_at=broadcast.cancelled_at,
            silent_because=broadcast.silent_because,
            recipients=broadcast.recipients,
            figures=FiguresShown.model_validate(tally),
        )


class DeadLetterShown(BaseModel):
    """A delivery that did not arrive, or did not when it was last looked at."""

    number: int
    broadcast: int | None = Field(description="The number of its broadcast; null for tests etc.")
    channel: str
    destination: str
    state: State
    reason: str
    attempts: int
    failed_at: Time | None = Field(description="Null once it is tried again.")

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Show `delivery`."""
        return cls(
            number=delivery.pk,
            broadcast=delivery.broadcast_id,
            channel=delivery.channel,
            destination=delivery.destination,
            state=State(delivery.state),
            reason=delivery.last_error,
            attempts=delivery.attempts,
            failed_at=delivery.failed_at,
        )


class ReplaysShown(BaseModel):
    """What was put on its way again."""

    replayed: int
