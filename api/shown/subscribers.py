"""Readers who are told, as staff see them."""

from typing import Self

from pydantic import BaseModel, Field

from api.fields import Time
from notifications.models import Subscription
from notifications.models.sign_up import State


class SubscriberShown(BaseModel):
    """One destination with what it hears of."""

    id: str
    channel: str
    destination: str
    state: State
    language: str = Field(description="Blank for the page's own.")
    time_zone: str = Field(description="Blank for the page's own.")
    kinds: list[str]
    component_ids: list[str] = Field(description="Empty, as `group_ids`, for the whole page.")
    group_ids: list[str]
    from_level: str = Field(description="Incidents from this level on; blank for all.")
    incident_id: str | None = Field(description="The one incident that it follows.")
    daily_at: int | None = Field(description="The hour of its digest; null when told at once.")
    monthly_report: bool = Field(description="Whether it is mailed the uptime of each month.")
    asked_at: Time
    confirmed_at: Time | None
    ended_at: Time | None

    @classmethod
    def of(cls, found: Subscription) -> Self:
        """Show `found` to staff."""
        return cls(
            id=found.public_id,
            channel=found.channel,
            destination=found.destination,
            state=State(found.state),
            language=found.language,
            time_zone=found.time_zone,
            kinds=found.heard_kinds,
            component_ids=[each.public_id for each in found.components.all()],
            group_ids=[each.public_id for each in found.groups.all()],
            from_level=found.from_level,
            incident_id=found.incident.public_id if found.incident else None,
            daily_at=found.digest_hour,
            monthly_report=found.report_due_at is not None,
            asked_at=found.asked_at,
            confirmed_at=found.confirmed_at,
            ended_at=found.ended_at,
        )
