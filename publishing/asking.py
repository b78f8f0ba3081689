"""A reader asks, or reports to be still affected. No cookie is read; nothing becomes public."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from incidents.core.viewers import PUBLIC
from incidents.models import Component, Incident, MessageKind, Page, ReaderMessage
from incidents.models.story.message import takes_messages
from notifications.mail.addresses import validate_address
from notifications.models import Bucket
from people.sources import source_of
from publishing.answers import for_artefact, for_one_reader
from publishing.html import html
from publishing.pages.missing import missing
from publishing.views import in_its_language, no_such_page, page_of
from publishing.words.tongues import spoken

HOUR: Final = timedelta(hours=1)
PER_SOURCE: Final = 20
PER_INCIDENT: Final = 300
TYPED: Final = ("kind", "text", "contact", "component")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@in_its_language
def ask(request: HttpRequest, public_id: str, slug: str | None = None) -> HttpResponse:
    """The form on a page of its own, and what comes of it."""
    page, at = page_of(request, slug), timezone.now()
    if page is None:
        return no_such_page(request, at)
    incident = page.incidents.visible_to(PUBLIC).filter(public_id=public_id).first()
    if incident is None:
        return for_artefact(request, missing(page, at))
    incident.page = page
    if request.method != "POST":
        typed = {"kind": request.GET.get("kind", "")}
        return _form(incident, at, typed=typed, closed=not takes_messages(incident, at))
    if request.POST.get("website"):
        return _thanks(incident, at)
    with spoken(page):
        return _receive(request, incident, at)


def _receive(request: HttpRequest, incident: Incident, at: datetime) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in TYPED}
    try:
        _check_rush(source_of(request.META.get("REMOTE_ADDR", "")), incident, at)
        ReaderMessage.receive(
            incident,
            kind=typed["kind"] or MessageKind.QUESTION,
            text=typed["text"],
            contact=_address(typed["contact"]),
            component=_component(incident.page, typed),
            at=at,
        )
    except ValidationError as error:
        return _form(incident, at, status=422, typed=typed, errors=error.message_dict)
    return _thanks(incident, at)


def _check_rush(source: str, incident: Incident, at: datetime) -> None:
    # The source first: what it is refused must not use up what is left for everybody.
    mine = Bucket.take(f"messages from {source}", limit=PER_SOURCE, every=HOUR, at=at)
    key = f"messages on {incident.public_id}"
    if not mine or not Bucket.take(key, limit=PER_INCIDENT, every=HOUR, at=at):
        raise ValidationError(
            {"text": [_("Too many messages came in; please try again in an hour.")]}
        )


def _address(typed: str) -> str:
    return validate_address(typed, "contact") if typed.strip(" \t") else ""


def _component(page: Page, typed: dict[str, str]) -> Component | None:
    if not typed["component"] or typed["kind"] != MessageKind.STILL_AFFECTED:
        return None
    by_id = {component.public_id: component for component in page.components.all()}
    found = by_id.get(typed["component"])
    if found is None:
        raise ValidationError({"component": [_("Pick a component of this page.")]})
    return found


def _form(
    incident: Incident, at: datetime, *, status: int = 200, closed: bool = False, **context: Any
) -> HttpResponse:
    components = list(incident.page.components.all())
    return _answer(
        "ask.html", incident, at, status=status, closed=closed, components=components, **context
    )


def _thanks(incident: Incident, at: datetime) -> HttpResponse:
    return _answer("asked.html", incident, at)


def _answer(
    template: str, incident: Incident, at: datetime, *, status: int = 200, **context: Any
) -> HttpResponse:
    path = _path(incident.public_id)
    context |= {"incident": incident, "over": incident.resolved_at is not None}
    return for_one_reader(html(template, incident.page, path, at, status=status, **context))


def _path(public_id: str) -> str:
    return f"incidents/{public_id}/ask/"
