"""What may be sent about planned work: its windows, its course, and how it comes back."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, StrictBool, StrictInt

from api.fields import Id, Instant, Text
from api.sent import Notify, Sent, Words, _example
from incidents.core import own_words
from incidents.models import Component
from incidents.models.planned.plan import Plan

Minutes = Annotated[StrictInt, Field(ge=1, le=100_000)]
Components = Annotated[
    list[Text], Field(default_factory=list, max_length=500, description="Component ids.")
]
Reminders = Annotated[
    list[StrictInt],
    Field(
        default_factory=list,
        max_length=20,
        description="Minutes before each window, from 5 to 40320 (28 days).",
    ),
]
Bound = Annotated[
    Minutes | None, Field(description="The longest that it may last, in minutes, as promised.")
]
ByItself = Annotated[
    StrictBool, Field(description="False where staff end it; past its end it overruns in sight.")
]


class Terms(BaseModel):
    """On what, how long at most, who ends it, and when readers are reminded."""

    components: Components
    max_minutes: Bound = None
    ends_by_itself: ByItself = True
    reminders: Reminders


class PlannedWindowSent(Sent, Terms):
    """One window among several, on terms of its own."""

    start: Instant
    end: Instant

    def plan(self, found: Sequence[Component]) -> Plan:
        """Return it as the verb takes it."""
        return Plan(**self.arguments("components"), components=found)


class MaintenanceSent(Words, Terms):
    """Planned work, in one window or in several."""

    model_config = _example(
        title="Moving Mailstore to new disks",
        body="Reading mail may take longer.",
        start="2026-03-07T02:00:00Z",
        end="2026-03-07T04:00:00Z",
        components=["ab12cd34ef56"],
        max_minutes=60,
        reminders=[1440, 60],
    )

    title: Text
    start: Instant
    end: Instant
    windows: Annotated[
        list[PlannedWindowSent],
        Field(default_factory=list, max_length=49, description="Further ones."),
    ]
    audience: Id | None = Field(None, description="The id of a cohort, if it concerns only that.")
    follows_up: Id | None = Field(None, description="The id of an incident.")


class MaintenanceAnnouncementSent(Words):
    """Work that is coming, without dates yet."""

    model_config = _example(
        title="Short maintenances of Mailstore",
        body="We will name the dates in advance.",
        components=["ab12cd34ef56"],
        max_minutes=60,
    )

    title: Text
    components: Components
    max_minutes: Bound = None
    audience: Id | None = Field(None, description="The id of a cohort, if it concerns only that.")
    follows_up: Id | None = Field(None, description="The id of an incident.")


class DatesSent(Words, Terms):
    """The dates of announced work, or of a further window."""

    model_config = _example(
        body="It takes place on Saturday.",
        start="2026-03-07T02:00:00Z",
        end="2026-03-07T04:00:00Z",
        components=["ab12cd34ef56"],
        reminders=[1440],
    )

    start: Instant
    end: Instant


class MoveSent(Words):
    """Another time for a window that has not begun."""

    model_config = _example(
        body="The new disks arrive a day later.",
        start="2026-03-08T02:00:00Z",
        end="2026-03-08T04:00:00Z",
    )

    start: Instant
    end: Instant
    max_minutes: Bound = None
    reminders: Annotated[list[StrictInt], Field(max_length=20)] | None = None


class ExtensionSent(Words):
    """A later end for a window that is under way."""

    model_config = _example(body="Copying takes longer.", end="2026-03-07T05:00:00Z")

    end: Instant


class StartSent(Sent):
    """Beginning by hand."""

    model_config = _example(body="We begin now.")

    body: Text = own_words.BEGUN
    started_at: Instant | None = None
    notify: Notify = True


class MaintenanceEndSent(Sent):
    """Ending by hand."""

    model_config = _example(body="All done.")

    body: Text = own_words.COMPLETED
    ended_at: Instant | None = None
    notify: Notify = True


class CancellationSent(Words):
    """Calling it off, or stopping it."""

    model_config = _example(body="Mailstore is down; this has to wait.")

    overtaken_by: Id | None = Field(None, description="The id of the incident that overtook it.")


class RecurrenceSent(Sent):
    """Work that comes back by a rule (RFC 5545)."""

    model_config = _example(
        title="Weekly patches",
        body="Servers restart one after the other.",
        rule="FREQ=WEEKLY;BYDAY=TU;COUNT=12",
        first_start="2026-03-03T02:00:00+01:00",
        minutes=60,
        time_zone="Europe/Berlin",
        components=["ab12cd34ef56"],
        reminders=[1440],
    )

    title: Text
    body: Text
    rule: Annotated[Text, Field(max_length=255, description="With COUNT or UNTIL.")]
    first_start: Instant
    minutes: Minutes
    time_zone: Annotated[Text, Field(description="Left out: the page's.")] = ""
    components: Components
    max_minutes: Bound = None
    reminders: Reminders
    exceptions: Annotated[list[date], Field(default_factory=list, max_length=500)]
    notify: Notify = True


class RecurrenceChangeSent(Sent):
    """What changes for dates that are planned from now on."""

    model_config = _example(minutes=45)

    title: Text | None = None
    body: Text | None = None
    minutes: Minutes | None = None
    max_minutes: Bound = None
    reminders: Annotated[list[StrictInt], Field(max_length=20)] | None = None
    notify: StrictBool | None = None


class SkipSent(Sent):
    """One date that is left out."""

    model_config = _example(day="2026-03-10", body="Not this week.")

    day: date
    body: Text
    notify: Notify = True


class RecurrenceEndSent(Sent):
    """The last word on what came back."""

    model_config = _example(body="The servers are replaced; this is no longer needed.")

    body: Text
    notify: Notify = True
