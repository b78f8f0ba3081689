"""Cohorts: who was hurt in the same way, and how far the work for them has come."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.impact import CohortForm, DoneForm, ProgressForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import Cohort, Incident, Page


@may(Ability.RESPOND)
def name_cohort(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Name some of those who were hurt."""
    incident = incident_of(page, incident_id)
    form = CohortForm(request.POST or None)

    def act() -> str:
        Cohort.name_one(incident, **form.words(), **doer(request))
        return _back(incident)

    title, back = _("Name a cohort"), to_incident(incident)
    return ask(request, page, form, act, title=title, back=back, incident=incident)


@may(Ability.RESPOND)
def change_cohort(
    request: StaffRequest, page: Page, incident_id: str, cohort_id: str
) -> HttpResponse:
    """More became known of a cohort: its name, its size, its share."""
    incident = incident_of(page, incident_id)
    cohort = _cohort_of(incident, cohort_id)
    form = CohortForm(request.POST or None, cohort=cohort)

    def act() -> str:
        cohort.change(**form.words(), **doer(request))
        return _back(incident)

    title, back = _("Change %s") % cohort, to_incident(incident)
    return ask(
        request, page, form, act, title=title, back=back, button=_("Save"), incident=incident
    )


@may(Ability.RESPOND)
def report_progress(
    request: StaffRequest, page: Page, incident_id: str, cohort_id: str
) -> HttpResponse:
    """Report how far the work on a cohort has come."""
    incident = incident_of(page, incident_id)
    cohort = _cohort_of(incident, cohort_id)
    form = ProgressForm(incident, request.POST or None)

    def act() -> str:
        cohort.report(**form.words(), **doer(request))
        return _back(incident)

    title, back = _("Progress on %s") % cohort, to_incident(incident)
    return ask(request, page, form, act, title=title, back=back, incident=incident)


@may(Ability.RESPOND)
def close_cohort(
    request: StaffRequest, page: Page, incident_id: str, cohort_id: str
) -> HttpResponse:
    """The last ones are done: progress is whole, and their windows end."""
    incident = incident_of(page, incident_id)
    cohort = _cohort_of(incident, cohort_id)
    form = DoneForm(incident, request.POST or None)

    def act() -> str:
        cohort.close(**form.words(), **doer(request))
        return _back(incident)

    title, back = _("%s: done") % cohort, to_incident(incident)
    about = _("Sets the progress to 100 percent and ends the impact on these accounts.")
    return ask(
        request, page, form, act, title=title, about=about, back=back, button=_("Done"),
        incident=incident,
    )  # fmt: skip


def _cohort_of(incident: Incident, cohort_id: str) -> Cohort:
    return get_object_or_404(incident.cohorts, public_id=cohort_id)


def _back(incident: Incident) -> str:
    return f"{to_incident(incident)}#cohorts"
