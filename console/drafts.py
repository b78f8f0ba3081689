"""What is known of a draft before it is sent: its looks, its reach, words that age badly."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from console.previews import news_of, previews
from console.readers import Readers
from console.ways import Sum, reach
from incidents.core import markup
from incidents.core.instants import relative_words
from incidents.core.templates import unfilled
from incidents.models import Component, Page
from notifications.kinds import Kind
from notifications.reach import bills

TEXTS = ("body", "summary", "answer", "words")
# What these tell is read by whoever sees the components that it is about.
ABOUT_COMPONENTS = (Kind.INCIDENT, Kind.UPDATE, Kind.MAINTENANCE)


def draft(page: Page, request: HttpRequest) -> dict[str, Any]:
    """What the preview shows of the form that was posted."""
    typed = [request.POST[name] for name in TEXTS if name in request.POST]
    text = next((words for words in typed if words), "")
    try:
        html, wrong = markup.render(text), []
    except ValidationError as error:
        html, wrong = "", error.messages
    looks = {"draft": bool(typed), "html": html, "wrong": wrong}
    looks |= {"relative": relative_words(text), "unfilled": unfilled(text)}
    return looks | _audience(page, request)


def _audience(page: Page, request: HttpRequest) -> dict[str, Any]:
    kind = request.POST.get("tells", "")
    if kind not in Kind.values:
        return {}
    readers = _readers(page, request) if kind in ABOUT_COMPONENTS else None
    return _reached(page, request, kind) | {"readers": readers}


def _reached(page: Page, request: HttpRequest, kind: str) -> dict[str, Any]:
    quiet = "notify" not in request.POST or "rehearsal" in request.POST
    if quiet:
        return {"counts_reach": True, "quiet": True, "sum": Sum([], [])}
    at, parts = timezone.now(), _components(page, request)
    ways, news = reach(page, kind, parts), news_of(page, request.POST, at=at)
    costs = bills(page, parts, kind, news, at) if news else []
    return {
        "counts_reach": True,
        "reach": ways,
        "bills": costs,
        "sum": Sum(ways, costs),
        "previews_of": previews(page, news) if news else [],
    }


def _readers(page: Page, request: HttpRequest) -> Readers | None:
    if "rehearsal" in request.POST:
        return None
    incident = page.incidents.filter(public_id=request.POST.get("incident", "")).first()
    return Readers.of(page, _named(page, request), incident)


def _components(page: Page, request: HttpRequest) -> set[Component]:
    """Those that the draft names, and those that its incident is about already."""
    incident = request.POST.get("incident", "")
    hurt = page.components.filter(windows__incident__public_id=incident)
    return {*_named(page, request), *hurt}


def _named(page: Page, request: HttpRequest) -> QuerySet[Component]:
    marked = {key.removeprefix("levels-") for key in request.POST if key.startswith("levels-")}
    changed = {key for key in marked if request.POST[f"levels-{key}"]}
    changed |= set(request.POST.getlist("components"))
    return page.components.filter(public_id__in=changed)
