"""Ways of telling that an incident has hit itself."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.routes import RouteForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import Page


@may(Ability.RESPOND)
def hit_route(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Say that word over a channel, or to a domain, may come late."""
    incident = incident_of(page, incident_id)
    form = RouteForm(request.POST or None)

    def act() -> str:
        incident.routes.hit(**form.words(), **doer(request))
        return f"{to_incident(incident)}#routes"

    about = _(
        "Readers see on the page that word may come late there, and whoever gave us a second "
        "address is written to at that one, until it works again or the incident is over."
    )
    return ask(
        request, page, form, act, title=_("Say that a channel is down, too"), about=about,
        back=to_incident(incident), incident=incident,
    )  # fmt: skip


@may(Ability.RESPOND)
@post_only
def mend_route(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Say that it works again."""
    incident = incident_of(page, incident_id)
    channel, domain = request.POST.get("channel", ""), request.POST.get("domain", "")
    return settle(
        request,
        lambda: incident.routes.mend(channel, domain=domain, **doer(request)),
        f"{to_incident(incident)}#routes",
    )
