"""What a form answers while nothing can be taken in: 503, kind words, and all that was typed."""

import sys
from http import HTTPStatus
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.views.defaults import server_error

from publishing.site import as_published
from publishing.words.tongues import language_of, speaking, split

RETRY_AFTER: Final = "10"
SECRET: Final = ("password", "secret")
OUT_OF_REACH: Final = (OperationalError, InterfaceError)
DATA: Final = ("/api/",)
STAFF: Final = "/console/"


def trouble(request: HttpRequest) -> HttpResponse:
    """Answer what went wrong: a record out of reach passes, anything else is our own mistake."""
    if not isinstance(sys.exc_info()[1], OUT_OF_REACH):
        return server_error(request)
    response = unavailable(request)
    response["Retry-After"] = RETRY_AFTER
    add_never_cache_headers(response)
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    """Say so in the language of the address; asks no database."""
    if request.path.startswith(DATA):
        return _for_programs()
    slug, path = _within(request.path)
    page = None
    if not request.path.startswith(STAFF):
        page = as_published(request.get_host().partition(":")[0], slug)
    context: dict[str, object] = {"page": page, "typed": typed(request)}
    if page is None:
        with translation.override("en"):
            return _page(context)
    with speaking(page, split(page, path)[0]), translation.override(language_of(page)):
        return _page(context)


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, to be sent again; passwords are typed anew."""
    if request.method != "POST":
        return []
    rows = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    return [(name, value) for name, value in rows if not any(each in name for each in SECRET)]


def _page(context: dict[str, object]) -> HttpResponse:
    text = render_to_string("publishing/pages/unavailable.html", context)
    return HttpResponse(text, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _for_programs() -> HttpResponse:
    problem = {
        "type": "about:blank",
        "title": "The record cannot be reached just now",
        "status": int(HTTPStatus.SERVICE_UNAVAILABLE),
        "detail": "Nothing was changed. Send this again in a little while.",
    }
    return JsonResponse(
        problem, status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="application/problem+json"
    )


def _within(path: str) -> tuple[str | None, str]:
    """The page that an address names, and the path within it."""
    first, _, rest = path[1:].partition("/")
    if first != "pages":
        return None, path[1:]
    slug, _, within = rest.partition("/")
    return slug, within
