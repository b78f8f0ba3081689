"""Words that are not said yet: how they look, where they are kept, and saying them."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, moved, settle
from console.drafting import content_of, offered, outcome, typed
from console.drafts import draft as looks_of
from console.forms.base import ConsoleForm, Seen
from console.forms.drafts import AnnouncementForm
from console.forms.incidents import OpenForm, PostForm, ResolveForm
from console.forms.maintenance import AnnounceForm, ScheduleForm
from console.frame import render
from console.links import to, to_incident
from incidents.core import checks
from incidents.core.lifecycles import Status
from incidents.core.roles import Ability
from incidents.models import Draft, DraftKind, Page, Update
from incidents.models.story.drafting import Made


@may(Ability.RESPOND)
@post_only
def preview(request: StaffRequest, page: Page) -> HttpResponse:
    """The text as readers will see it, or what is wrong with it."""
    return render(request, "parts/preview.html", page, **looks_of(page, request))


@may(Ability.RESPOND)
def drafts(request: StaffRequest, page: Page) -> HttpResponse:
    """What is kept, with what fails."""
    kept = page.drafts.filter(published_at=None).select_related("incident")
    return render(request, "drafts/drafts.html", page, drafts=kept)


@may(Ability.RESPOND)
def draft(request: StaffRequest, page: Page, draft_id: str) -> HttpResponse:
    """Change a draft, let the clock publish it, or publish it now."""
    kept = _draft_of(page, draft_id)
    form = _form_of(kept, request.POST or None)

    def act() -> str:
        kept.change(_content(kept, form), seen=_version(form), **doer(request))
        if "publish" in request.POST:
            return _home(kept.publish(**doer(request)))
        _set_time(kept, form.cleaned_data["publish_at"], doer(request))
        messages.success(request, outcome(kept))
        return to("draft", page, draft_id=draft_id)

    title = _("Draft: %s") % kept.get_kind_display()
    return ask(
        request, page, form, act, title=title, back=to("drafts", page), button=_("Save draft"),
        incident=kept.incident, kept=kept, previews=True, publishes=True,
        tells="incident" if kept.kind == DraftKind.INCIDENT else "update",
    )  # fmt: skip


@may(Ability.RESPOND)
@post_only
def publish_draft(request: StaffRequest, page: Page, draft_id: str) -> HttpResponse:
    """Say it now, as it is kept."""
    kept = _draft_of(page, draft_id)
    made: list[Made] = []
    answer = settle(
        request,
        lambda: made.append(kept.publish(**doer(request))),
        to("draft", page, draft_id=draft_id),
    )
    return moved(request, _home(made[0])) if made else answer


@may(Ability.RESPOND)
@post_only
def discard_draft(request: StaffRequest, page: Page, draft_id: str) -> HttpResponse:
    """Throw it away."""
    kept = _draft_of(page, draft_id)
    return settle(request, lambda: kept.discard(**doer(request)), to("drafts", page))


def _draft_of(page: Page, draft_id: str) -> Draft:
    waiting = page.drafts.filter(published_at=None).select_related("page", "incident__page")
    return get_object_or_404(waiting, public_id=draft_id)


def _form_of(kept: Draft, data: Any) -> ConsoleForm:
    """The form that it was typed into, which takes it unfinished, too."""
    form = offered(_blank(kept, data), kept.page)
    form.draftable, form.guard = False, "seen"  # type: ignore[misc]
    form.fields.pop("after", None)
    form.fields["seen"] = Seen()
    for field in form.fields.values():
        field.required = False
    form.initial.update(typed(kept.content, form))
    form.initial.update(publish_at=kept.publish_at, seen=str(kept.version))
    return form


def _blank(kept: Draft, data: Any) -> ConsoleForm:
    now, page = timezone.now(), kept.page
    if kept.incident is not None:
        over = kept.content.get("status") == Status.RESOLVED
        entry = page.incidents.with_story().get(pk=kept.incident.pk)
        return ResolveForm(entry, data, now=now) if over else PostForm(entry, data, now=now)
    if kept.kind == DraftKind.INCIDENT:
        return OpenForm(page, data, now=now)
    if kept.kind == DraftKind.ANNOUNCEMENT:
        return AnnouncementForm(page, data)
    return ScheduleForm(page, data) if "start" in kept.content else AnnounceForm(page, data)


def _content(kept: Draft, form: ConsoleForm) -> dict[str, Any]:
    over = isinstance(form, ResolveForm)
    return content_of(form) | ({"status": Status.RESOLVED.value} if over else {})


def _version(form: ConsoleForm) -> int | None:
    return checks.number(str(form.cleaned_data["seen"]))


def _set_time(kept: Draft, publish_at: datetime | None, pen: dict[str, Any]) -> None:
    if publish_at:
        kept.schedule(publish_at, **pen)
    elif kept.publish_at:
        kept.unschedule(**pen)


def _home(made: Made) -> str:
    if isinstance(made, Update):
        return f"{to_incident(made.incident)}#{made.anchor}"
    return to_incident(made)
