"""Who is let in to a private page."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.doors import DoorForm
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Page
from publishing.models import AccessGroup, Door


@may(Ability.ADMINISTER)
def door(request: StaffRequest, page: Page) -> HttpResponse:
    """Set a password and networks."""
    stored = Door.of(page)
    known = {"networks": stored.networks, "without": not stored.password}
    form = DoorForm(request.POST or None, initial=known)

    def act() -> str:
        networks = form.cleaned_data["networks"]
        stored.change(networks=networks, password=form.wanted, **doer(request))
        messages.success(request, _("Saved."))
        return to("door", page)

    groups = AccessGroup.objects.filter(page=page).prefetch_related("components")
    return ask(
        request, page, form, act, title=_("Who is let in"), back=to("settings", page),
        about=_about(page, stored, has_groups=groups.exists()), button=_("Save"),
        beside="console/parts/access_groups.html", groups=groups,
    )  # fmt: skip


def _about(page: Page, stored: Door, *, has_groups: bool) -> str:
    if not page.is_private:
        return _("Everybody may read this page. Make it private first, under Page.")
    if stored.password:
        return _("Staff who are signed in read %s, and whoever knows its password.") % page.url()
    if has_groups:
        return _("Staff who are signed in read %s, and the groups below a part of it.") % page.url()
    return _("Staff who are signed in read %s. To others it is not there.") % page.url()
