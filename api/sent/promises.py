"""Promises, corrections of the record, and the cause."""

from typing import Annotated

from pydantic import Field, StrictInt

from api.fields import Id, Instant, Text
from api.sent import Sent, _example
from incidents.models import CauseState, CommitmentKind

Reason = Annotated[Text, Field(description="Readers see it.")]


class PromiseSent(Sent):
    """Something that is promised in public: by when, or why that is unknown."""

    model_config = _example(kind="fix", text="Mail can be read again", due="2026-03-03T12:00:00Z")

    kind: CommitmentKind
    text: Text = ""
    due: Instant | None = None
    unknown_because: Annotated[Text, Field(description="Instead of a time.")] = ""
    max_minutes: Annotated[
        StrictInt | None, Field(description="Only of a longest duration; it runs from the start.")
    ] = None
    replaces: Id | None = Field(None, description="A promise without a time, which this replaces.")


class KeepingSent(Sent):
    """By what a promise was kept."""

    model_config = _example(update="ab12cd34ef56")

    update: Id | None = Field(None, description="The update that kept it, if one did.")


class TakenBackSent(Sent):
    """Why a promise will not be kept."""

    model_config = _example(reason="The vendor has no spare part.")

    reason: Reason


class RedactionSent(Sent):
    """Why the words of an update are removed for good."""

    model_config = _example(reason="It named a customer.")

    reason: Reason


class CauseSent(Sent):
    """How sure we are of a cause."""

    model_config = _example(state="suspected", cause="A power supply", category="hardware")

    state: CauseState
    cause: Text = ""
    category: Text = ""
