"""What happened before this page was kept, written down afterwards."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.drafts import HistoryForm
from console.links import to, to_incident
from incidents.core.histories import read_updates, read_windows
from incidents.core.roles import Ability
from incidents.models import Page
from incidents.models.story.backfill import backfill


@may(Ability.COMMUNICATE)
def record_history(request: StaffRequest, page: Page) -> HttpResponse:
    """Record an incident that is over, from lines that were pasted."""
    form = HistoryForm(request.POST or None)

    def act() -> str:
        read: dict[str, Any] = form.words()
        read["updates"] = read_updates(read["updates"], page.zone)
        read["windows"] = read_windows(read["windows"], page.zone)
        return to_incident(backfill(page, **read, **doer(request)))

    about = _("A whole incident at its own times. Nobody is told unless you say so.")
    return ask(
        request, page, form, act, title=_("Record a past incident"), about=about,
        back=to("incidents", page), button=_("Record"),
    )  # fmt: skip
