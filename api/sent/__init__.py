"""What may be sent: each field is named like the verb's argument, so errors name it as sent."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from api.fields import Id, Instant, Metadata, Text
from incidents.core.levels import Impact, Level
from incidents.core.lifecycles import Status

Levels = Annotated[
    dict[Text, Level],
    Field(max_length=500, description="Component ids and the level each is at from now on."),
]
Unknown = Annotated[
    Text, Field(description="Why it is unknown when the next update comes, instead of a time.")
]
Notify = Annotated[StrictBool, Field(description="Whether subscribers are told.")]


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Sent(BaseModel):
    """A body; a field that is not known is refused by name."""

    model_config = ConfigDict(extra="forbid")

    def arguments(self, *without: str) -> dict[str, Any]:
        """Return what was sent as arguments of a verb; absent is the verb's default."""
        return self.model_dump(exclude=set(without), exclude_none=True)


class Words(Sent):
    """The words of an update."""

    body: Annotated[Text, Field(description="Markdown, at most 25,000 characters.")]
    headline: Text = ""
    social_text: Annotated[Text, Field(description="At most 280 characters.")] = ""
    signature: Text = ""
    notify: Notify = True


class IncidentSent(Words):
    """A new incident with its first update."""

    model_config = _example(
        title="Mail cannot be read",
        body="We are looking into it.",
        levels={"ab12cd34ef56": "major_outage"},
        started_at="2026-03-02T12:00:00Z",
        next_update_due="2026-03-02T13:00:00Z",
    )

    title: Text
    status: Literal["investigating", "identified", "monitoring"] = "investigating"
    levels: Levels = Field(default_factory=dict)
    started_at: Instant | None = None
    next_update_due: Instant | None = None
    next_update_unknown: Unknown = ""
    impact_override: Impact | None = None
    rehearsal: StrictBool = False
    external_id: Annotated[Text, Field(max_length=120)] = ""
    metadata: Metadata = Field(default_factory=dict)


class UpdateSent(Words):
    """A post; names only the components whose level changes."""

    model_config = _example(
        body="A disk controller failed; we are copying to spare hardware.",
        status="identified",
        levels={"ab12cd34ef56": "partial_outage"},
        next_update_due="2026-03-02T14:00:00Z",
    )

    status: Status | None = None
    levels: Levels = Field(default_factory=dict)
    happened_at: Instant | None = None
    corrects: Id | None = Field(None, description="The id of an update that this one corrects.")
    next_update_due: Instant | None = None
    next_update_unknown: Unknown = ""
    after: Annotated[
        StrictInt | None,
        Field(description="The number of the newest update read; a newer one is 412."),
    ] = None


class ResolutionSent(Words):
    """The end of an incident, at a stated time."""

    model_config = _example(body="All mail is readable again.", resolved_at="2026-03-02T14:30:00Z")

    resolved_at: Instant | None = None
    still_owed: Annotated[
        list[Id],
        Field(max_length=100, description="Promises of a fix that are not kept by this."),
    ] = Field(default_factory=list)
    after: Annotated[
        StrictInt | None,
        Field(
            description="The number of the newest update that you have read; a newer one is 412."
        ),
    ] = None
    postmortem_due: Annotated[
        Instant | None, Field(description="Promises a postmortem by then.")
    ] = None


class ReopeningSent(Words):
    """A resolution taken back."""

    model_config = _example(
        body="It has come back.",
        levels={"ab12cd34ef56": "degraded_performance"},
        next_update_due="2026-03-02T16:00:00Z",
    )

    levels: Levels = Field(default_factory=dict)
    next_update_due: Instant | None = None
    next_update_unknown: Unknown = ""


class LevelSent(Sent):
    """A component's level, set by hand; windows of incidents stay as they are."""

    model_config = _example(level="degraded_performance", happened_at="2026-03-02T11:58:00Z")

    level: Level
    happened_at: Instant | None = None
