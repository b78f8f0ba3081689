"""Subscribe, confirm, leave. A GET shows a button and changes nothing; a POST acts.

The secret in a link is the permission, and no cookie is read: so these forms need no CSRF token
and stand on pages that caches may keep, and a mail program's one-click POST (RFC 8058) works.
"""

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from incidents.core.viewers import PUBLIC
from incidents.models import Incident, Page
from notifications.models import Subscription, Wish
from publishing import choosing
from publishing.answers import for_artefact, for_one_reader
from publishing.html import html
from publishing.pages.missing import missing
from publishing.pages.subscribe import subscribe as subscribe_page
from publishing.views import in_its_language, no_such_page, page_of
from publishing.words.tongues import here, language_of, spoken, tongues

type Words = str | Promise

FORM: Final = "subscribe/"

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
        return check_your_mail(page, timezone.now())
    with spoken(page):
        return _ask(request, page, timezone.now())


@csrf_exempt
@ask_or_act
@in_its_language
def confirm(request: HttpRequest, token: str, slug: str | None = None) -> HttpResponse:
    """The link of the first mail; opened once more, it says that it has done its work."""
    at = timezone.now()
    if request.method == "POST":
        Subscription.confirm(token, at)
    if done := Subscription.by_used_token(token, at):
        return _confirmed(done, at)
    waiting = Subscription.by_confirm_token(token, at)
    if waiting is None:
        return stale(request, slug, at)
    return button(
        waiting.page,
        at,
        f"subscriptions/confirm/{token}/",
        heading=_("Confirm your subscription"),
        text=_promised(waiting),
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
        return _left(left, at) if left else stale(request, slug, at)
    found = Subscription.by_unsubscribe_token(token)
    if found is None:
        return stale(request, slug, at)
    return button(
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


def _ask(request: HttpRequest, page: Page, at: datetime) -> HttpResponse:
    sent, about = request.POST, request.POST.get("incident", "")
    incident = _followed(page, about)
    if about and incident is None:
        return for_artefact(request, missing(page, at))
    try:
        Wish.leave(
            page,
            destination=sent.get("email", ""),
            at=at,
            language=beside(page, language_of(page)),
            time_zone=sent.get("time_zone", ""),
            incident=incident,
            remote_ip=request.META.get("REMOTE_ADDR", ""),
            **({} if incident else choosing.picked(sent, page, at)),
        )
    except ValidationError as error:
        again = {"typed": choosing.typed(sent), "errors": error.message_dict}
        return _form(page, at, status=422, incident=incident, **again)
    return check_your_mail(page, at)


def _followed(page: Page, public_id: str) -> Incident | None:
    """The incident that somebody wants to follow, while there is something to follow."""
    going_on = page.incidents.visible_to(PUBLIC).unresolved()
    return going_on.filter(public_id=public_id).first() if public_id else None


def beside(page: Page, language: str) -> str:
    """Return a language as subscriptions keep it: blank for the page's own."""
    return "" if language == page.language else language


def url_here(page: Page, path: str) -> str:
    """Return an address of this page in the language that is spoken now."""
    return page.url(here(page) + path)


def _form(page: Page, at: datetime, **context: Any) -> HttpResponse:
    return for_one_reader(subscribe_page(page, at, **context))


def check_your_mail(page: Page, at: datetime, path: str = FORM) -> HttpResponse:
    """The same answer for whoever asked with whatever address, on the form at `path`."""
    return said(
        page,
        at,
        _("Look into your mailbox"),
        _("If the address is right, a mail with a link is on its way. Open the link to confirm."),
        path=path,
    )


def _promised(waiting: Subscription) -> Words:
    """What whoever confirms will hear of, as they picked it; of a private page just its name."""
    named = {"address": waiting.destination, "name": waiting.page.name}
    if waiting.page.is_private:
        return format_lazy(_("{address} will hear of {name}."), **named)
    if waiting.incident is not None:
        title = waiting.incident.title
        return format_lazy(_("{address} will follow “{title}”."), title=title, **named)
    parts = ", ".join(str(each) for each in [*waiting.choice.groups, *waiting.choice.components])
    if parts:
        return format_lazy(_("{address} will hear of {name}: {parts}."), parts=parts, **named)
    return format_lazy(_("{address} will hear of {name}."), **named)


def _confirmed(subscription: Subscription, at: datetime) -> HttpResponse:
    text = format_lazy(_("{address} will be told from now on."), address=subscription.destination)
    own = "webhook/" if subscription.channel == "webhook" else ""
    manage = url_here(subscription.page, subscription.manage_path + own)
    return said(subscription.page, at, _("You are subscribed"), text, manage=manage)


def _left(subscription: Subscription, at: datetime) -> HttpResponse:
    return said(subscription.page, at, _("You have left"), not_told(subscription))


def not_told(subscription: Subscription) -> Words:
    """What is true of whoever left."""
    return format_lazy(_("{address} will not be told any more."), address=subscription.destination)


def stale(request: HttpRequest, slug: str | None, at: datetime) -> HttpResponse:
    """Answer a link that was used up, forged or cut short: all alike."""
    page = page_of(request, slug)
    if page is None:
        return no_such_page(request, at)
    text = _("It was used already, is older than two days, or was not copied whole.")
    return said(page, at, _("This link does not work"), text, status=404)


def button(
    page: Page, at: datetime, path: str, *, heading: Words, text: Words, button: Words
) -> HttpResponse:
    """Answer with a button that acts, since looking does not."""
    words = {"heading": heading, "text": text, "button": button, "tongues": tongues(page, path)}
    return answer("subscription_button.html", page, "subscriptions/", at, status=200, **words)


def said(
    page: Page,
    at: datetime,
    heading: Words,
    text: Words,
    *,
    path: str = FORM,
    status: int = 200,
    manage: str = "",
) -> HttpResponse:
    """Answer with what was done."""
    words = {"heading": heading, "text": text, "manage": manage}
    return answer("subscription_said.html", page, path, at, status=status, **words)


def answer(
    template: str, page: Page, path: str, at: datetime, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Answer one reader with a page of their own."""
    return for_one_reader(html(template, page, path, at, status=status, **context))
