"""Addresses that are left alone, as staff see them."""

from typing import Self

from pydantic import BaseModel, Field

from api.fields import Time
from notifications.models import Suppression


class SuppressionShown(BaseModel):
    """One destination that nothing goes to, on any page."""

    id: str
    channel: str
    destination: str
    origin: Suppression.Origin
    reason: str
    at: Time
    lifted_at: Time | None = Field(description="Since when it is told again; null while it is not.")

    @classmethod
    def of(cls, suppression: Suppression) -> Self:
        """Show `suppression` to staff."""
        return cls(
            id=suppression.public_id,
            channel=suppression.channel,
            destination=suppression.destination,
            origin=Suppression.Origin(suppression.origin),
            reason=suppression.reason,
            at=suppression.at,
            lifted_at=suppression.lifted_at,
        )
