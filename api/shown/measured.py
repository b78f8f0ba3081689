"""Uptime with its seconds; metrics with their points."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Self

from pydantic import BaseModel, Field

from api.fields import Time
from incidents.core.uptime import percent
from incidents.models import Component, ComponentGroup, Metric, Page
from incidents.uptime import Uptime, mean

Percent = str | None


class TroubleShown(BaseModel):
    """Whole seconds in trouble; no second stands in two places."""

    major_outage: int
    partial_outage: int
    degraded_performance: int
    under_maintenance: int
    excluded: int = Field(description="Of kinds that the page does not count.")


class UptimeShown(BaseModel):
    """How a component did from `start` to `end`."""

    component_id: str
    start: Time
    end: Time
    seconds: int = Field(description="That count: from its start date on.")
    downtime_seconds: str = Field(description="Weighted and exact, as a decimal or a fraction.")
    percent: Percent = Field(description="Cut off after 4 digits; null if nothing counts.")
    trouble: TroubleShown

    @classmethod
    def of(cls, component: Component, uptime: Uptime, start: datetime, end: datetime) -> Self:
        """Show `uptime`."""
        major, partial, degraded, maintenance, excluded = uptime.tally
        return cls(
            component_id=component.public_id,
            start=start,
            end=end,
            seconds=uptime.seconds,
            downtime_seconds=str(uptime.tally.downtime(uptime.counting.weights)),
            percent=_percent(uptime.share),
            trouble=TroubleShown(
                major_outage=major,
                partial_outage=partial,
                degraded_performance=degraded,
                under_maintenance=maintenance,
                excluded=excluded,
            ),
        )


class GroupUptimeShown(BaseModel):
    """The mean of a group's components."""

    group_id: str
    percent: Percent


class ExcludedShown(BaseModel):
    """A kind of harm that does not count, and why."""

    kind: str
    reason: str


class PageUptimeShown(BaseModel):
    """How a page did: the mean of its components, of each group's, and each by itself."""

    page_id: str
    start: Time
    end: Time
    percent: Percent
    weights: dict[str, str]
    excludes: list[ExcludedShown]
    groups: list[GroupUptimeShown]
    components: list[UptimeShown]

    @classmethod
    def of(
        cls,
        page: Page,
        found: Sequence[tuple[Component, Uptime]],
        start: datetime,
        end: datetime,
    ) -> Self:
        """Show the uptime of all components of `page`."""
        members: dict[ComponentGroup, list[Uptime]] = {}
        for component, uptime in found:
            if component.group is not None:
                members.setdefault(component.group, []).append(uptime)
        return cls(
            page_id=page.public_id,
            start=start,
            end=end,
            percent=_percent(mean(uptime for _component, uptime in found)),
            weights=page.uptime_weights,
            excludes=[ExcludedShown(**each) for each in page.uptime_excludes],
            groups=[
                GroupUptimeShown(group_id=group.public_id, percent=_percent(mean(uptimes)))
                for group, uptimes in members.items()
            ],
            components=[UptimeShown.of(each, uptime, start, end) for each, uptime in found],
        )


class MetricShown(BaseModel):
    """A figure that is measured again and again."""

    id: str
    page_id: str
    component_id: str | None
    name: str
    unit: str
    description: str
    decimals: int
    shown: bool
    keep_days: int
    created_at: Time

    @classmethod
    def of(cls, metric: Metric) -> Self:
        """Show `metric`, which was read with its page and component."""
        return cls(
            id=metric.public_id,
            page_id=metric.page.public_id,
            component_id=metric.component.public_id if metric.component else None,
            name=metric.name,
            unit=metric.unit,
            description=metric.description,
            decimals=metric.decimals,
            shown=metric.shown,
            keep_days=metric.keep_days,
            created_at=metric.created_at,
        )


class PointShown(BaseModel):
    """One measurement."""

    at: Time
    value: float


class PointsShown(BaseModel):
    """Measurements in the order of time."""

    metric_id: str
    points: list[PointShown]


class RecordedShown(BaseModel):
    """How many points were written down."""

    metric_id: str
    recorded: int


def _percent(share: Fraction | None) -> str | None:
    return None if share is None else percent(share, 4)
