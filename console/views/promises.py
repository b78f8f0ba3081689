"""Promises: made, kept, taken back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.promises import PromiseForm, TakeBackForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import Commitment, Incident, Page


@may(Ability.RESPOND)
def promise(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Promise something in public."""
    incident = incident_of(page, incident_id)
    form = PromiseForm(incident, request.POST or None)

    def act() -> str:
        Commitment.promise(incident, **form.words(), **doer(request))
        return _back(incident)

    title, about = _("Make a promise"), _("Readers see it run, and whether it was kept.")
    back = to_incident(incident)
    return ask(request, page, form, act, title=title, about=about, back=back, incident=incident)


@may(Ability.RESPOND)
@post_only
def keep_promise(
    request: StaffRequest, page: Page, incident_id: str, promise_id: str
) -> HttpResponse:
    """Say that a promise is kept."""
    promised = _promise_of(page, incident_id, promise_id)
    back = _back(incident_of(page, incident_id))
    return settle(request, lambda: promised.meet(**doer(request)), back)


@may(Ability.RESPOND)
def take_back_promise(
    request: StaffRequest, page: Page, incident_id: str, promise_id: str
) -> HttpResponse:
    """Say that a promise will not be kept, and why."""
    promised = _promise_of(page, incident_id, promise_id)
    incident = incident_of(page, incident_id)
    form = TakeBackForm(request.POST or None)

    def act() -> str:
        promised.withdraw(form.cleaned_data["reason"], **doer(request))
        return _back(incident)

    about = _("It stays listed, as taken back, with your reason and the time.")
    return ask(
        request, page, form, act, title=_("Take a promise back"), about=about,
        back=_back(incident), button=_("Take it back"), incident=incident, danger=True,
    )  # fmt: skip


def _promise_of(page: Page, incident_id: str, promise_id: str) -> Commitment:
    promises = Commitment.objects.select_related("incident", "page").filter(page=page)
    return get_object_or_404(promises, incident__public_id=incident_id, public_id=promise_id)


def _back(incident: Incident) -> str:
    return f"{to_incident(incident)}#promises"
