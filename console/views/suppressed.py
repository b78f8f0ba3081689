"""Addresses that are left alone: which, why, and letting mail through again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.telling import SuppressForm
from console.frame import render
from console.links import to
from incidents.core import checks
from incidents.core.roles import Ability
from incidents.models import Page
from notifications.models import Suppression


@may(Ability.COMMUNICATE)
def suppressed(request: StaffRequest, page: Page) -> HttpResponse:
    """Those of this page's readers, what is in force first; searched by address or reason."""
    found = Suppression.objects.of(page)
    if sought := checks.sought(request.GET.get("q", "")):
        found = found.filter(Q(destination__icontains=sought) | Q(reason__icontains=sought))
    found = found.order_by(F("lifted_at").desc(nulls_first=True), "-pk")
    some = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "suppressed.html", page, some=some, sought=sought)


@may(Ability.COMMUNICATE)
def suppress(request: StaffRequest, page: Page) -> HttpResponse:
    """Leave an address alone, as its owner asked."""
    form = SuppressForm(request.POST or None)

    def act() -> str:
        Suppression.add_by_hand(page, **form.words("address", "reason"), **doer(request))
        return to("suppressed", page)

    title, back = _("Leave an address alone"), to("suppressed", page)
    about = _("Nothing is mailed to it any more, on any page, until this is lifted.")
    return ask(request, page, form, act, title=title, back=back, about=about, button=_("Save"))


@may(Ability.COMMUNICATE)
@post_only
def lift_suppression(request: StaffRequest, page: Page, suppression_id: str) -> HttpResponse:
    """Let mail through again."""
    found = get_object_or_404(Suppression.objects.of(page), public_id=suppression_id)

    def act() -> None:
        found.lift(page, **doer(request))
        messages.success(request, _("%s is mailed again.") % found.destination)

    return settle(request, act, to("suppressed", page))
