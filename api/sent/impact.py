"""Impact apart from posts: windows and cohorts."""

from typing import Annotated, Any

from pydantic import Field, StrictInt

from api.fields import Id, Instant, Text
from api.sent import Sent, _example
from incidents.core.levels import Level
from incidents.models import ImpactKind, Precision

Because = Annotated[Text, Field(description="Readers see it beside the old and the new values.")]
Percent = Annotated[StrictInt, Field(description="0 to 100.")]


class WindowSent(Sent):
    """When what was how broken; it may lie wholly in the past."""

    model_config = _example(
        component="ab12cd34ef56",
        level="partial_outage",
        kind="data_loss",
        start="2026-03-02T12:00:00Z",
        end="2026-03-02T12:26:00Z",
        precision="about",
        count_affected=8000,
        count_unit="messages",
    )

    component: Id
    level: Level
    kind: ImpactKind
    start: Instant
    end: Instant | None = None
    cohort: Id | None = None
    precision: Precision = Precision.EXACT
    share_percent: Percent | None = None
    count_affected: StrictInt | None = None
    count_unit: Text = ""
    note: Text = ""


class WindowEndSent(Sent):
    """The end of a window that is open."""

    model_config = _example(end="2026-03-02T14:30:00Z")

    end: Instant


class WindowCorrectionSent(Sent):
    """What was otherwise; what is left out stays, and `end` null means that it goes on."""

    model_config = _example(start="2026-03-02T11:46:00Z", because="The logs say so.")

    level: Level | None = None
    kind: ImpactKind | None = None
    start: Instant | None = None
    end: Instant | None = None
    precision: Precision | None = None
    share_percent: Percent | None = None
    count_affected: StrictInt | None = None
    count_unit: Text | None = None
    note: Text | None = None
    because: Because = ""

    def arguments(self, *without: str) -> dict[str, Any]:
        """Return what was sent, null included: it takes an end or an amount away."""
        return self.model_dump(exclude=set(without), exclude_unset=True)


class RetractionSent(Sent):
    """Why a window never was."""

    model_config = _example(because="It was our own test.")

    because: Because


class CohortSent(Sent):
    """A named share of those who were hurt."""

    model_config = _example(name="Accounts with a corrupted index", size=24)

    name: Text
    size: StrictInt | None = None
    share_percent: Percent | None = None


class CohortChangeSent(Sent):
    """What is known of a cohort now; what is left out stays."""

    model_config = _example(size=24)

    name: Text | None = None
    size: StrictInt | None = None
    share_percent: Percent | None = None


class CohortProgressSent(Sent):
    """How far the work for a cohort has come."""

    model_config = _example(done_percent=75, happened_at="2026-03-02T14:30:00Z")

    done_percent: Percent
    happened_at: Instant | None = None


class CohortEndSent(Sent):
    """The last ones are done."""

    model_config = _example(ended_at="2026-03-02T14:30:00Z")

    ended_at: Instant | None = None
