"""Which private page stands at an address, and what each answer about one keeps to."""

import re
from contextlib import suppress
from typing import Final

from django.db import DatabaseError, InterfaceError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from incidents.core.viewers import PUBLIC
from incidents.models import Page
from publishing.answers import kept_nowhere

# Addresses that belong to no page.
OURS: Final = re.compile(r"/(?:console|api/v3|mail|static|livez|readyz)(?:/|$)")
BY_SLUG: Final = re.compile(r"/pages/(?P<slug>[-\w]+)/(?P<rest>.*)")


def private_page(request: HttpRequest) -> tuple[Page | None, str]:
    """Return the private page that stands at an address, and the path within it."""
    if OURS.match(request.path_info):
        return None, ""
    named = BY_SLUG.match(request.path_info)
    rest = named["rest"] if named else request.path_info.removeprefix("/")
    with suppress(DatabaseError, InterfaceError):
        found = _by_slug(named["slug"]) if named else _by_host(request)
        return (found if found and found.is_private else None), rest
    return None, rest


def unseen(response: HttpResponse) -> HttpResponse:
    """Keep an answer from caches, robots, and the scripts and pages of other sites.

    Whoever is let in by network brings no key: any site that they visit could read it for them.
    """
    del response["Access-Control-Allow-Origin"]
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return kept_nowhere(response)


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
