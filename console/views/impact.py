"""Impact apart from posts: windows, cohorts and how far the work on them has come."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.record import CloseForm, CohortForm, ProgressForm, ReplaceForm, WindowForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import Cohort, ImpactWindow, Page


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
    window = get_object_or_404(incident.windows.current(), public_id=window_id)
    form = CloseForm(incident, request.POST or None)

    def act() -> str:
        window.close(form.cleaned_data["end"], **doer(request))
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
    window = get_object_or_404(incident.windows.current(), public_id=window_id)
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
def name_cohort(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Name some of those who were hurt."""
    incident = incident_of(page, incident_id)
    form = CohortForm(request.POST or None)

    def act() -> str:
        Cohort.name_one(incident, **form.words(), **doer(request))
        return f"{to_incident(incident)}#cohorts"

    title, back = _("Name a cohort"), to_incident(incident)
    return ask(request, page, form, act, title=title, back=back, incident=incident)


@may(Ability.RESPOND)
def report_progress(
    request: StaffRequest, page: Page, incident_id: str, cohort_id: str
) -> HttpResponse:
    """Report how far the work on a cohort has come."""
    incident = incident_of(page, incident_id)
    cohort = get_object_or_404(incident.cohorts, public_id=cohort_id)
    form = ProgressForm(incident, request.POST or None)

    def act() -> str:
        cohort.report(**form.words(), **doer(request))
        return f"{to_incident(incident)}#cohorts"

    title, back = _("Progress on %s") % cohort, to_incident(incident)
    return ask(request, page, form, act, title=title, back=back, incident=incident)


def _known(words: dict[str, Any]) -> dict[str, Any]:
    """Without an empty precision, which means the usual one."""
    return {name: value for name, value in words.items() if name != "precision" or value}
