"""What may be sent of postmortems: words, actions, verdicts, publications."""

from datetime import date
from typing import Annotated

from pydantic import Field, StrictBool

from api.fields import Id, Instant, Text
from api.sent import Notify, Sent, _example
from incidents.models import ActionKind, ActionState, Precision

Markdown = Annotated[Text, Field(description="Markdown, at most 25,000 characters.")]
Signatories = Annotated[
    list[Text], Field(max_length=12, description="Teams and names with their functions.")
]
Incidents = Annotated[list[Id], Field(min_length=1, max_length=60)]


class PostmortemSent(Sent):
    """A new postmortem over one or several incidents of the page."""

    model_config = _example(
        title="The mail outage of 2 March",
        incident_ids=["ab12cd34ef56"],
        signatories=["The mail team"],
        interim=True,
    )

    title: Text
    incident_ids: Incidents
    interim: StrictBool = False
    signatories: Signatories = Field(default_factory=list)


class PostmortemChangeSent(Sent):
    """What stands around the sections; what is left out stays."""

    model_config = _example(interim=False)

    title: Text | None = None
    incident_ids: Incidents | None = None
    interim: StrictBool | None = None
    signatories: Signatories | None = None
    internal_notes: Annotated[Text | None, Field(description="Never public.")] = None


class SectionSent(Sent):
    """One section; an empty body takes it out."""

    model_config = _example(body="A disk failed, and nothing could take its place.")

    body: Markdown
    author: Text = ""
    dated_at: Instant | None = None


class TimelineEntrySent(Sent):
    """An instant that no update or window tells of."""

    model_config = _example(text="The alarm rang", happened_at="2026-03-02T11:58:00Z")

    text: Text
    happened_at: Instant
    precision: Precision = Precision.EXACT
    public: StrictBool = True


class ActionSent(Sent):
    """What is done about it."""

    model_config = _example(title="Deploy new hardware", team="Storage", due="2026-04-01")

    title: Text
    kind: ActionKind = ActionKind.PREVENT
    team: Text = ""
    owner: Annotated[Text, Field(description="Never public.")] = ""
    due: date | None = None
    tracking_url: Text = ""
    public: StrictBool = True


class ActionChangeSent(Sent):
    """What an action is from now on; what is left out stays."""

    model_config = _example(team="Storage and backups")

    title: Text | None = None
    kind: ActionKind | None = None
    team: Text | None = None
    owner: Annotated[Text | None, Field(description="Never public.")] = None
    due: date | None = None
    tracking_url: Text | None = None
    public: StrictBool | None = None


class ProgressSent(Sent):
    """How far an action has come."""

    model_config = _example(state="in_progress", text="Ordered.")

    state: ActionState
    text: Text = ""
    happened_at: Instant | None = None
    notify: Notify = False


class ReviewSent(Sent):
    """Who is to look at it."""

    model_config = _example(reviewer="")

    reviewer: Annotated[
        Text, Field(description="The e-mail address of a member; anybody else who may if empty.")
    ] = ""


class VerdictSent(Sent):
    """What the reviewer says; sending back takes a remark."""

    model_config = _example(approve=True, remark="Plain and true.")

    approve: StrictBool
    remark: Text = ""


class PublicationSent(Sent):
    """Whether subscribers are told."""

    model_config = _example(notify=False)

    notify: Notify = True


class AmendmentSent(Sent):
    """What changed, in words for readers."""

    model_config = _example(note="The second disk is mentioned now.")

    note: Text
    notify: Notify = False


class PostmortemWithdrawalSent(Sent):
    """Why it is taken back."""

    model_config = _example(reason="It named the wrong device.")

    reason: Text


class MilestonesSent(Sent):
    """When it was noticed, taken on and over the worst; what is left out stays."""

    model_config = _example(detected_at="2026-03-02T12:01:00Z")

    detected_at: Instant | None = None
    acknowledged_at: Instant | None = None
    mitigated_at: Instant | None = None
