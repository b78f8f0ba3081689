"""Drafts, what is begun from a template, remarks, translations, announcements, histories."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictBool

from api.fields import Id, Instant, Text, small_object, storable
from api.sent import Levels, Notify, Sent, Words, _example
from incidents.core.levels import Level
from incidents.models import DraftKind


def _content(sent: dict[str, Any]) -> dict[str, Any]:
    """A text of an update may be longer than what stands in metadata."""
    texts = {name: storable(value) for name, value in sent.items() if isinstance(value, str)}
    small_object({name: value for name, value in sent.items() if name not in texts})
    small_object(dict.fromkeys(texts, ""))
    return sent


Content = Annotated[
    dict[Text, Any],
    AfterValidator(_content),
    Field(
        max_length=40,
        description="What the operation that publishes it takes; `next_update_minutes` counts "
        "from publishing.",
    ),
]
Markdown = Annotated[Text, Field(description="Markdown, at most 25,000 characters.")]


class DraftSent(Sent):
    """Words that are not said yet; they may be unfinished."""

    model_config = _example(
        kind="announcement", content={"title": "New prices", "body": "From May on."}
    )

    kind: DraftKind
    incident: Id | None = Field(None, description="For an update: the incident that it is on.")
    content: Content


class DraftContentSent(Sent):
    """Another content."""

    model_config = _example(content={"title": "New prices", "body": "From June on."})

    content: Content


class ScheduleSent(Sent):
    """When the clock publishes a draft; null takes it from the clock."""

    model_config = _example(publish_at="2026-03-02T18:00:00Z")

    publish_at: Instant | None


class DraftPublicationSent(Sent):
    """Nothing more is needed."""

    model_config = _example()


class BegunSent(Sent):
    """What is not as the template says."""

    model_config = _example(levels={"ab12cd34ef56": "major_outage"})

    title: Text | None = None
    body: Markdown | None = None
    headline: Text | None = None
    status: Text | None = None
    levels: Levels | None = None
    next_update_due: Instant | None = None
    notify: StrictBool | None = None


class BegunUpdateSent(BegunSent):
    """The incident that an update from a template is on."""

    incident: Id

    model_config = _example(incident="ab12cd34ef56", status="identified")


class PrivateNoteSent(Sent):
    """A remark among staff."""

    model_config = _example(body="The vendor has been called; ticket 4711.")

    body: Markdown


class TextSent(Sent):
    """An update in a further language of its page."""

    model_config = _example(body="Wir sehen uns das an.", headline="Post kann nicht gelesen werden")

    body: Markdown
    headline: Text = ""


class SummarySent(Sent):
    """The standing summary; an empty one takes it away."""

    model_config = _example(summary="Mail of a third of our accounts cannot be read.")

    summary: Markdown


class PlacementSent(Sent):
    """Where an announcement stands, and for how long."""

    model_config = _example(pinned=True, ends_at="2026-03-09T12:00:00Z")

    pinned: StrictBool
    ends_at: Instant | None = None


class AnnouncementSent(Words):
    """Something to read that is neither trouble nor planned work."""

    model_config = _example(title="New prices", body="From May on.", pinned=True)

    title: Text
    pinned: StrictBool = False
    ends_at: Instant | None = None


class AnnouncementEndSent(Sent):
    """The last word on an announcement."""

    model_config = _example(body="This no longer holds.")

    body: Markdown
    notify: Notify = True


class SaidThenSent(Sent):
    """One update of a history."""

    said_at: Instant
    status: Text
    body: Markdown
    headline: Text = ""


class DownThenSent(Sent):
    """One stretch in which a component was at a level."""

    component: Annotated[Text, Field(description="Its id or name.")]
    level: Level
    start: Instant
    end: Instant


class HistorySent(Sent):
    """An incident that is over, with all its updates at their stated times."""

    model_config = _example(
        title="Mail was slow",
        updates=[
            {"said_at": "2026-01-05T09:00:00Z", "status": "investigating", "body": "We look."},
            {"said_at": "2026-01-05T10:00:00Z", "status": "resolved", "body": "Over."},
        ],
        windows=[
            {"component": "ab12cd34ef56", "level": "degraded_performance",
             "start": "2026-01-05T08:40:00Z", "end": "2026-01-05T09:50:00Z"},
        ],
        external_id="wiki-2026-01-05",
    )  # fmt: skip

    title: Text
    updates: Annotated[list[SaidThenSent], Field(max_length=500)]
    windows: Annotated[list[DownThenSent], Field(max_length=500)] = Field(default_factory=list)
    started_at: Instant | None = None
    notify: Annotated[StrictBool, Field(description="Tell the last update now.")] = False
    origin_note: Text = ""
    canonical_url: Text = ""
    external_id: Annotated[
        Text, Field(max_length=120, description="Sent again, the first one is answered.")
    ] = ""
    tags: Annotated[list[Text], Field(max_length=20)] = Field(default_factory=list)
