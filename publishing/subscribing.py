"""Subscribe, confirm, manage, leave. A GET shows a button and changes nothing; a POST acts.

The secret in a link is the permission, and no cookie is read: so these forms need no CSRF token
and stand on pages that caches may keep, and a mail program's one-click POST (RFC 8058) works.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from incidents.models import Component, Page
from notifications.kinds import Kind
from notifications.models import Subscription, Wish
from publishing.answers import for_one_reader
from publishing.html import html
from publishing.pages.subscribe import subscribe as subscribe_page
from publishing.tongues import here, language_of, spoken, tongues
from publishing.views import in_its_language, no_such_page, not_set_up, page_of

type Words = str | Promise

ask_or_act = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@ask_or_act
@in_its_language
def subscribe(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The form, and what comes of it."""
    page = page_of(request, slug)
    if page is None:
        return no_such_page(request, timezone.now())
    if request.method != "POST":
        return _form(page, timezone.now())
    if request.POST.get("website"):
        return _check_your_mail(page, timezone.now())
    with spoken(page):
        return _ask(request, page, timezone.now())


@csrf_exempt
@ask_or_act
@in_its_language
def confirm(request: HttpRequest, token: str, slug: str | None = None) -> HttpResponse:
    """The link of the first mail."""
    at = timezone.now()
    if request.method == "POST":
        found = Subscription.confirm(token, at)
        return _confirmed(found, at) if found else _stale(request, slug, at)
    waiting = Subscription.by_confirm_token(token, at)
    if waiting is None:
        return _stale(request, slug, at)
    return _button(
        waiting.page,
        at,
        f"subscriptions/confirm/{token}/",
        heading=_("Confirm your subscription"),
        text=format_lazy(
            _("{address} will hear of {name}."),
            address=waiting.destination,
            name=waiting.page.name,
        ),
        button=_("Yes, tell me"),
    )


@csrf_exempt
@ask_or_act
@in_its_language
def leave(request: HttpRequest, token: str, slug: str | None = None) -> HttpResponse:
    """The link of every mail; one click of a mail program's own button suffices."""
    at = timezone.now()
    if request.method == "POST":
        left = Subscription.unsubscribe(token, at)
        return _left(left, at) if left else _stale(request, slug, at)
    found = Subscription.by_unsubscribe_token(token)
    if found is None:
        return _stale(request, slug, at)
    return _button(
        found.page,
        at,
        f"subscriptions/unsubscribe/{token}/",
        heading=_("Leave"),
        text=format_lazy(
            _("{address} will no longer hear of {name}."),
            address=found.destination,
            name=found.page.name,
        ),
        button=_("Stop telling me"),
    )


@csrf_exempt
@ask_or_act
@in_its_language
def manage(request: HttpRequest, token: str, slug: str | None = None) -> HttpResponse:
    """What is heard of, and the way out."""
    at = timezone.now()
    found = Subscription.by_manage_token(token)
    if found is None:
        return _stale(request, slug, at)
    if request.method != "POST":
        return _manage(found, at)
    with spoken(found.page):
        return _rescope(request, found, at)


def _rescope(request: HttpRequest, found: Subscription, at: datetime) -> HttpResponse:
    try:
        with transaction.atomic():
            found.rescope(
                components=_picked(request, found.page), kinds=request.POST.getlist("kinds")
            )
            found.speak(_beside(found.page, request.POST.get("language", "")))
    except ValidationError as error:
        return _manage(found, at, errors=error.message_dict, status=422)
    return _manage(found, at, saved=True)


def _ask(request: HttpRequest, page: Page, at: datetime) -> HttpResponse:
    email = request.POST.get("email", "")
    try:
        Wish.leave(
            page,
            destination=email,
            components=_picked(request, page),
            at=at,
            language=_beside(page, language_of(page)),
            remote_ip=request.META.get("REMOTE_ADDR", ""),
        )
    except ValidationError as error:
        typed = {"email": email, "components": request.POST.getlist("components")}
        return _form(page, at, typed=typed, errors=error.message_dict, status=422)
    return _check_your_mail(page, at)


def _picked(request: HttpRequest, page: Page) -> list[Component]:
    wanted = set(request.POST.getlist("components"))
    found = [component for component in page.components.all() if component.public_id in wanted]
    if len(found) < len(wanted):
        raise ValidationError({"components": [_("Pick components of this page.")]})
    return found


def _beside(page: Page, language: str) -> str:
    """A language as subscriptions keep it: blank for the page's own."""
    return "" if language == page.language else language


def _here(page: Page, path: str) -> str:
    return page.url(here(page) + path)


def _form(page: Page, at: datetime, **context: Any) -> HttpResponse:
    return for_one_reader(subscribe_page(page, at, **context))


def _check_your_mail(page: Page, at: datetime) -> HttpResponse:
    return _said(
        page,
        at,
        _("Look into your mailbox"),
        _("If the address is right, a mail with a link is on its way. Open the link to confirm."),
    )


def _confirmed(subscription: Subscription, at: datetime) -> HttpResponse:
    text = format_lazy(_("{address} will be told from now on."), address=subscription.destination)
    own = "webhook/" if subscription.channel == "webhook" else ""
    manage = _here(subscription.page, subscription.manage_path + own)
    return _said(subscription.page, at, _("You are subscribed"), text, manage=manage)


def _left(subscription: Subscription, at: datetime) -> HttpResponse:
    text = format_lazy(_("{address} will not be told any more."), address=subscription.destination)
    return _said(subscription.page, at, _("You have left"), text)


def _stale(request: HttpRequest, slug: str | None, at: datetime) -> HttpResponse:
    page = page_of(request, slug)
    if page is None:
        return not_set_up()
    text = _("It was used already, is older than two days, or was not copied whole.")
    return _said(page, at, _("This link does not work"), text, status=404)


def _manage(
    subscription: Subscription, at: datetime, *, status: int = 200, **context: Any
) -> HttpResponse:
    page = subscription.page
    heard = [component.public_id for component in subscription.components.all()]
    context |= {
        "subscription": subscription,
        "typed": {
            "kinds": subscription.heard_kinds,
            "components": heard,
            "language": subscription.language or page.language,
        },
        "kinds": Kind.choices,
        "components": list(page.components.all()),
        "languages": tongues(page, ""),
        "leave": _here(page, subscription.unsubscribe_path),
        "tongues": tongues(page, subscription.manage_path),
    }
    return _answer("subscription.html", page, "subscriptions/", at, status=status, **context)


def _button(
    page: Page, at: datetime, path: str, *, heading: Words, text: Words, button: Words
) -> HttpResponse:
    words = {"heading": heading, "text": text, "button": button, "tongues": tongues(page, path)}
    return _answer("subscription_button.html", page, "subscriptions/", at, status=200, **words)


def _said(
    page: Page, at: datetime, heading: Words, text: Words, *, status: int = 200, manage: str = ""
) -> HttpResponse:
    words = {"heading": heading, "text": text, "manage": manage}
    return _answer("subscription_said.html", page, "subscribe/", at, status=status, **words)


def _answer(
    template: str, page: Page, path: str, at: datetime, *, status: int = 200, **context: Any
) -> HttpResponse:
    return for_one_reader(html(template, page, path, at, status=status, **context))
