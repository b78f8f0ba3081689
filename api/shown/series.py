"""A series: several incidents that are one trouble."""

from typing import Self

from pydantic import BaseModel, Field

from api.fields import Time
from api.shown.parts import ComponentNamed
from incidents.models import Incident
from incidents.series import Series


class MemberShown(BaseModel):
    """One incident of a series."""

    id: str
    title: str
    url: str
    started_at: Time
    resolved_at: Time | None
    seconds: int = Field(description="How long it broke anything.")

    @classmethod
    def of(cls, incident: Incident, series: Series) -> Self:
        """Show `incident` as part of `series`."""
        return cls(
            id=incident.public_id,
            title=incident.title,
            url=incident.public_url,
            started_at=incident.started_at,
            resolved_at=incident.resolved_at,
            seconds=int(series.length_of(incident).total_seconds()),
        )


class BrokenShown(BaseModel):
    """How long a series broke one component."""

    component: ComponentNamed
    seconds: int


class SeriesShown(BaseModel):
    """What hangs together, the earliest first, and how long it was in all."""

    url: str
    started_at: Time
    ended_at: Time | None
    is_open: bool
    seconds: int = Field(description="What overlaps counts once; what goes on counts up to now.")
    components: list[BrokenShown]
    incidents: list[MemberShown]

    @classmethod
    def of(cls, series: Series) -> Self:
        """Show `series`."""
        return cls(
            url=series.earliest.page.url(series.public_path),
            started_at=series.started_at,
            ended_at=series.ended_at,
            is_open=series.is_open,
            seconds=int(series.total.total_seconds()),
            components=[
                BrokenShown(
                    component=ComponentNamed.of(component), seconds=int(length.total_seconds())
                )
                for component, length in series.by_component
            ],
            incidents=[MemberShown.of(member, series) for member in series.members],
        )
