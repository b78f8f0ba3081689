"""The content of a draft: a verb's arguments as JSON, and back again when its time has come."""

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final

from django.db import models

from incidents.core import checks, markup
from incidents.core.instants import parse_instant, relative_words, require_aware
from incidents.core.lifecycles import Status
from incidents.models.planned.maintenance import Maintenance
from incidents.models.planned.plan import Plan
from incidents.models.site.page import Page
from incidents.models.story import draft_shapes
from incidents.models.story.announcement import Announcement
from incidents.models.story.cohort import Cohort
from incidents.models.story.commitment import Commitment
from incidents.models.story.incident import Incident
from incidents.models.story.update import Update, Wording

if TYPE_CHECKING:
    from incidents.models.story.draft import Draft

Made = Incident | Update
# Counted from the moment of publishing, as “within 30 minutes” is meant.
MINUTES: Final = "next_update_minutes"
TEXTS: Final = ("title", "headline", "body", "social_text")
_NOT_CONTENT: Final = frozenset(
    {"page", "incident", "by", "at", "after", "seen", "wording", "rest", "recurrence", "recurs_on"}
)


def verb_of(kind: str, content: Mapping[str, Any]) -> Callable[..., Made]:
    """Return the very verb that a draft calls: its kind decides, and what it says."""
    if kind == "incident":
        return Incident.open
    if kind == "announcement":
        return Announcement.publish
    if kind == "maintenance":
        dated = content.get("start") or content.get("windows")
        return Maintenance.schedule if dated else Maintenance.announce
    return Incident.resolve if content.get("status") == Status.RESOLVED else Update.post


def stored(page: Page, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return `given` as JSON: things by their public ids, times as text.

    It may be unfinished. Raises ValidationError on the field that no verb of this kind takes, or
    that cannot be kept.
    """
    said = {name: _json(value) for name, value in given.items() if value not in (None, "", {}, [])}
    if "notify" in given:
        said["notify"] = bool(given["notify"])
    known = _fields(kind, said)
    for name in said:
        if name not in known:
            raise checks.refusal(name, f"There is no such field here; use {', '.join(known)}.")
    _check(page, said)
    return said


def arguments(draft: "Draft", at: datetime) -> dict[str, Any]:
    """Return what the verb is given when the draft is published at `at`."""
    content = dict(draft.content)
    if draft.kind == "update" and content.get("status") == Status.RESOLVED:
        content = {name: value for name, value in content.items() if name in _resolving()}
    minutes = content.pop(MINUTES, None)
    found = {name: _read(draft, name, value) for name, value in content.items()}
    if minutes:
        found["next_update_due"] = at + timedelta(minutes=minutes)
    return {"title": "", "body": ""} | found if draft.incident is None else {"body": ""} | found


def heading(content: Mapping[str, Any]) -> str:
    """Return by which line a draft is told from others."""
    line = content.get("title") or content.get("headline")
    return str(line or shorten(markup.plain(content.get("body", "")), 120, placeholder="…"))


def aging_words(content: Mapping[str, Any]) -> list[str]:
    """Return the words that will mean another day to whoever reads them later."""
    return relative_words("\n".join(str(content.get(name, "")) for name in TEXTS))


def _fields(kind: str, content: Mapping[str, Any]) -> list[str]:
    verb = verb_of(kind, content)
    names = [*inspect.signature(verb).parameters, *inspect.signature(Wording.of).parameters]
    if kind == "update":
        names += ["status", "levels", "next_update_due"]
    names += [MINUTES] if "next_update_due" in names else []
    return [name for name in dict.fromkeys(names) if name not in _NOT_CONTENT | {"self"}]


def _resolving() -> set[str]:
    return {*inspect.signature(Incident.resolve).parameters, *_WORDS}


_WORDS: Final = tuple(inspect.signature(Wording.of).parameters)


def _check(page: Page, said: dict[str, Any]) -> None:
    draft_shapes.check(said)
    for name in ("title", "headline", "signature"):
        checks.line(said.get(name, ""), field=name, required=False)
    checks.line(said.get("social_text", ""), field="social_text", limit=280, required=False)
    markup.check(said.get("body", ""))
    _components(page, said.get("levels", {}), "levels")
    for window in [said, *said.get("windows", [])]:
        _components(page, window.get("components") or [], "components")
    minutes = said.get(MINUTES, 1)
    if not (draft_shapes.is_number(minutes) and 1 <= minutes <= 10080):
        raise checks.refusal(MINUTES, f"“{minutes}” is no number of minutes, 1 to 10080.")


def _read(draft: "Draft", name: str, value: Any) -> Any:
    if draft_shapes.is_instant(name):
        return parse_instant(value, field=name)
    if name == "levels":
        found = _components(draft.page, value, name)
        return {component: value[component.public_id] for component in found}
    if name == "components":
        return _components(draft.page, value, name)
    if name in {"further", "windows"}:
        return [_window(draft, name, each) for each in value]
    if name in _NAMED:
        return _named(draft, name, value)
    return value


def _window(draft: "Draft", field: str, window: Any) -> Any:
    if field == "further":
        start, end = (parse_instant(each, field=field) for each in window)
        return start, end
    read = {name: _read(draft, name, each) for name, each in window.items() if each is not None}
    return Plan(**read)


def _named(draft: "Draft", name: str, value: Any) -> Any:
    """Return what the public ids mean, as far as it is still there."""
    wanted = value if isinstance(value, list) else [value]
    found = list(_NAMED[name](draft).filter(public_id__in=wanted))
    if len(found) < len(set(wanted)):
        raise checks.refusal(name, "What this names is not there any more; choose again.")
    return found if isinstance(value, list) else found[0]


_NAMED: Final[dict[str, Callable[["Draft"], models.QuerySet[Any]]]] = {
    "corrects": lambda draft: Update.objects.filter(incident=draft.incident_id),
    "still_owed": lambda draft: Commitment.objects.filter(incident=draft.incident_id),
    "follows_up": lambda draft: Incident.objects.filter(page=draft.page_id),
    "audience": lambda draft: Cohort.objects.filter(page=draft.page_id),
}


def _components(page: Page, public_ids: Collection[str], field: str) -> list[Any]:
    wanted = set(public_ids)
    found = list(page.components.filter(public_id__in=wanted))
    if gone := sorted(wanted - {component.public_id for component in found}):
        raise checks.refusal(field, f"There is no component “{gone[0]}” on this page any more.")
    return found


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return require_aware(value).isoformat()
    if isinstance(value, models.Model):
        return str(getattr(value, "public_id", value.pk))
    if isinstance(value, Mapping):
        return {str(_json(name)): _json(each) for name, each in value.items()}
    if is_dataclass(value):
        return {field.name: _json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Collection) and not isinstance(value, str):
        return [_json(each) for each in value]
    return value
