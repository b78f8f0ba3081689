"""The public site over HTTP: choose the page, render, answer; nothing is decided here."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from incidents.models import Page
from publishing.answers import for_artefact
from publishing.artefact import Missing, Moved
from publishing.headers import WHILE_MOVED
from publishing.hot import rendered
from publishing.pages import missing
from publishing.pages.stylings import stylings
from publishing.site import choose
from publishing.words.tongues import asked_for


def reads_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let nobody change anything by this view: 405, and no token is needed to be told so."""
    return csrf_exempt(require_safe(view))


@reads_only
def public(request: HttpRequest, path: str = "", slug: str | None = None) -> HttpResponse:
    """Any public file of a page."""
    page = page_of(request, slug)
    at = timezone.now()
    if page is None:
        return no_such_page(request, at)
    # Staff are known at this address alone, and read private pages here.
    if slug is not None and page.has_host and not page.is_private:
        return led_on(page.url(path))
    try:
        return for_artefact(request, rendered(page, path, at))
    except Moved as moved:
        return led_on(page.path(str(moved)))
    except Missing:
        return for_artefact(request, rendered(page, missing.path_for(page, path), at))


def led_on(target: str) -> HttpResponse:
    """Lead to where something stands now."""
    return HttpResponseRedirect(target, status=301, headers={"Cache-Control": WHILE_MOVED})


@reads_only
def asset(request: HttpRequest, name: str, slug: str | None = None) -> HttpResponse:
    """The style sheet, script or icon under a name that changes with its content."""
    try:
        return for_artefact(request, stylings(name, timezone.now()))
    except Missing:
        return HttpResponse(status=404)


def in_its_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view answer in the language of its address, wherever the page has it."""

    @wraps(view)
    def answering(request: HttpRequest, language: str = "", **named: Any) -> HttpResponse:
        with asked_for(language):
            return view(request, **named)

    return answering


def page_of(request: HttpRequest, slug: str | None) -> Page | None:
    """The page that this request is about."""
    return choose(request.get_host().partition(":")[0], slug)


def no_such_page(request: HttpRequest, at: datetime) -> HttpResponse:
    """A mistyped page of an installation that has one, else what the first visitor sees."""
    # Under the name of a private page, nothing tells that there is one.
    home = page_of(request, None) or choose("", None)
    if home is None:
        return not_set_up()
    return for_artefact(request, rendered(home, missing.PATH, at))


def not_set_up() -> HttpResponse:
    """What the very first visitor sees."""
    return HttpResponse(render_to_string("publishing/pages/nothing.html"), status=503)
