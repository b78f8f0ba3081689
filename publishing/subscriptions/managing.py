"""One page behind one link: what an address hears of and how, its data, and the ways out.

A GET shows and changes nothing; the secret in the link is the permission, and no cookie is read.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from notifications.models import Subscription, Wish
from publishing import choosing
from publishing.answers import kept_nowhere
from publishing.subscriptions.subscribing import (
    answer,
    ask_or_act,
    beside,
    button,
    check_your_mail,
    not_told,
    said,
    stale,
    url_here,
)
from publishing.views import in_its_language
from publishing.words.tongues import spoken, tongues

type Managed = Callable[[HttpRequest, Subscription, datetime], HttpResponse]


def by_its_link(view: Managed) -> Callable[..., HttpResponse]:
    """Answer whoever has the link of a subscription; whoever has none learns nothing."""

    @csrf_exempt
    @ask_or_act
    @in_its_language
    @wraps(view)
    def answering(request: HttpRequest, token: str, slug: str | None = None) -> HttpResponse:
        at = timezone.now()
        found = Subscription.by_manage_token(token)
        if found is None:
            return stale(request, slug, at)
        with spoken(found.page):
            return view(request, found, at)

    return answering


@by_its_link
def manage(request: HttpRequest, found: Subscription, at: datetime) -> HttpResponse:
    """What is heard of and how."""
    if not _changes(request, found):
        return _page(found, at)
    try:
        _save(request, found, at)
    except ValidationError as error:
        found.refresh_from_db()
        typed = choosing.typed(request.POST)
        return _page(found, at, typed=typed, errors=error.message_dict, status=422)
    return _page(found, at, saved=True)


@by_its_link
def export(request: HttpRequest, found: Subscription, at: datetime) -> HttpResponse:
    """Everything that is kept of the address, to take along."""
    data = JsonResponse(found.personal_data(), json_dumps_params={"indent": 2})
    data["Content-Disposition"] = 'attachment; filename="subscriptions.json"'
    return kept_nowhere(data)


@by_its_link
def renew(request: HttpRequest, found: Subscription, at: datetime) -> HttpResponse:
    """A new link by mail, after which the old one opens nothing."""
    if not found.mailbox:
        return stale(request, found.page.slug, at)
    path = f"{found.manage_path}key/"
    if request.method != "POST":
        text = _("This link and those in earlier mails stop working; a new one comes by mail.")
        return button(found.page, at, path, heading=_("A new link"), text=text, button=_("Send it"))
    if found.rotate(at):
        text = _("A mail with the new link is on its way. The old one opens nothing any more.")
        return said(found.page, at, _("A new link"), text)
    text = _("Too many mails went to this address today. The link stays as it is; try tomorrow.")
    return said(found.page, at, _("A new link"), text, status=429)


@by_its_link
def second(request: HttpRequest, found: Subscription, at: datetime) -> HttpResponse:
    """A second address, for when an incident has hit the mail to this one."""
    if not _changes(request, found):
        return _page(found, at)
    address = request.POST.get("stand_in", "")
    try:
        Wish.check_rush(request.META.get("REMOTE_ADDR", ""), at, "stand_in")
        found.name_stand_in(address, at)
    except ValidationError as error:
        typed = choosing.kept(found) | {"stand_in": address}
        return _page(found, at, typed=typed, errors=error.message_dict, status=422)
    return check_your_mail(found.page, at)


@by_its_link
def erase(request: HttpRequest, found: Subscription, at: datetime) -> HttpResponse:
    """Everything that is kept of the address is forgotten."""
    path, address = f"{found.manage_path}erase/", found.mailbox or found.destination
    if request.method != "POST":
        text = _("{address} leaves, and all that is kept of it on this page is deleted.")
        text = format_lazy(text, address=address)
        label = _("Delete everything")
        return button(found.page, at, path, heading=_("Delete my data"), text=text, button=label)
    found.erase(at)
    text = _("Nothing of your address is kept on this page any more.")
    return said(found.page, at, _("Your data is deleted"), text)


def _changes(request: HttpRequest, found: Subscription) -> bool:
    """Whether something is to be changed; a private page tells nobody, whatever they pick."""
    return request.method == "POST" and not found.page.is_private


def _save(request: HttpRequest, found: Subscription, at: datetime) -> None:
    sent = request.POST
    with transaction.atomic():
        if found.incident is None:
            found.rescope(**choosing.picked(sent, found.page, at, before=found.new_from))
        found.arrange(at=at, **choosing.manner(sent))
        found.speak(beside(found.page, sent.get("language", "")))


def _page(found: Subscription, at: datetime, *, status: int = 200, **context: Any) -> HttpResponse:
    page, shown = found.page, _ways_on(found)
    if page.is_private:
        # The link is old: it does not tell what the page is made of, or what happened there.
        return answer("subscription_private.html", page, "subscriptions/", at, **shown)
    shown |= {
        "typed": choosing.kept(found),
        "mine": [(each, url_here(page, each.manage_path)) for each in found.siblings()],
        "languages": tongues(page, ""),
        "seconds": found.stand_ins.confirmed(),
    }
    shown |= choosing.offered(page) | context
    return answer("subscription.html", page, "subscriptions/", at, status=status, **shown)


def _ways_on(found: Subscription) -> dict[str, Any]:
    """Where its owner can go from here, and whether they have left already."""
    page = found.page
    links = {
        name: url_here(page, f"{found.manage_path}{name}/")
        for name in ("key", "erase", "second", "webhook")
    }
    return {
        "subscription": found,
        "left": not_told(found) if found.state == Subscription.State.UNSUBSCRIBED else "",
        "links": links | {"export": url_here(page, f"{found.manage_path}export.json")},
        "leave": url_here(page, found.unsubscribe_path),
        "tongues": tongues(page, found.manage_path),
    }
