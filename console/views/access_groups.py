"""Groups of readers who see a part of a private page, and their passwords."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.base import ConsoleForm
from console.forms.doors import AccessGroupForm
from console.frame import render
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Page
from publishing.models import AccessGroup


@may(Ability.ADMINISTER)
def add_access_group(request: StaffRequest, page: Page) -> HttpResponse:
    """Let a group of readers see some of the page."""
    form = AccessGroupForm(page, request.POST or None)

    def act() -> str:
        group = AccessGroup.add(page, **form.words(), **doer(request))
        if group.networks:
            return to("door", page)
        # Nothing lets them in but a password.
        return to("renew_access_group", page, group_id=group.public_id)

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
    """Make a password for a group, and answer with it: it passes through no session or cookie."""
    group = _group(page, group_id)
    title, form = _("Password for %s") % group, ConsoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            password = group.renew(**doer(request))
        except ValidationError as error:
            form.take(error)
        else:
            return render(
                request, "access_group_password.html", page, title=title, password=password,
                back=to("door", page),
            )  # fmt: skip
    again = _("Whoever came in by the one before is asked for the new one.")
    once = _("Whoever knows it comes in from anywhere, and the page asks everybody for it.")
    return ask(
        request, page, form, lambda: to("door", page), title=title, back=to("door", page),
        about=again if group.digest else once, button=_("Make a password"),
    )  # fmt: skip


@may(Ability.ADMINISTER)
def end_access_group_password(request: StaffRequest, page: Page, group_id: str) -> HttpResponse:
    """Let nobody in as one of a group by a password any more."""
    group = _group(page, group_id)
    form = ConsoleForm(request.POST or None)

    def act() -> str:
        group.stop_asking(**doer(request))
        return to("door", page)

    return ask(
        request, page, form, act, title=_("No password for %s") % group, back=to("door", page),
        about=_("They are let in from their networks only."), danger=True,
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


def _group(page: Page, group_id: str) -> AccessGroup:
    return get_object_or_404(AccessGroup, page=page, public_id=group_id)
