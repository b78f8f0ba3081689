"""Notes of every kind, and the cause."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.record import CauseForm, ChangeNoteForm, NoteForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import Note, Page


@may(Ability.RESPOND)
def add_note(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Add a note."""
    incident = incident_of(page, incident_id)
    form = NoteForm(incident, request.POST or None, initial={"kind": request.GET.get("kind")})

    def act() -> str:
        Note.add(incident, **form.words(), **doer(request))
        return f"{to_incident(incident)}#notes"

    back = to_incident(incident)
    return ask(request, page, form, act, title=_("Add a note"), back=back, incident=incident)


@may(Ability.RESPOND)
def change_note(request: StaffRequest, page: Page, incident_id: str, note_id: str) -> HttpResponse:
    """Change a note's state or words, or answer it."""
    incident = incident_of(page, incident_id)
    note = get_object_or_404(incident.notes, public_id=note_id)
    form = ChangeNoteForm(note, request.POST or None)

    def act() -> str:
        note.change(**form.words(), **doer(request))
        return f"{to_incident(incident)}#notes"

    title, back = note.get_kind_display(), to_incident(incident)
    return ask(
        request, page, form, act, title=title, back=back, button=_("Save"), incident=incident
    )


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
