"""Who did what, when, through which face."""

from django.core.paginator import Paginator
from django.http import HttpResponse

from console.access import StaffRequest, may
from console.frame import render
from incidents.core.roles import Ability
from incidents.models import Page


@may(Ability.SEE)
def journal(request: StaffRequest, page: Page) -> HttpResponse:
    """The events of the page, the newest first."""
    events = page.events.select_related("incident").order_by("-pk")
    some = Paginator(events, 50).get_page(request.GET.get("page"))
    return render(request, "journal.html", page, some=some)
