"""What an incident turned out to be: a false alarm, a duplicate, a rehearsal that is over."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.ties import FalseAlarmForm, MergeForm
from console.links import to, to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import Page
from publishing.pages.entry import previewed


@may(Ability.RESPOND)
def call_false_alarm(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Say that nothing was broken."""
    incident = incident_of(page, incident_id)
    form = FalseAlarmForm(incident, request.POST or None)

    def act() -> str:
        incident.call_false_alarm(**form.words(), **doer(request))
        return to_incident(incident)

    about = _("Takes all impact back and ends the incident; its story stays readable.")
    return ask(
        request, page, form, act, title=_("False alarm"), back=to_incident(incident), about=about,
        incident=incident, previews=True, tells="update",
    )  # fmt: skip


@may(Ability.RESPOND)
def merge_incident(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Say that it is the same trouble as another incident."""
    incident = incident_of(page, incident_id)
    form = MergeForm(incident, request.POST or None)

    def act() -> str:
        incident.merge_into(**form.words(), **doer(request))
        return to_incident(incident)

    about = _("The other incident takes over all impact and cohorts; nothing counts twice.")
    return ask(
        request, page, form, act, title=_("Duplicate of another"), back=to_incident(incident),
        about=about, button=_("Merge"), incident=incident, previews=True, tells="update",
    )  # fmt: skip


@may(Ability.RESPOND)
@post_only
def close_rehearsal(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Put a rehearsal away."""
    incident = incident_of(page, incident_id)
    return settle(request, lambda: incident.close_rehearsal(**doer(request)), to("incidents", page))


@may(Ability.SEE)
def as_readers(_request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Show what readers do not see as they would see it; kept by no cache."""
    shown = previewed(incident_of(page, incident_id), timezone.now())
    return HttpResponse(shown.body, content_type=shown.content_type)
