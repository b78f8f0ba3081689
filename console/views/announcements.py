"""Announcements: what stands on the front page without anything being broken."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.maintenance import AnnounceForm, EndForm
from console.frame import render
from console.links import to, to_incident
from incidents.core.roles import Ability
from incidents.models import Announcement, Page


@may(Ability.SEE)
def announcements(request: StaffRequest, page: Page) -> HttpResponse:
    """All of them, the newest first."""
    entries = Announcement.objects.filter(page=page).select_related("page")
    some = Paginator(entries, 30).get_page(request.GET.get("page"))
    return render(request, "announcements.html", page, entries=some)


@may(Ability.RESPOND)
def publish_announcement(request: StaffRequest, page: Page) -> HttpResponse:
    """Say something on the front page."""
    form = AnnounceForm(request.POST or None)

    def act() -> str:
        return to_incident(Announcement.publish(page, **form.words(), **doer(request)))

    return ask(
        request, page, form, act, title=_("Publish an announcement"), previews=True,
        back=to("announcements", page), button=_("Publish"), tells="update",
    )  # fmt: skip


@may(Ability.RESPOND)
def end_announcement(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Take it off the front page."""
    found = Announcement.objects.select_related("page")
    entry = get_object_or_404(found, page=page, public_id=incident_id)
    form = EndForm(request.POST or None)

    def act() -> str:
        entry.end(**form.words(), **doer(request))
        return to_incident(entry)

    return ask(
        request, page, form, act, title=_("End this announcement"), incident=entry,
        back=to_incident(entry), button=_("End"), previews=True, tells="update",
    )  # fmt: skip
