"""Planned work: announce, schedule, begin, end, call off."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import Act, ask, doer
from console.drafting import drafted, offered
from console.forms.base import ConsoleForm
from console.forms.maintenance import (
    AnnounceForm,
    CancelForm,
    DatesForm,
    EdgeForm,
    OvertakeForm,
    ScheduleForm,
)
from console.frame import render
from console.links import to, to_incident
from console.ready import begun, ready
from console.views.incident import incident_of
from incidents.core import own_words
from incidents.core.lifecycles import OVER, Kind
from incidents.core.roles import Ability
from incidents.models import DraftKind, Maintenance, Page
from incidents.models.planned.scheduled import UNDER_WAY
from publishing.story.planned import every
from publishing.story.story import Story


@may(Ability.SEE)
def maintenances(request: StaffRequest, page: Page) -> HttpResponse:
    """Planned work: under way, ahead, and what is over, the newest first."""
    entries = page.incidents.of_kind(Kind.MAINTENANCE)
    over = Q(status__in=OVER) | Q(withdrawn_at__isnull=False)
    waiting = entries.exclude(over).with_story().order_by("started_at", "pk")
    stories = [Story(entry, timezone.now()) for entry in waiting]
    past = entries.filter(over).select_related("page")
    return render(
        request, "maintenance/list.html", page,
        running=[story for story in stories if story.incident.status in UNDER_WAY],
        planned=[story for story in stories if story.incident.status not in UNDER_WAY],
        recurrences=[(each, every(each.rule)) for each in page.recurrences.filter(ended_at=None)],
        entries=Paginator(past, 30).get_page(request.GET.get("page")),
    )  # fmt: skip


@may(Ability.RESPOND)
def schedule(request: StaffRequest, page: Page) -> HttpResponse:
    """Plan work with its dates."""
    form = begun(request, offered(ScheduleForm(page, request.POST or None), page), page)

    def act() -> str:
        return to_incident(Maintenance.schedule(page, **form.words(), **doer(request)))

    act, kind = drafted(request, form, act, DraftKind.MAINTENANCE, page), DraftKind.MAINTENANCE
    about = _("It starts and ends by the clock; both can be done by hand, too.")
    return ask(
        request, page, form, act, title=_("Schedule maintenance"), about=about,
        back=to("maintenances", page), previews=True, tells="maintenance",
        ready=ready(page, kind),
    )  # fmt: skip


@may(Ability.RESPOND)
def announce(request: StaffRequest, page: Page) -> HttpResponse:
    """Say that work is coming, without dates yet."""
    form = begun(request, offered(AnnounceForm(page, request.POST or None), page), page)

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
    begun = _offered(page, own_words.BEGUN)
    form = EdgeForm(page, "started_at", _("Began at"), request.POST or None, initial=begun)

    def act() -> str:
        entry.start(**form.words(), **doer(request))
        return to_incident(entry)

    return _edge(request, page, entry, form, act, _("Start"))


@may(Ability.RESPOND)
def complete(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """End by hand."""
    entry = _maintenance_of(page, incident_id)
    done = _offered(page, own_words.COMPLETED)
    form = EdgeForm(page, "ended_at", _("Ended at"), request.POST or None, initial=done)

    def act() -> str:
        entry.complete(**form.words(), **doer(request))
        return to_incident(entry)

    return _edge(request, page, entry, form, act, _("Complete"))


@may(Ability.RESPOND)
def end_window(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """End the window under way; the next ones stay planned."""
    entry = _maintenance_of(page, incident_id)
    done = _offered(page, own_words.PART_DONE)
    form = EdgeForm(page, "ended_at", _("Ended at"), request.POST or None, initial=done)

    def act() -> str:
        entry.end_window(**form.words(), **doer(request))
        return to_incident(entry)

    return _edge(request, page, entry, form, act, _("End this window"))


@may(Ability.RESPOND)
def cancel(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Call it off."""
    entry = _maintenance_of(page, incident_id)
    form = CancelForm(page, request.POST or None)

    def act() -> str:
        entry.cancel(**form.words(), **doer(request))
        return to_incident(entry)

    return _edge(request, page, entry, form, act, _("Cancel this work"))


@may(Ability.RESPOND)
def overtake(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Call off planned work for which this incident leaves no room."""
    incident = incident_of(page, incident_id)
    form = OvertakeForm(page, request.POST or None)

    def act() -> str:
        words = form.words()
        planned = words.pop("maintenance")
        planned.cancel(**words, overtaken_by=incident, **doer(request))
        return f"{to_incident(incident)}#links"

    about = _("It is cancelled, its subscribers are told once, and the two are linked.")
    return ask(
        request, page, form, act, title=_("Overtake planned work"), about=about,
        back=to_incident(incident), incident=incident, previews=True, tells="maintenance",
    )  # fmt: skip


def _offered(page: Page, own: str) -> dict[str, str]:
    return {"body": own_words.said_in(page.language, own)}


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
