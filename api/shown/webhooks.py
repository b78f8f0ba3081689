"""How a webhook's calls went, and its new secret."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.fields import Time
from notifications.kinds import Stream
from notifications.models import Endpoint
from notifications.models.exchange import Exchange


class WebhookSecretShown(BaseModel):
    """A secret that is shown once, when it is made."""

    secret: str | None = Field(
        description="whsec_…; null when the answer is given again under its Idempotency-Key."
    )
    old_until: Time | None = Field(description="Until then calls are signed with both secrets.")

    @classmethod
    def of(cls, endpoint: Endpoint, secret: str | None, at: datetime) -> Self:
        """Show the newest `secret` of `endpoint`."""
        kept = endpoint.kept
        return cls(secret=secret, old_until=kept.ends if len(kept.valid(at)) > 1 else None)


class CallShown(BaseModel):
    """One call, with secrets masked."""

    at: Time
    about: Stream = Field(description="`test` for a test, `personal` for what was sent again.")
    broadcast: int | None = Field(description="The number of its broadcast; replay it by that.")
    webhook_id: str = Field(description="The header `webhook-id`, the same in every attempt.")
    arrived: bool
    status: int | None = Field(description="What the endpoint answered; null where it did not.")
    milliseconds: int
    problem: str = Field(description="Why there was no answer; empty otherwise.")
    request: str | None = Field(description="The body, without its link; null where none is kept.")
    answer: str = Field(description="The first 2,000 characters, kept for 30 days.")

    @classmethod
    def of(cls, call: Exchange, request: str | None) -> Self:
        """Show `call`, which sent `request`."""
        return cls(
            at=call.at,
            about=Stream(call.delivery.stream),
            broadcast=call.told or None,
            webhook_id=f"msg_{call.delivery.key}",
            arrived=call.went_well,
            status=call.status,
            milliseconds=call.milliseconds,
            problem=call.problem,
            request=request,
            answer=call.answer,
        )


class CallsShown(BaseModel):
    """The last fifty, the newest first."""

    items: list[CallShown]


class WebhookReplayShown(BaseModel):
    """What is on its way again."""

    replayed: int
