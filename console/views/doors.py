"""Who is let in to a private page."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.base import ConsoleForm
from console.forms.doors import AccessGroupForm, DoorForm
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

    return ask(
        request, page, form, act, title=_("Who is let in"), back=to("settings", page),
        about=_about(page, stored), button=_("Save"),
        beside="console/parts/access_groups.html", groups=_groups(page),
    )  # fmt: skip


@may(Ability.ADMINISTER)
def add_access_group(request: StaffRequest, page: Page) -> HttpResponse:
    """Let a group of readers see some of the page."""
    form = AccessGroupForm(page, request.POST or None)

    def act() -> str:
        _group, password = AccessGroup.add(page, **form.words(), **doer(request))
        messages.success(request, _("Their password, shown this once: %s") % password)
        return to("door", page)

    return ask(
        request, page, form, act, title=_("New group of readers"), back=to("door", page),
        about=_seen(), button=_("Add"),
    )  # fmt: skip


@may(Ability.ADMINISTER)
def change_access_group(request: StaffRequest, page: Page, group_id: str) -> HttpResponse:
    """Change what a group sees, and where it comes from."""
    group = _group(page, group_id)
    seen = [each.public_id for each in group.components.all()]
    known = {"name": group.name, "components": seen, "networks": group.networks}
    form = AccessGroupForm(page, request.POST or None, initial=known)

    def act() -> str:
        group.change(**form.words(), **doer(request))
        return to("door", page)

    return ask(
        request, page, form, act, title=group.name, back=to("door", page), about=_seen(),
        button=_("Save"),
    )  # fmt: skip


@may(Ability.ADMINISTER)
def renew_access_group(request: StaffRequest, page: Page, group_id: str) -> HttpResponse:
    """Give a group another password."""
    group = _group(page, group_id)
    form = ConsoleForm(request.POST or None)

    def act() -> str:
        password = group.renew(**doer(request))
        messages.success(request, _("Their password, shown this once: %s") % password)
        return to("door", page)

    return ask(
        request, page, form, act, title=_("Another password for %s") % group, back=to("door", page),
        about=_("Whoever came in by the one before is asked for the new one."),
    )  # fmt: skip


@may(Ability.ADMINISTER)
def remove_access_group(request: StaffRequest, page: Page, group_id: str) -> HttpResponse:
    """Let nobody in as one of a group any more."""
    group = _group(page, group_id)
    form = ConsoleForm(request.POST or None)

    def act() -> str:
        group.end(**doer(request))
        return to("door", page)

    return ask(
        request, page, form, act, title=_("Remove %s") % group, back=to("door", page),
        about=_("Nobody is let in as one of them any more."), danger=True,
    )  # fmt: skip


def _seen() -> str:
    return _(
        "They see these components, and whatever hits one of them or none at all. Words that you "
        "write about several components at once are read by all who see one of them."
    )


def _groups(page: Page) -> QuerySet[AccessGroup]:
    return AccessGroup.objects.filter(page=page).prefetch_related("components")


def _group(page: Page, group_id: str) -> AccessGroup:
    return get_object_or_404(_groups(page), public_id=group_id)


def _about(page: Page, stored: Door) -> str:
    if not page.is_private:
        return _("Everybody may read this page. Make it private first, under Page.")
    if stored.password:
        return _("Staff who are signed in read %s, and whoever knows its password.") % page.url()
    if _groups(page).exists():
        return _("Staff who are signed in read %s, and the groups below a part of it.") % page.url()
    return _("Staff who are signed in read %s. To others it is not there.") % page.url()
