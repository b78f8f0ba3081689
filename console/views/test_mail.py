"""A test mail, so that the first outage is not the test."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask
from console.forms.telling import TestMailForm
from console.links import to
from console.telling import send_test
from incidents.core.roles import Ability
from incidents.models import Page


@may(Ability.ADMINISTER)
def test_mail(request: StaffRequest, page: Page) -> HttpResponse:
    """Send one mail to show that mail works."""
    form = TestMailForm(request.POST or None, initial={"email": request.user.email})

    def act() -> str:
        send_test(page, "email", form.cleaned_data["email"], at=timezone.now())
        messages.success(request, _("The test mail is on its way; see below how it fares."))
        return to("deliveries", page)

    return ask(
        request, page, form, act, title=_("Send a test mail"), back=to("deliveries", page),
        button=_("Send"),
    )  # fmt: skip
