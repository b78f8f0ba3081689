"""Private pages: read by staff, from networks that are named, and by whoever knows the password.

They are rendered for each reader and kept nowhere. To everybody else they are not there, but for
the question for the password, where there is one.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from django.db import DatabaseError, InterfaceError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from incidents.core.roles import Ability
from incidents.core.viewers import PUBLIC, let_in
from incidents.models import Membership, Page
from people.models import SignInAttempt
from publishing.answers import for_one_reader, kept_nowhere
from publishing.html import html
from publishing.models import Door
from publishing.models.door import KEPT
from publishing.subscriptions.subscribing import Words
from publishing.views import public

UNLOCK: Final = "unlock/"
# Addresses that belong to no page.
OURS: Final = re.compile(r"/(?:console|api/v3|mail|static|livez|readyz)(?:/|$)")
BY_SLUG: Final = re.compile(r"/pages/(?P<slug>[-\w]+)/(?P<rest>.*)")
# A private page tells nobody, so that nobody signs up for it.
TELLING: Final = re.compile(r"(?:[a-z]{2}(?:-[a-z]+)?/)?(?:subscribe|subscriptions)/")
WRONG: Final = _("That is not the password.")
WAIT: Final = _("Too many wrong passwords; please wait a quarter of an hour.")

type Respond = Callable[[HttpRequest], HttpResponse]


def keep_doors(respond: Respond) -> Respond:
    """Open a private page to those who are let in, for this request alone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        page, rest = _private_page(request)
        if page is None or TELLING.match(rest) or rest == UNLOCK:
            return respond(request)
        if not _is_let_in(request, page):
            asks = bool(Door.of(page).password) and not rest.startswith("assets/")
            return _locked(page, timezone.now()) if asks else respond(request)
        with let_in(page.pk):
            return _unseen(respond(request))

    return middleware


@csrf_exempt
def unlock(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Take a password, and let its reader in."""
    page, at = _private_page(request)[0], timezone.now()
    if page is None or not Door.of(page).password or request.method != "POST":
        return public(request, path=UNLOCK, slug=slug)
    address, name = request.META.get("REMOTE_ADDR", ""), f"door of {page.public_id}"
    if SignInAttempt.is_throttled(address, name, at=at):
        return _locked(page, at, WAIT, status=429)
    if not Door.of(page).knows(request.POST.get("password", "")):
        SignInAttempt.record(address, name, at=at)
        return _locked(page, at, WRONG)
    response = HttpResponseRedirect(page.path())
    response.set_cookie(
        _cookie(page), Door.of(page).key(), max_age=KEPT,
        secure=request.is_secure(), httponly=True, samesite="Lax",
    )  # fmt: skip
    return _unseen(response)


def _private_page(request: HttpRequest) -> tuple[Page | None, str]:
    """The private page that stands at an address, and the path within it."""
    if OURS.match(request.path_info):
        return None, ""
    named = BY_SLUG.match(request.path_info)
    rest = named["rest"] if named else request.path_info.removeprefix("/")
    with suppress(DatabaseError, InterfaceError):
        found = _by_slug(named["slug"]) if named else _by_host(request)
        return (found if found and found.is_private else None), rest
    return None, rest


def _by_slug(slug: str) -> Page | None:
    return Page.objects.filter(slug=slug).select_related("door").first()


def _by_host(request: HttpRequest) -> Page | None:
    """The rule of `publishing.site.choose`, for pages that not everybody may read, too."""
    host = request.get_host().partition(":")[0].lower()
    pages = Page.objects.filter(Q(host_name__iexact=host) | Q(is_front=True))
    found = list(pages.select_related("door"))
    own = next((each for each in found if each.host_name.lower() == host), None)
    front = next((each for each in found if each.is_front), None)
    if own or front is None or not front.is_private:
        return own or front
    # Where everybody may read another page, that one answers at the root.
    return None if Page.objects.visible_to(PUBLIC).exists() else front


def _is_let_in(request: HttpRequest, page: Page) -> bool:
    door = Door.of(page)
    if door.lets_in(request.META.get("REMOTE_ADDR", "")):
        return True
    if door.opens_by(request.COOKIES.get(_cookie(page), "")):
        return True
    return Membership.objects.can(request.user, page, Ability.SEE)


def _locked(page: Page, at: datetime, error: Words = "", *, status: int = 403) -> HttpResponse:
    """Ask for the password; nothing is told but whose page it is."""
    return _unseen(
        for_one_reader(html("locked.html", page, UNLOCK, at, status=status, error=error))
    )


def _unseen(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return kept_nowhere(response)


def _cookie(page: Page) -> str:
    return f"door_{page.public_id}"
