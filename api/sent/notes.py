"""Notes, their lives, and answers to readers."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from api.fields import Id, Instant, Text
from api.sent import Notify, Sent, Words, _example
from incidents.models import NoteKind, NoteState, Precision

Markdown = Annotated[Text, Field(description="Markdown, at most 25,000 characters.")]


class NoteSent(Sent):
    """Something that is known beside the timeline."""

    model_config = _example(
        kind="symptom",
        headline="Relay access denied",
        body="What senders saw when their mail was bounced.",
    )

    kind: NoteKind
    headline: Text
    body: Markdown = ""
    answer: Annotated[Text, Field(description="Only to a question.")] = ""
    state: NoteState | None = None
    happened_at: Instant | None = None
    precision: Precision = Precision.EXACT


class NoteChangeSent(Sent):
    """What a note says from now on; what is left out stays."""

    model_config = _example(body="Leave it in place for now.", tell=True)

    state: NoteState | None = None
    headline: Text | None = None
    body: Markdown | None = None
    answer: Markdown | None = None
    tell: Annotated[StrictBool, Field(description="Advice only: post an update that says so.")] = (
        False
    )


class NoteWithdrawalSent(Sent):
    """Advice that no longer holds; an update that names it is posted."""

    model_config = _example(words="Mail can be read again: forwarding is not needed any more.")

    words: Annotated[Text, Field(description="Markdown: why, and what holds instead.")] = ""
    notify: Notify = True
    next_update_due: Instant | None = None


class NoteProgressSent(Sent):
    """How far work has come."""

    model_config = _example(done_percent=40, text="Slow disks", happened_at="2026-03-02T12:00:00Z")

    done_percent: StrictInt
    text: Annotated[Text, Field(description="One line.")] = ""
    happened_at: Instant | None = None


class MessageAnswerSent(Sent):
    """An answer among the questions of the incident: in new words, or by a note that has it."""

    model_config = _example(headline="Is my mail lost?", answer="No, it waits for you.")

    headline: Annotated[Text, Field(description="The reader's own words if left out.")] = ""
    answer: Markdown = ""
    note: Id | None = Field(None, description="The id of a question that has this answer.")


class MessageUpdateSent(Words):
    """An answer to everybody, as an update."""

    model_config = _example(body="> Is my mail lost?\n\nNo, it waits for you.")

    next_update_due: Instant | None = None


class MessageDeclineSent(Sent):
    """No answer."""

    model_config = _example(reason="Sent to support")

    reason: Annotated[Text, Field(description="For staff alone, one line.")]
