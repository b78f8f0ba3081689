"""Links between entries, and promises."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.access import StaffRequest, may
from console.answering import ask, doer, settle
from console.forms.record import LinkForm, PromiseForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import Commitment, IncidentLink, Page


@may(Ability.RESPOND)
def link_incident(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Link this entry to another."""
    incident = incident_of(page, incident_id)
    form = LinkForm(incident, request.POST or None)

    def act() -> str:
        IncidentLink.tie(incident, **form.words(), **doer(request))
        return f"{to_incident(incident)}#links"

    title, back = _("Link to another entry"), to_incident(incident)
    return ask(request, page, form, act, title=title, back=back, incident=incident)


@may(Ability.RESPOND)
def promise(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Promise something in public."""
    incident = incident_of(page, incident_id)
    form = PromiseForm(incident, request.POST or None)

    def act() -> str:
        Commitment.promise(incident, **form.words(), **doer(request))
        return f"{to_incident(incident)}#promises"

    title, about = _("Make a promise"), _("Readers see it run, and whether it was kept.")
    back = to_incident(incident)
    return ask(request, page, form, act, title=title, about=about, back=back, incident=incident)


@may(Ability.RESPOND)
@require_POST
def settle_promise(
    request: StaffRequest, page: Page, incident_id: str, promise_id: str
) -> HttpResponse:
    """Say that a promise is kept, or take it back."""
    incident = incident_of(page, incident_id)
    promised = get_object_or_404(incident.commitments, public_id=promise_id)
    verb = promised.withdraw if "withdraw" in request.POST else promised.meet
    return settle(request, lambda: verb(**doer(request)), f"{to_incident(incident)}#promises")
