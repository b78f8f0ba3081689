"""Private pages: read by staff, from networks that are named, and by whoever knows the password.

They are rendered for each reader and kept nowhere; groups of readers see some components and what
hit these. To everybody else they are not there, but for the question for the password, where there
is one.
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
from incidents.core.viewers import PUBLIC, Sight, let_in
from incidents.models import Component, Membership, Page
from people.models import SignInAttempt
from publishing.answers import for_one_reader, kept_nowhere
from publishing.html import html
from publishing.models import AccessGroup, Door
from publishing.models.entrance import KEPT, Entrance
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
        sight = _sight(request, page)
        if sight is None:
            asks = _asks(page) and not rest.startswith("assets/")
            return _locked(page, timezone.now()) if asks else respond(request)
        with let_in(sight):
            return _unseen(respond(request))

    return middleware


@csrf_exempt
def unlock(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Take a password, and let its reader in."""
    page, at = _private_page(request)[0], timezone.now()
    if page is None or not _asks(page) or request.method != "POST":
        return public(request, path=UNLOCK, slug=slug)
    address, name = request.META.get("REMOTE_ADDR", ""), f"door of {page.public_id}"
    if SignInAttempt.is_throttled(address, name, at=at):
        return _locked(page, at, WAIT, status=429)
    entrance = _opened(page, request.POST.get("password", ""))
    if entrance is None:
        SignInAttempt.record(address, name, at=at)
        return _locked(page, at, WRONG)
    response = HttpResponseRedirect(page.path())
    response.set_cookie(
        entrance.cookie, entrance.key(), max_age=KEPT,
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


def _sight(request: HttpRequest, page: Page) -> Sight | None:
    """How much of the page this reader sees, or None where nothing."""
    if _comes_by(request, Door.of(page)) or Membership.objects.can(request.user, page, Ability.SEE):
        return Sight(page.pk)
    groups = [each for each in AccessGroup.objects.filter(page=page) if _comes_by(request, each)]
    if not groups:
        return None
    seen = Component.objects.filter(access_groups__in=groups)
    return Sight(page.pk, frozenset(seen.values_list("pk", flat=True)))


def _comes_by(request: HttpRequest, entrance: Entrance) -> bool:
    comes_from = request.META.get("REMOTE_ADDR", "")
    return entrance.lets_in(comes_from) or entrance.opens_by(
        request.COOKIES.get(entrance.cookie, "")
    )


def _asks(page: Page) -> bool:
    """Whether there is a password that opens something."""
    return bool(Door.of(page).password) or AccessGroup.objects.filter(page=page).exists()


def _opened(page: Page, password: str) -> Entrance | None:
    """What this password opens: the page, or what a group sees of it."""
    group, door = AccessGroup.knowing(page, password), Door.of(page)
    return group or (door if door.knows(password) else None)


def _locked(page: Page, at: datetime, error: Words = "", *, status: int = 403) -> HttpResponse:
    """Ask for the password; nothing is told but whose page it is."""
    return _unseen(
        for_one_reader(html("locked.html", page, UNLOCK, at, status=status, error=error))
    )


def _unseen(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return kept_nowhere(response)
