"""The kinds of notes and their lives: in which state each begins, and which may follow which."""

from collections.abc import Mapping
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from incidents.core import checks


class NoteKind(TextChoices):
    """What a note says."""

    NOT_AFFECTED = "not_affected", _("Not affected")
    ADVICE = "advice", _("What you can do")
    QUESTION = "question", _("Question")
    SYMPTOM = "symptom", _("Symptom")
    MILESTONE = "milestone", _("Milestone")
    WORK = "work", _("Work")
    ATTEMPT = "attempt", _("Recovery attempt")


class NoteState(TextChoices):
    """Every state of every kind, in readers' words; `LIVES` says which belong where."""

    STATED = "stated", _("Holds")
    ACTIVE = "active", _("Holds")
    CHANGED = "changed", _("Holds, changed")
    WITHDRAWN = "withdrawn", _("No longer holds")
    ASKED = "asked", _("Not answered yet")
    ANSWERED = "answered", _("Answered")
    REACHED = "reached", _("Reached")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    ABANDONED = "abandoned", _("Abandoned")
    TRIED = "tried", _("Being tried")
    FAILED = "failed", _("Failed")
    WORKED = "worked", _("Worked")


Life = Mapping[NoteState, frozenset[NoteState]]

_END: Final[frozenset[NoteState]] = frozenset()
_GONE: Final = frozenset({NoteState.WITHDRAWN})

# A state may always follow itself. Each life begins with its first state.
LIVES: Final[Mapping[str, Life]] = {
    NoteKind.NOT_AFFECTED: {NoteState.STATED: _GONE, NoteState.WITHDRAWN: _END},
    NoteKind.ADVICE: {
        NoteState.ACTIVE: frozenset({NoteState.CHANGED, NoteState.WITHDRAWN}),
        NoteState.CHANGED: _GONE,
        NoteState.WITHDRAWN: _END,
    },
    NoteKind.QUESTION: {
        NoteState.ASKED: frozenset({NoteState.ANSWERED}),
        NoteState.ANSWERED: _END,
    },
    NoteKind.SYMPTOM: {NoteState.STATED: _GONE, NoteState.WITHDRAWN: _END},
    NoteKind.MILESTONE: {NoteState.REACHED: _GONE, NoteState.WITHDRAWN: _END},
    NoteKind.WORK: {
        NoteState.RUNNING: frozenset({NoteState.DONE, NoteState.ABANDONED}),
        NoteState.DONE: frozenset({NoteState.RUNNING}),
        NoteState.ABANDONED: frozenset({NoteState.RUNNING, NoteState.DONE}),
    },
    NoteKind.ATTEMPT: {
        NoteState.TRIED: frozenset({NoteState.FAILED, NoteState.ABANDONED, NoteState.WORKED}),
        NoteState.FAILED: frozenset({NoteState.TRIED}),
        NoteState.ABANDONED: frozenset({NoteState.TRIED}),
        NoteState.WORKED: frozenset({NoteState.FAILED}),
    },
}


def first_state(kind: str) -> NoteState:
    """Return the state in which a note of `kind` begins."""
    return next(iter(LIVES[kind]))


def following(kind: str, current: str) -> list[NoteState]:
    """Return what a note may be next, itself included, in the order of its life."""
    allowed = {NoteState(current), *LIVES[kind][NoteState(current)]}
    return [state for state in LIVES[kind] if state in allowed]


def check_state(kind: str, state: str) -> NoteState:
    """Return `state` if a note of `kind` can be in it, else raise ValidationError on "state"."""
    return NoteState(checks.choice(state, [each.value for each in LIVES[kind]], field="state"))


def check_step(kind: str, current: str, state: str) -> NoteState:
    """Return `state` if it may follow `current`, else raise ValidationError on "state"."""
    wanted = check_state(kind, state)
    allowed = following(kind, current)
    if wanted in allowed:
        return wanted
    further = [f"“{each}”" for each in allowed if each != current]
    way_out = f"It may become {', '.join(further)}." if further else "Add a new note instead."
    what = str(NoteKind(kind).label).lower()
    raise checks.refusal(
        "state", f"This note ({what}) is “{current}” and cannot become “{wanted}”. {way_out}"
    )
