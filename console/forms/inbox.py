"""Answers to readers: among the questions, in an update, or none."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import LineField, MarkdownField, PickField, PromiseField
from console.forms.incidents import NotifyField
from incidents.core import markup
from incidents.models import NoteKind, NoteState, ReaderMessage


class AnswerForm(ConsoleForm):
    """A question and its answer, as everybody will read them."""

    more = ("note",)

    def __init__(self, letter: ReaderMessage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = letter.incident.notes.filter(kind=NoteKind.QUESTION, state=NoteState.ANSWERED)
        questions = asked.select_related("incident")
        self.fields |= {
            "headline": LineField(
                label=_("The question, as all will read it"),
                initial=letter.as_line,
                required=False,
                help_text=_("Take out names, addresses and whatever is the reader's own."),
            ),
            "answer": MarkdownField(label=_("Answer"), required=False, rows=5),
            "note": PickField(
                questions,
                empty=_("No, it is new"),
                label=_("It is answered already"),
                required=False,
                help_text=_("Then question and answer above are left out."),
            ),
        }


class UpdateAnswerForm(ConsoleForm):
    """An update that quotes the question."""

    def __init__(self, letter: ReaderMessage, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        incident = letter.incident
        self.fields["body"] = MarkdownField(label=_("Update"), rows=8, initial=quoted(letter))
        if incident.is_open:
            self.fields["next_update_due"] = PromiseField(
                incident.page, now=now, required=False, label=_("Next update")
            )
        self.fields["notify"] = NotifyField()


class DeclineForm(ConsoleForm):
    """No answer, and why."""

    reason = LineField(
        label=_("Reason"), max_length=500, help_text=_("For staff only: “spam”, “sent to support”.")
    )


def quoted(letter: ReaderMessage) -> str:
    """What the reader wrote as a quotation, above an empty answer."""
    lines = [markup.literal(line) for line in letter.text.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
