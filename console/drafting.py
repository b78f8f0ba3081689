"""From a form to a draft and back: what was typed is kept as the arguments of a verb."""

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.access import StaffRequest
from console.answering import Act, doer
from console.forms.base import ConsoleForm
from console.forms.fields import InstantField, PromiseField
from console.forms.promises import UNKNOWN
from console.links import to
from incidents.core import checks
from incidents.core.instants import parse_instant
from incidents.core.templates import spelt
from incidents.models import Draft, Incident, Page
from incidents.models.story.drafting import MINUTES

KEEP: Final = "draft"
DUE: Final = "next_update_due"
SEEN: Final = ("after", "seen")


def offered[Form: ConsoleForm](form: Form, page: Page) -> Form:
    """Let a form be kept as a draft or published later; what is kept may be unfinished."""
    form.draftable = True
    form.fields["publish_at"] = InstantField(
        page,
        label=gettext_lazy("Publish later at"),
        required=False,
        help_text=gettext_lazy("Nothing is seen and nobody is told before then."),
    )
    form.more = (*form.more, "publish_at")  # type: ignore[misc]
    if KEEP in form.data:
        for field in form.fields.values():
            field.required = False
    return form


def drafted(
    request: StaffRequest,
    form: ConsoleForm,
    act: Act,
    kind: str,
    page: Page,
    incident: Incident | None = None,
    **said: Any,
) -> Act:
    """Return what sending the form does: `act`, or a draft if that was asked for."""

    def keep() -> str:
        at = form.cleaned_data.get("publish_at")
        if KEEP not in request.POST and not at:
            return act()
        draft = Draft.keep(page, kind, content_of(form) | said, incident=incident, **doer(request))
        if at:
            draft.schedule(at, **doer(request))
        messages.success(request, outcome(draft))
        return to("draft", page, draft_id=draft.public_id)

    return keep


def content_of(form: ConsoleForm) -> dict[str, Any]:
    """Return what was typed as arguments of a verb; “within 30 min” counts from publishing."""
    content = {name: value for name, value in form.words().items() if name not in SEEN}
    if DUE in form.fields and (minutes := checks.number(form[DUE].data[0])) is not None:
        content.pop(DUE, None)
        content[MINUTES] = minutes
    return content


def typed(content: Mapping[str, Any], form: ConsoleForm) -> dict[str, Any]:
    """Return the initial values of `form` for a draft's content."""
    known = {name: value for name, value in content.items() if name in form.fields}
    for name, value in known.items():
        field = form.fields[name]
        if isinstance(field, InstantField) and value:
            known[name] = parse_instant(value, field=name)
    promise = form.fields.get(DUE)
    if isinstance(promise, PromiseField):
        known[DUE] = _promised(content, promise)
    known["notify"] = content.get("notify", True)
    return known


def outcome(draft: Draft) -> str:
    """Say what became of what was typed."""
    if draft.publish_at is None:
        return _("Kept as a draft. Nobody outside sees it.")
    zone: ZoneInfo = draft.page.zone
    return _("This will be published at %s.") % spelt(draft.publish_at, zone)


def _promised(content: Mapping[str, Any], field: PromiseField) -> tuple[str, str, str]:
    if minutes := content.get(MINUTES):
        return within(int(minutes), field)
    if due := content.get(DUE):
        local = parse_instant(due).astimezone(ZoneInfo(field.page_zone))
        return ("at", f"{local:%Y-%m-%dT%H:%M}", field.page_zone)
    return (PromiseField.unknown if content.get(UNKNOWN) else "", "", "")


def within(minutes: int, field: PromiseField) -> tuple[str, str, str]:
    """Return the choice “within so many minutes”, offered if it was not yet."""
    if minutes not in field.minutes:
        field.minutes = tuple(sorted({*field.minutes, minutes}))
    return (str(minutes), "", "")
