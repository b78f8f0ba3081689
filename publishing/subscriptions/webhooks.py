"""Webhooks of readers: signing one up, and the page of whoever looks after one.

As with all links of mails, the secret in the address is the permission. What an endpoint answers is
shown to nobody here: a stranger's address could be made to answer what is not the asker's to read.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from incidents.core import checks
from incidents.models import Page
from notifications.models import Broadcast, Endpoint, Wish
from publishing.answers import for_one_reader
from publishing.html import html
from publishing.subscriptions.subscribing import ask_or_act, beside, check_your_mail
from publishing.views import in_its_language, no_such_page, page_of
from publishing.words.tongues import here, language_of, spoken, tongues

FORM: Final = "subscribe/webhook/"

type Act = Callable[[Endpoint, HttpRequest, datetime], dict[str, Any]]


@csrf_exempt
@ask_or_act
@in_its_language
def subscribe_webhook(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The form, and what comes of it."""
    page, at = page_of(request, slug), timezone.now()
    if page is None:
        return no_such_page(request, at)
    if request.method != "POST":
        return _form(page, at)
    if request.POST.get("website"):
        return check_your_mail(page, at, FORM)
    with spoken(page):
        return _ask(request, page, at)


@csrf_exempt
@ask_or_act
@in_its_language
def endpoint(request: HttpRequest, token: str, slug: str | None = None) -> HttpResponse:
    """How its calls went, its secret, and what can be done by hand."""
    at, found = timezone.now(), Endpoint.by_manage_token(token)
    if found is None:
        return no_such_page(request, at)
    act = ACTS.get(request.POST.get("do", "")) if request.method == "POST" else None
    if act is None:
        return _shown(found, at)
    with spoken(found.page):
        try:
            return _shown(found, at, **act(found, request, at))
        except ValidationError as error:
            return _shown(found, at, status=422, refused=error.messages)


def _ask(request: HttpRequest, page: Page, at: datetime) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("destination", "email")}
    try:
        Wish.leave(
            page,
            channel="webhook",
            destination=typed["destination"],
            contact=typed["email"],
            at=at,
            language=beside(page, language_of(page)),
            time_zone=request.POST.get("time_zone", ""),
            remote_ip=request.META.get("REMOTE_ADDR", ""),
        )
    except ValidationError as error:
        return _form(page, at, status=422, typed=typed, errors=error.message_dict)
    return check_your_mail(page, at, FORM)


def _show(found: Endpoint, request: HttpRequest, at: datetime) -> dict[str, Any]:
    return {"secret": found.reveal_secret()}


def _change(found: Endpoint, request: HttpRequest, at: datetime) -> dict[str, Any]:
    return {"secret": found.change_secret(at=at)}


def _try_out(found: Endpoint, request: HttpRequest, at: datetime) -> dict[str, Any]:
    found.send_test(at)
    return {"said": _("The test is on its way; look again in a moment.")}


def _replay(found: Endpoint, request: HttpRequest, at: datetime) -> dict[str, Any]:
    told = Broadcast.objects.filter(deliveries__in=found.deliveries.all())
    wanted = checks.number(request.POST.get("broadcast", ""))
    found.replay(get_object_or_404(told, pk=wanted), at)
    return {"said": SENT_AGAIN}


def _replay_missed(found: Endpoint, request: HttpRequest, at: datetime) -> dict[str, Any]:
    found.replay_missed(at)
    return {"said": SENT_AGAIN}


def _resume(found: Endpoint, request: HttpRequest, at: datetime) -> dict[str, Any]:
    found.resume(at)
    return {"said": SENT_AGAIN}


SENT_AGAIN: Final = _("What did not arrive is on its way again.")
ACTS: Final[Mapping[str, Act]] = {
    "show": _show,
    "change": _change,
    "test": _try_out,
    "replay": _replay,
    "missed": _replay_missed,
    "resume": _resume,
}


def _shown(found: Endpoint, at: datetime, *, status: int = 200, **context: Any) -> HttpResponse:
    page, kept = found.page, found.kept
    path = f"{found.manage_path}webhook/"
    context |= {
        "endpoint": found,
        "is_called": found.state == Endpoint.State.CONFIRMED,
        "is_quarantined": found.state == Endpoint.State.QUARANTINED,
        "calls": found.calls,
        "is_secret_shown": kept.is_shown,
        "old_until": kept.ends if len(kept.valid(at)) > 1 else None,
        "manage": page.url(here(page) + found.manage_path),
        "tongues": tongues(page, path),
    }
    return for_one_reader(html("webhook.html", page, path, at, status=status, **context))


def _form(page: Page, at: datetime, *, status: int = 200, **context: Any) -> HttpResponse:
    artefact = html("subscribe_webhook.html", page, FORM, at, status=status, **context)
    return for_one_reader(artefact)
