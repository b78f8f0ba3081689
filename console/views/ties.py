"""Links between entries."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.ties import LinkForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import IncidentLink, Page


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
@post_only
def unlink_incident(
    request: StaffRequest, page: Page, incident_id: str, kind: str, other_id: str
) -> HttpResponse:
    """Take a link away again."""
    incident = incident_of(page, incident_id)
    other = get_object_or_404(page.incidents, public_id=other_id)
    link = IncidentLink.between(incident, other, kind)
    if link is None:
        raise Http404
    return settle(request, lambda: link.untie(**doer(request)), f"{to_incident(incident)}#links")
