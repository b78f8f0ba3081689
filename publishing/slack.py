"""Slack channels of readers: what a reader names is asked whether it wants to be told."""

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from incidents.models import Page
from notifications.models import Wish
from publishing.answers import for_artefact
from publishing.pages.missing import missing
from publishing.subscribing import answer, ask_or_act, beside, said
from publishing.tongues import language_of, spoken
from publishing.views import in_its_language, no_such_page, page_of

FORM: Final = "subscribe/slack/"


@csrf_exempt
@ask_or_act
@in_its_language
def subscribe_slack(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The form, and what comes of it."""
    page, at = page_of(request, slug), timezone.now()
    if page is None:
        return no_such_page(request, at)
    with spoken(page):
        if not page.takes_slack:
            return for_artefact(request, missing(page, at))
        if request.method != "POST":
            return _form(page, at)
        return _look_there(page, at) if request.POST.get("website") else _ask(request, page, at)


def _ask(request: HttpRequest, page: Page, at: datetime) -> HttpResponse:
    typed = {"destination": request.POST.get("destination", "")}
    try:
        Wish.leave(
            page,
            channel="slack",
            destination=typed["destination"],
            at=at,
            language=beside(page, language_of(page)),
            remote_ip=request.META.get("REMOTE_ADDR", ""),
        )
    except ValidationError as error:
        return _form(page, at, status=422, typed=typed, errors=error.message_dict)
    return _look_there(page, at)


def _form(page: Page, at: datetime, *, status: int = 200, **context: Any) -> HttpResponse:
    return answer("subscribe_slack.html", page, FORM, at, status=status, **context)


def _look_there(page: Page, at: datetime) -> HttpResponse:
    """The same answer for whoever asked with whatever webhook."""
    text = _(
        "If the webhook is right, a message with a link is on its way there. "
        "Open the link to confirm."
    )
    return said(page, at, _("Look into your channel"), text)
