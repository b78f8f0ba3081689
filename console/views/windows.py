"""Windows of planned work: add one, move one, let one last longer."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.maintenance import ExtendForm, MoveForm, WindowForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import Page, ScheduledWindow


@may(Ability.RESPOND)
def add_window(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Plan a further window."""
    entry = incident_of(page, incident_id)
    form = WindowForm(page, request.POST or None)

    def act() -> str:
        ScheduledWindow.add(entry, **form.words(), **doer(request))
        return f"{to_incident(entry)}#plan"

    return ask(
        request, page, form, act, title=_("Add a window"), back=to_incident(entry),
        incident=entry, previews=True, tells="maintenance",
    )  # fmt: skip


@may(Ability.RESPOND)
def reschedule(request: StaffRequest, page: Page, incident_id: str, number: int) -> HttpResponse:
    """Move a window that has not begun."""
    window = _window_of(page, incident_id, number)
    form = MoveForm(window, request.POST or None)

    def act() -> str:
        window.reschedule(**form.words(), **doer(request))
        return f"{to_incident(window.maintenance)}#plan"

    about = _("Readers see the old time and the new one. Reminders not sent yet move along.")
    return ask(
        request, page, form, act, title=_("Reschedule"), about=about,
        back=to_incident(window.maintenance), incident=window.maintenance, previews=True,
        tells="maintenance",
    )  # fmt: skip


@may(Ability.RESPOND)
def extend(request: StaffRequest, page: Page, incident_id: str, number: int) -> HttpResponse:
    """Let a window that is under way last longer."""
    window = _window_of(page, incident_id, number)
    form = ExtendForm(window, request.POST or None)

    def act() -> str:
        window.extend(**form.words(), **doer(request))
        return f"{to_incident(window.maintenance)}#plan"

    return ask(
        request, page, form, act, title=_("Extend"), back=to_incident(window.maintenance),
        incident=window.maintenance, previews=True, tells="maintenance",
    )  # fmt: skip


def _window_of(page: Page, incident_id: str, number: int) -> ScheduledWindow:
    windows = ScheduledWindow.objects.select_related("maintenance__page")
    return get_object_or_404(
        windows, pk=number, maintenance__page=page, maintenance__public_id=incident_id
    )
