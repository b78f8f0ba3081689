"""Who works on a page, in which role."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.crew import person_called
from console.forms.people import MemberForm, RoleForm
from console.frame import render
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Membership, Page


@may(Ability.ADMINISTER)
def members(request: StaffRequest, page: Page) -> HttpResponse:
    """The members of the page."""
    crew = page.memberships.select_related("user").order_by("user__email")
    return render(request, "members.html", page, crew=crew)


@may(Ability.ADMINISTER)
def add_member(request: StaffRequest, page: Page) -> HttpResponse:
    """Give somebody a role, and an account if they have none."""
    form = MemberForm(request.POST or None)

    def act() -> str:
        with transaction.atomic():
            user = person_called(**form.words("email", "name", "password"))
            Membership.grant(page=page, user=user, role=form.cleaned_data["role"], **doer(request))
        return to("members", page)

    return ask(request, page, form, act, title=_("Add a member"), back=to("members", page))


@may(Ability.ADMINISTER)
def change_member(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """Give a member another role."""
    member = get_object_or_404(page.memberships.select_related("user"), pk=number)
    form = RoleForm(request.POST or None, initial={"role": member.role})

    def act() -> str:
        role = form.cleaned_data["role"]
        Membership.grant(page=page, user=member.user, role=role, **doer(request))
        return to("members", page)

    back = to("members", page)
    return ask(request, page, form, act, title=str(member.user), back=back, button=_("Save"))


@may(Ability.ADMINISTER)
@post_only
def remove_member(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """Take a member's role away."""
    member = get_object_or_404(page.memberships.select_related("page"), pk=number)
    return settle(request, lambda: member.end(**doer(request)), to("members", page))
