"""Mails that were kept instead of sent: readable as they would have arrived."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from console.access import StaffRequest, may
from console.frame import render
from incidents.core.roles import Ability
from incidents.models import Page
from notifications.models import KeptMail

# A mail is somebody else's page: no script, no form, nothing from outside; its looks are inline.
MAIL_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-popups"],
}


@may(Ability.ADMINISTER)
def kept_mails(request: StaffRequest, page: Page) -> HttpResponse:
    """The mails that EMAIL_URL=keep: has kept of this page; an owner sees those of all pages."""
    found = _readable(request, page).only("kept_at", "recipient", "subject")
    some = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "kept_mails.html", page, some=some)


@may(Ability.ADMINISTER)
def kept_mail(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """One mail: its text, its looks, its wire form."""
    return render(
        request, "kept_mail.html", page, mail=get_object_or_404(_readable(request, page), pk=number)
    )


@may(Ability.ADMINISTER)
@xframe_options_sameorigin
@csp_override(MAIL_CSP)
def kept_html(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """The HTML of a mail, alone in its frame."""
    return HttpResponse(get_object_or_404(_readable(request, page), pk=number).html)


def _readable(request: StaffRequest, page: Page) -> QuerySet[KeptMail]:
    """All of them for an owner; an admin of one page must not read the others' mails."""
    return KeptMail.objects.all() if request.user.is_superuser else page.kept_mails.all()
