"""Announcements: what stands on the front page without anything being broken."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.drafting import drafted, offered
from console.forms.drafts import AnnouncementForm, PlaceForm
from console.forms.maintenance import EndForm
from console.frame import render
from console.links import to, to_incident
from console.ready import begun, ready
from incidents.core.roles import Ability
from incidents.models import Announcement, DraftKind, Page


@may(Ability.SEE)
def announcements(request: StaffRequest, page: Page) -> HttpResponse:
    """All of them, the newest first."""
    entries = Announcement.objects.filter(page=page).select_related("page")
    some = Paginator(entries, 30).get_page(request.GET.get("page"))
    return render(request, "announcements.html", page, entries=some)


@may(Ability.RESPOND)
def publish_announcement(request: StaffRequest, page: Page) -> HttpResponse:
    """Say something on the front page."""
    form = begun(request, offered(AnnouncementForm(page, request.POST or None), page), page)

    def act() -> str:
        return to_incident(Announcement.publish(page, **form.words(), **doer(request)))

    act, kind = drafted(request, form, act, DraftKind.ANNOUNCEMENT, page), DraftKind.ANNOUNCEMENT
    return ask(
        request, page, form, act, title=_("Publish an announcement"), previews=True,
        back=to("announcements", page), button=_("Publish"), tells="update",
        ready=ready(page, kind),
    )  # fmt: skip


@may(Ability.RESPOND)
def end_announcement(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Take it off the front page."""
    entry = _announcement_of(page, incident_id)
    form = EndForm(request.POST or None)

    def act() -> str:
        entry.end(**form.words(), **doer(request))
        return to_incident(entry)

    return ask(
        request, page, form, act, title=_("End this announcement"), incident=entry,
        back=to_incident(entry), button=_("End"), previews=True, tells="update",
    )  # fmt: skip


@may(Ability.RESPOND)
def place_announcement(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Pin it above other news, or say when it ends by itself."""
    entry = _announcement_of(page, incident_id)
    known = {"pinned": entry.pinned, "ends_at": entry.ends_at}
    form = PlaceForm(page, request.POST or None, initial=known)

    def act() -> str:
        entry.place(**form.words(), **doer(request))
        return to_incident(entry)

    title, back = _("Where and how long it stands"), to_incident(entry)
    return ask(request, page, form, act, title=title, back=back, button=_("Save"), incident=entry)


def _announcement_of(page: Page, incident_id: str) -> Announcement:
    found = Announcement.objects.select_related("page")
    return get_object_or_404(found, page=page, public_id=incident_id)
