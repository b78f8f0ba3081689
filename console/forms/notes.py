"""Notes: one editor, which shows what belongs to the kind at hand and nothing else."""

from datetime import datetime
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, GuardedForm
from console.forms.fields import InstantField, LineField, MarkdownField, PromiseField
from console.forms.incidents import NotifyField
from incidents.core.notes import LIVES, following
from incidents.models import Incident, Note, NoteKind, NoteState, Precision
from incidents.models.guarding import fingerprint

PURPOSES: Final = {
    NoteKind.NOT_AFFECTED: _("What works as always, so that nobody worries about it."),
    NoteKind.ADVICE: _("What readers can do now. Taken back, those who were told are told again."),
    NoteKind.QUESTION: _("What readers ask, as a heading, with our answer beneath."),
    NoteKind.SYMPTOM: _("What people see, word for word: whoever pastes it finds this page."),
    NoteKind.MILESTONE: _("Something that is reached: access restored, backlog drained."),
    NoteKind.WORK: _("A restore or a rebuild that takes its time, with dated progress."),
    NoteKind.ATTEMPT: _("A way to recovery: being tried, failed, abandoned, worked."),
}
HEADLINES: Final = {
    NoteKind.NOT_AFFECTED: _("What works"),
    NoteKind.ADVICE: _("What to do"),
    NoteKind.QUESTION: _("The question, in readers' words"),
    NoteKind.SYMPTOM: _("What they see, word for word"),
    NoteKind.MILESTONE: _("What is reached"),
    NoteKind.WORK: _("What is being done"),
    NoteKind.ATTEMPT: _("What is tried"),
}
WHEN: Final = {
    NoteKind.MILESTONE: _("Reached at"),
    NoteKind.WORK: _("Runs since"),
    NoteKind.ATTEMPT: _("Tried at"),
}


class NoteForm(ConsoleForm):
    """A new note of a kind that was picked."""

    more: ClassVar[tuple[str, ...]] = ("precision",)

    def __init__(self, incident: Incident, kind: NoteKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.CharField(widget=forms.HiddenInput, initial=kind)
        self.fields["headline"] = LineField(label=HEADLINES[kind])
        if kind == NoteKind.QUESTION:
            self.fields["answer"] = _answer()
        if kind == NoteKind.ATTEMPT:
            self.fields["state"] = _state(list(LIVES[kind]))
        if kind in WHEN:
            self.fields |= _when(incident, kind)
        self.fields["body"] = MarkdownField(label=_("In detail"), required=False, rows=4)


class ChangeNoteForm(GuardedForm):
    """A note that has moved on."""

    def __init__(self, note: Note, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = NoteKind(note.kind)
        if kind not in {NoteKind.ADVICE, NoteKind.QUESTION}:
            self.fields["state"] = _state(following(kind, note.state))
        self.fields["headline"] = LineField(label=HEADLINES[kind])
        if kind == NoteKind.QUESTION:
            self.fields["answer"] = _answer()
        self.fields["body"] = MarkdownField(label=_("In detail"), required=False, rows=4)
        for name in self.fields.keys() - {"key", "seen"}:
            self.initial[name] = getattr(note, name)
        self.initial["seen"] = fingerprint(note, *{"headline", "body", "answer"} & {*self.fields})
        if kind == NoteKind.ADVICE:
            self.fields["tell"] = TellField()


class TellField(forms.BooleanField):
    """Whether changed advice is told by an update of its own."""

    shape = "check"

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("Post an update that says so"),
            help_text=_("It goes to everybody who was told of the advice as it was, too."),
        )


class WithdrawNoteForm(ConsoleForm):
    """Advice that no longer holds."""

    stands_at: ClassVar[dict[str, str]] = {"body": "words"}

    def __init__(self, note: Note, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        incident = note.incident
        self.fields["words"] = MarkdownField(
            label=_("What holds instead"),
            required=False,
            rows=4,
            help_text=_("The update names the advice by itself; say why, and what to do now."),
        )
        if incident.is_open:
            self.fields["next_update_due"] = PromiseField(
                incident.page, now=now, required=False, label=_("Next update")
            )
        self.fields["notify"] = NotifyField()


class WorkProgressForm(ConsoleForm):
    """How far a restore or rebuild has come."""

    def __init__(self, note: Note, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page = note.incident.page
        self.fields |= {
            "done_percent": forms.IntegerField(
                label=_("Done, in percent"),
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": 100}),
            ),
            "text": LineField(label=_("In one line"), required=False),
            "happened_at": InstantField(
                page, label=_("As of"), required=False, help_text=_("Left empty: now.")
            ),
        }


def _state(states: list[NoteState]) -> forms.ChoiceField:
    choices = [(state.value, state.label) for state in states]
    return forms.ChoiceField(label=_("State"), choices=choices, required=False)


def _answer() -> MarkdownField:
    return MarkdownField(
        label=_("Answer"),
        required=False,
        rows=5,
        help_text=_("Left empty, readers see that there is no answer yet."),
    )


def _when(incident: Incident, kind: NoteKind) -> dict[str, forms.Field]:
    precision = forms.ChoiceField(label=_("That time is"), choices=Precision.choices)
    return {
        "happened_at": InstantField(incident.page, label=WHEN[kind], required=False),
        "precision": precision,
    }
