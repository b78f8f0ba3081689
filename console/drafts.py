"""What is known of a draft before it is sent: its looks, its reach, words that age badly."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from console.previews import news_of, previews
from console.ways import Sum, reach
from incidents.core import markup
from incidents.core.instants import relative_words
from incidents.core.templates import unfilled
from incidents.models import Component, Page
from notifications.kinds import Kind
from notifications.reach import bills

TEXTS = ("body", "summary", "answer", "words")


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


def _components(page: Page, request: HttpRequest) -> set[Component]:
    """Those that the draft names, and those that its incident is about already."""
    marked = {key.removeprefix("levels-") for key in request.POST if key.startswith("levels-")}
    changed = {key for key in marked if request.POST[f"levels-{key}"]}
    changed |= set(request.POST.getlist("components"))
    named = page.components.filter(public_id__in=changed)
    incident = request.POST.get("incident", "")
    hurt = page.components.filter(windows__incident__public_id=incident)
    return {*named, *hurt}
