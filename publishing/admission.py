"""Private pages: read by staff, from networks that are named, and by whoever knows the password.

They are rendered for each reader and kept nowhere; groups of readers see some components and what
hit these. To everybody else they are not there, but for the question for the password, where there
is one.
"""

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from incidents.core.roles import Ability
from incidents.core.viewers import Sight, let_in
from incidents.models import Component, Membership, Page
from publishing.models import AccessGroup, Door
from publishing.models.entrance import Entrance
from publishing.private_pages import private_page, unseen
from publishing.unlocking import UNLOCK, asks, locked

# A private page tells nobody, so that nobody signs up for it.
TELLING: Final = re.compile(r"(?:[a-z]{2}(?:-[a-z]+)?/)?(?:subscribe|subscriptions)/")

type Respond = Callable[[HttpRequest], HttpResponse]


def keep_doors(respond: Respond) -> Respond:
    """Open a private page to those who are let in, for this request alone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        page, rest = private_page(request)
        if page is None or TELLING.match(rest) or rest == UNLOCK:
            return respond(request)
        sight = _sight(request, page)
        if sight is None:
            is_asked = asks(page) and not rest.startswith("assets/")
            return locked(page, rest, timezone.now()) if is_asked else respond(request)
        with let_in(sight):
            return unseen(respond(request))

    return middleware


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
