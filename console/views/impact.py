"""Impact apart from posts: windows recorded, ended, corrected and taken back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.impact import CloseForm, ReplaceForm, RetractForm, WindowForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import ImpactWindow, Incident, Page


@may(Ability.RESPOND)
def record_window(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Record when what was how broken."""
    incident = incident_of(page, incident_id)
    form = WindowForm(incident, request.POST or None)

    def act() -> str:
        ImpactWindow.record(incident=incident, **_known(form.words()), **doer(request))
        return f"{to_incident(incident)}#impact"

    title, about = _("Record impact"), _("Status, uptime and credits are worked out from these.")
    back = to_incident(incident)
    return ask(request, page, form, act, title=title, about=about, back=back, incident=incident)


@may(Ability.RESPOND)
def close_window(
    request: StaffRequest, page: Page, incident_id: str, window_id: str
) -> HttpResponse:
    """Give an open window its end."""
    incident = incident_of(page, incident_id)
    window = _window_of(incident, window_id)
    form = CloseForm(incident, request.POST or None)

    def act() -> str:
        pen = doer(request)
        window.close(form.cleaned_data["end"] or pen["at"], **pen)
        return f"{to_incident(incident)}#impact"

    title, back = _("End of impact on %s") % window.component, to_incident(incident)
    return ask(
        request, page, form, act, title=title, back=back, button=_("Save"), incident=incident
    )


@may(Ability.RESPOND)
def replace_window(
    request: StaffRequest, page: Page, incident_id: str, window_id: str
) -> HttpResponse:
    """Correct a window; the old row stays, dated."""
    incident = incident_of(page, incident_id)
    window = _window_of(incident, window_id)
    known = {name: getattr(window, name) for name in ReplaceForm.carried}
    form = ReplaceForm(incident, request.POST or None, initial=known)

    def act() -> str:
        window.supersede(**_known(form.changes()), **doer(request))
        return f"{to_incident(incident)}#impact"

    title, back = _("Correct impact on %s") % window.component, to_incident(incident)
    about = _("What was believed before stays on record, with the time of the correction.")
    return ask(
        request, page, form, act, title=title, about=about, back=back, button=_("Save"),
        incident=incident,
    )  # fmt: skip


@may(Ability.RESPOND)
def retract_window(
    request: StaffRequest, page: Page, incident_id: str, window_id: str
) -> HttpResponse:
    """Take back a window that never was."""
    incident = incident_of(page, incident_id)
    window = _window_of(incident, window_id)
    form = RetractForm(request.POST or None)

    def act() -> str:
        window.retract(form.cleaned_data["because"], **doer(request))
        return f"{to_incident(incident)}#impact"

    title, back = _("Take back impact on %s") % window.component, to_incident(incident)
    about = _("It counts for nothing from now on; readers see that it was taken back, and why.")
    return ask(
        request, page, form, act, title=title, about=about, back=back, button=_("Take back"),
        danger=True, incident=incident,
    )  # fmt: skip


def _window_of(incident: Incident, window_id: str) -> ImpactWindow:
    return get_object_or_404(incident.windows.current(), public_id=window_id)


def _known(words: dict[str, Any]) -> dict[str, Any]:
    """Without an empty precision, which means the usual one."""
    return {name: value for name, value in words.items() if name != "precision" or value}
