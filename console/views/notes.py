"""Notes of every kind, and the cause."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.notes import (
    PURPOSES,
    ChangeNoteForm,
    NoteForm,
    WithdrawNoteForm,
    WorkProgressForm,
)
from console.forms.record import CauseForm
from console.frame import render
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import Note, NoteKind, Page


@may(Ability.RESPOND)
def add_note(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Add a note: first of which kind, then what belongs to that kind."""
    incident = incident_of(page, incident_id)
    kind = request.POST.get("kind", request.GET.get("kind", ""))
    if kind not in NoteKind.values:
        return render(request, "notes/pick.html", page, incident=incident, kinds=PURPOSES)
    form = NoteForm(incident, NoteKind(kind), request.POST or None)

    def act() -> str:
        Note.add(incident, **form.words(), **doer(request))
        return f"{to_incident(incident)}#notes"

    title, about = str(NoteKind(kind).label), str(PURPOSES[NoteKind(kind)])
    return ask(
        request, page, form, act, title=title, about=about, back=to_incident(incident),
        button=_("Add"), incident=incident, previews=True,
    )  # fmt: skip


@may(Ability.RESPOND)
def change_note(request: StaffRequest, page: Page, incident_id: str, note_id: str) -> HttpResponse:
    """Change a note's state or words, or answer it."""
    note = _note_of(page, incident_id, note_id)
    form = ChangeNoteForm(note, request.POST or None)

    def act() -> str:
        note.change(**form.words(), **doer(request))
        return _back(note)

    about = _("What it said before stays readable, with the time of this change.")
    return ask(
        request, page, form, act, title=note.get_kind_display(), about=about, back=_back(note),
        button=_("Save"), incident=note.incident, previews=True,
    )  # fmt: skip


@may(Ability.RESPOND)
def withdraw_note(
    request: StaffRequest, page: Page, incident_id: str, note_id: str
) -> HttpResponse:
    """Take advice back, and tell those who were told to follow it."""
    note = _note_of(page, incident_id, note_id)
    form = WithdrawNoteForm(note, request.POST or None, now=timezone.now())

    def act() -> str:
        note.withdraw(**form.words(), **doer(request))
        return _back(note)

    title = _("Withdraw: %s") % note.headline
    about = _(
        "An update says that this advice no longer holds. It goes to everybody who hears of this "
        "incident now, and to everybody who was told of it while the advice stood."
    )
    return ask(
        request, page, form, act, title=title, about=about, back=_back(note),
        button=_("Withdraw this advice"), incident=note.incident, previews=True, tells="update",
    )  # fmt: skip


@may(Ability.RESPOND)
def report_work(request: StaffRequest, page: Page, incident_id: str, note_id: str) -> HttpResponse:
    """Report how far a restore or rebuild has come."""
    note = _note_of(page, incident_id, note_id)
    form = WorkProgressForm(note, request.POST or None)

    def act() -> str:
        note.progress(**form.words(), **doer(request))
        return _back(note)

    title = _("Progress: %s") % note.headline
    return ask(
        request, page, form, act, title=title, back=_back(note), button=_("Report"),
        incident=note.incident,
    )  # fmt: skip


@may(Ability.COMMUNICATE)
@post_only
def forget_wordings(
    request: StaffRequest, page: Page, incident_id: str, note_id: str
) -> HttpResponse:
    """Remove for good what a note said before."""
    note = _note_of(page, incident_id, note_id)
    return settle(request, lambda: note.forget_wordings(**doer(request)), _back(note))


@may(Ability.RESPOND)
def judge_cause(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Say what it was, and how sure we are."""
    incident = incident_of(page, incident_id)
    known = {
        "state": incident.cause_state,
        "cause": incident.cause,
        "category": incident.cause_category,
    }
    form = CauseForm(request.POST or None, initial=known)

    def act() -> str:
        incident.judge_cause(**form.words(), **doer(request))
        return to_incident(incident)

    title, back = _("Cause"), to_incident(incident)
    return ask(
        request, page, form, act, title=title, back=back, button=_("Save"), incident=incident
    )


def _note_of(page: Page, incident_id: str, note_id: str) -> Note:
    return get_object_or_404(incident_of(page, incident_id).notes, public_id=note_id)


def _back(note: Note) -> str:
    return f"{to_incident(note.incident)}#notes"
