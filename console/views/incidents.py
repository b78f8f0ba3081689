"""The list of incidents, and opening one."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.utils import timezone

from console.access import StaffRequest, may
from console.answering import answer, doer
from console.drafting import drafted, offered
from console.forms.incidents import OpenForm
from console.frame import render
from console.links import to_incident
from console.ready import begun, ready
from incidents.core.lifecycles import Kind
from incidents.core.roles import Ability
from incidents.models import DraftKind, ImpactWindow, Incident, Page


@may(Ability.SEE)
def incidents(request: StaffRequest, page: Page) -> HttpResponse:
    """All incidents, the newest first."""
    entries = page.incidents.of_kind(Kind.INCIDENT).select_related("page")
    entries = entries.prefetch_related(Prefetch("windows", ImpactWindow.objects.current()))
    some = Paginator(entries, 30).get_page(request.GET.get("page"))
    return render(request, "incidents.html", page, entries=some)


@may(Ability.RESPOND)
def open_incident(request: StaffRequest, page: Page) -> HttpResponse:
    """Open an incident with its first update."""
    form = offered(OpenForm(page, request.POST or None, now=timezone.now()), page)
    form = begun(request, form, page)

    def act() -> str:
        return to_incident(Incident.open(page, **form.words(), **doer(request)))

    act, kind = drafted(request, form, act, DraftKind.INCIDENT, page), DraftKind.INCIDENT
    return answer(request, form, act, "open.html", page, ready=ready(page, kind))
