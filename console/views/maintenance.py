"""Planned work: announce, schedule, begin, end, call off."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import Act, ask, doer
from console.drafting import drafted, offered
from console.forms.base import ConsoleForm
from console.forms.maintenance import AnnounceForm, CancelForm, DatesForm, EdgeForm, ScheduleForm
from console.frame import render
from console.links import to, to_incident
from console.ready import begun, ready
from incidents.core.roles import Ability
from incidents.models import DraftKind, Maintenance, Page

BEGUN = "The maintenance has begun."
DONE = "The maintenance has been completed."


@may(Ability.SEE)
def maintenances(request: StaffRequest, page: Page) -> HttpResponse:
    """All planned work, the newest first."""
    entries = Maintenance.objects.filter(page=page).select_related("page")
    some = Paginator(entries, 30).get_page(request.GET.get("page"))
    return render(request, "maintenances.html", page, entries=some)


@may(Ability.RESPOND)
def schedule(request: StaffRequest, page: Page) -> HttpResponse:
    """Plan work with its dates."""
    form = begun(request, offered(ScheduleForm(page, request.POST or None), page), page)

    def act() -> str:
        return to_incident(Maintenance.schedule(page, **form.words(), **doer(request)))

    act, kind = drafted(request, form, act, DraftKind.MAINTENANCE, page), DraftKind.MAINTENANCE
    about = _("It starts and ends by the clock; beginning and ending by hand is possible.")
    return ask(
        request, page, form, act, title=_("Schedule maintenance"), about=about,
        back=to("maintenances", page), previews=True, tells="maintenance",
        ready=ready(page, kind),
    )  # fmt: skip


@may(Ability.RESPOND)
def announce(request: StaffRequest, page: Page) -> HttpResponse:
    """Say that work is coming, without dates yet."""
    form = begun(request, offered(AnnounceForm(request.POST or None), page), page)

    def act() -> str:
        return to_incident(Maintenance.announce(page, **form.words(), **doer(request)))

    act, kind = drafted(request, form, act, DraftKind.MAINTENANCE, page), DraftKind.MAINTENANCE
    return ask(
        request, page, form, act, title=_("Announce maintenance"), previews=True,
        back=to("maintenances", page), tells="maintenance", ready=ready(page, kind),
    )  # fmt: skip


@may(Ability.RESPOND)
def set_dates(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Give announced work its dates."""
    entry = _maintenance_of(page, incident_id)
    form = DatesForm(page, request.POST or None)

    def act() -> str:
        entry.set_dates(**form.words(), **doer(request))
        return to_incident(entry)

    return _edge(request, page, entry, form, act, _("Set dates"))


@may(Ability.RESPOND)
def start(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Begin by hand."""
    entry = _maintenance_of(page, incident_id)
    form = EdgeForm(
        page, "started_at", _("Began at"), request.POST or None, initial={"body": BEGUN}
    )

    def act() -> str:
        entry.start(**form.words(), **doer(request))
        return to_incident(entry)

    return _edge(request, page, entry, form, act, _("Start"))


@may(Ability.RESPOND)
def complete(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """End by hand."""
    entry = _maintenance_of(page, incident_id)
    done = {"body": DONE}
    form = EdgeForm(page, "ended_at", _("Ended at"), request.POST or None, initial=done)

    def act() -> str:
        entry.complete(**form.words(), **doer(request))
        return to_incident(entry)

    return _edge(request, page, entry, form, act, _("Complete"))


@may(Ability.RESPOND)
def cancel(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Call it off."""
    entry = _maintenance_of(page, incident_id)
    form = CancelForm(page, request.POST or None)

    def act() -> str:
        entry.cancel(**form.words(), **doer(request))
        return to_incident(entry)

    return _edge(request, page, entry, form, act, _("Cancel this work"))


def _maintenance_of(page: Page, incident_id: str) -> Maintenance:
    return get_object_or_404(
        Maintenance.objects.select_related("page"), page=page, public_id=incident_id
    )


def _edge(
    request: StaffRequest, page: Page, entry: Maintenance, form: ConsoleForm, act: Act, title: str
) -> HttpResponse:
    return ask(
        request, page, form, act, title=title, back=to_incident(entry), incident=entry,
        previews=True, tells="maintenance",
    )  # fmt: skip
