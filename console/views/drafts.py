"""What a draft would look like, and whom it would reach, while it is being typed."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from console.access import StaffRequest, may
from console.drafts import draft
from console.frame import render
from incidents.core.roles import Ability
from incidents.models import Page


@may(Ability.RESPOND)
@require_POST
def preview(request: StaffRequest, page: Page) -> HttpResponse:
    """The text as readers will see it, or what is wrong with it."""
    return render(request, "parts/preview.html", page, **draft(page, request))
