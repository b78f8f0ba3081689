"""Metrics and their points, dependencies, and whom a component follows."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StrictBool, StrictInt

from api.fields import Instant, Text
from api.sent import Sent, _example

Decimals = Annotated[StrictInt, Field(ge=0, le=6)]
KeepDays = Annotated[StrictInt, Field(ge=1, le=1830, description="Points older are forgotten.")]
# What a float holds; a greater whole number would be none.
Value = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e300, le=1e300)]


class Between(BaseModel):
    """Which stretch of time is asked about; the last 90 days if nothing is said."""

    start: Instant | None = None
    end: Instant | None = None


class DependenciesSent(Sent):
    """What a component depends on, as a whole."""

    model_config = _example(components=[])

    components: Annotated[list[Text], Field(max_length=500, description="Component ids.")]


class MirrorSent(Sent):
    """A Statuspage-shaped page to follow; `url` null follows none any more."""

    model_config = _example(url="https://status.example.com", remote_component="Object storage")

    url: Text | None
    remote_component: Annotated[Text, Field(description="Its id or name; their page if blank.")] = (
        ""
    )
    every_minutes: Annotated[StrictInt, Field(ge=1, le=1440)] = 5


class MetricSent(Sent):
    """A figure that is measured again and again."""

    model_config = _example(name="Time to deliver", unit="s", decimals=1)

    name: Text
    unit: Text = ""
    description: Text = ""
    component: Annotated[Text | None, Field(description="The id of what it is about.")] = None
    decimals: Decimals = 0
    shown: StrictBool = True
    keep_days: KeepDays = 90


class MetricChangeSent(Sent):
    """What a metric is from now on; what is left out stays."""

    model_config = _example(unit="ms", decimals=0)

    name: Text | None = None
    unit: Text | None = None
    description: Text | None = None
    component: Text | None = None
    decimals: Decimals | None = None
    shown: StrictBool | None = None
    keep_days: KeepDays | None = None


class PointSent(Sent):
    """One measurement."""

    value: Value
    at: Annotated[Instant | None, Field(description="Now, if left out.")] = None


class PointsSent(Sent):
    """One measurement or many; one for an instant that has one replaces it."""

    model_config = _example(points=[{"value": 1.25, "at": "2026-03-02T12:00:00Z"}])

    points: Annotated[list[PointSent], Field(min_length=1, max_length=1000)]

    def pairs(self, at: Any) -> list[tuple[Any, float]]:
        """Return (instant, value) of each."""
        return [(point.at or at, point.value) for point in self.points]
