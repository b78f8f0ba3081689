"""The front door of the console, and what is going on now."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone

from console.access import StaffRequest, may, signed_in
from console.frame import render
from console.links import to
from console.missing import missing
from console.now import Now
from console.telling import alarms
from console.ways import pauses
from incidents.core.roles import Ability
from incidents.models import Membership, Page
from notifications.clock import database_now


@signed_in
def home(request: StaffRequest) -> HttpResponse:
    """Lead to the page that somebody works on, or to the beginning."""
    page = Membership.objects.pages_of(request.user).first()
    if page is not None:
        return HttpResponseRedirect(to("now", page))
    if request.user.is_superuser:
        return HttpResponseRedirect(to("found_page"))
    return render(request, "no_page.html", status=403)


@may(Ability.SEE)
def now(request: StaffRequest, page: Page) -> HttpResponse:
    """Everything that needs somebody's eyes; htmx asks for the inner part again and again."""
    template = "now.html#live" if request.htmx else "now.html"
    at = timezone.now()
    return render(
        request,
        template,
        page,
        now=Now.of(page, at),
        alarms=[*alarms(database_now()), *pauses(page)],
        missing=missing(page),
    )
