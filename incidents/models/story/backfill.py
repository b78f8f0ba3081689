"""What happened before this page was kept: a whole history, written down afterwards and said so."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError

from incidents.core import checks
from incidents.core.clocks import minute
from incidents.core.histories import DownThen, SaidThen
from incidents.core.impacts import usual_kind
from incidents.core.levels import Level
from incidents.core.lifecycles import Kind, Status
from incidents.models.site.component import Component
from incidents.models.site.page import Page
from incidents.models.story.incident import Incident
from incidents.models.story.update import Update, Wording
from incidents.models.story.window import ImpactWindow
from people.actors import Actor

SAID = [Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED]


def backfill(
    page: Page,
    *,
    title: str,
    updates: Sequence[SaidThen],
    by: Actor,
    at: datetime,
    windows: Sequence[DownThen] = (),
    started_at: datetime | None = None,
    notify: bool = False,
    origin_note: str = "",
    canonical_url: str = "",
    external_id: str = "",
    tags: Sequence[str] = (),
    metadata: dict[str, Any] | None = None,
) -> Incident:
    """Record an incident that is over, with all its updates at their stated times, all or nothing.

    Nobody is told unless asked. One whose `external_id` is there already is returned as it is.
    Raises ValidationError on "title", "updates", "windows", "started_at", "origin_note",
    "canonical_url", "external_id" or "tags".
    """
    words = _checked_updates(updates, at)
    title = checks.line(title, field="title")
    external_id = checks.line(external_id, field="external_id", limit=120, required=False)
    origin_note = checks.line(origin_note, field="origin_note", limit=500, required=False)
    checks.web_address(canonical_url, field="canonical_url")
    places = _placed(page, windows, at)
    start, end = _span(updates, windows, started_at)
    with page.writing(by=by, at=at) as journal:
        if external_id and (known := page.incidents.filter(external_id=external_id).first()):
            return known
        incident = Incident.objects.create(
            page=page,
            kind=Kind.INCIDENT,
            title=title,
            status=updates[0].status,
            started_at=start,
            # One update alone both begins and ends it.
            resolved_at=end if len(updates) == 1 else None,
            published_at=at,
            created_at=at,
            updated_at=at,
            origin_note=origin_note,
            canonical_url=canonical_url,
            external_id=external_id,
            tags=[checks.line(tag, field="tags", limit=60) for tag in tags],
            metadata=metadata or {},
        )
        _record_windows(incident, places, by, at)
        last = _say(journal, incident, list(zip(updates, words, strict=True)), notify=notify)
        incident.resolved_at = end
        incident.save(update_fields=["resolved_at"])
        incident.tell(journal, "incident.backfilled", last)
    return incident


def _say(
    journal: Any, incident: Incident, said: list[tuple[SaidThen, Wording]], *, notify: bool
) -> Update:
    """Append the updates, each at its stated time; only the last one is ever told."""
    for then, words in said:
        last = then is said[-1][0]
        if last:
            incident.resolved_at = then.said_at
            incident.save(update_fields=["resolved_at"])
        update = Update.append(
            journal, incident, words, status=then.status, levels={}, moment=then.said_at,
            happened_at=then.said_at, notify=notify and last,
        )  # fmt: skip
    return update


def _record_windows(
    incident: Incident, windows: list[tuple[Component, DownThen]], by: Actor, at: datetime
) -> None:
    for line, (component, then) in enumerate(windows, 1):
        level = Level(then.level)
        try:
            ImpactWindow.record(
                component, level=level, kind=usual_kind(level), start=then.start, end=then.end,
                incident=incident, by=by, at=at,
            )  # fmt: skip
        except ValidationError as error:
            raise _at("windows", line, " ".join(error.messages)) from error


def _checked_updates(updates: Sequence[SaidThen], at: datetime) -> list[Wording]:
    if not updates:
        raise checks.refusal("updates", "Write at least the update that says it is over.")
    for number, then in enumerate(updates, 1):
        if then.status not in SAID:
            listed = ", ".join(SAID)
            raise _at("updates", number, f"“{then.status}” is none of {listed}.")
        if then.said_at > at:
            raise _at("updates", number, f"{minute(then.said_at)} has not come yet.")
    for number, (before, then) in enumerate(pairwise(updates), 2):
        if then.said_at < before.said_at:
            raise _at("updates", number, "This was said before the one above; sort them by time.")
        if before.status == Status.RESOLVED:
            raise _at("updates", number, "Only the last update can be the resolution.")
    if updates[-1].status != Status.RESOLVED:
        raise _at("updates", len(updates), "The last one has to be “resolved”; open it otherwise.")
    return [_wording(then, number) for number, then in enumerate(updates, 1)]


def _wording(then: SaidThen, number: int) -> Wording:
    try:
        return Wording.of(body=then.body, headline=then.headline)
    except ValidationError as error:
        raise _at("updates", number, " ".join(error.messages)) from error


def _placed(
    page: Page, windows: Sequence[DownThen], at: datetime
) -> list[tuple[Component, DownThen]]:
    """Return the windows with their components, which may be named by name or by public id."""
    components = {each.name.casefold(): each for each in page.components.all()}
    components |= {each.public_id: each for each in page.components.all()}
    placed = []
    for number, then in enumerate(windows, 1):
        found = components.get(then.component.casefold()) or components.get(then.component)
        if found is None:
            raise _at("windows", number, f"“{then.component}” is no component of this page.")
        if then.level not in Level.values[1:]:
            listed = ", ".join(Level.values[1:])
            raise _at("windows", number, f"“{then.level}” is none of {listed}.")
        if then.end <= then.start or then.end > at:
            raise _at("windows", number, "It has to end after its start, and by now.")
        placed.append((found, then))
    return placed


def _span(
    updates: Sequence[SaidThen], windows: Sequence[DownThen], started_at: datetime | None
) -> tuple[datetime, datetime]:
    """When it began and was over: as stated, else by what is known of it."""
    begun = min([updates[0].said_at, *[then.start for then in windows]])
    end = max([updates[-1].said_at, *[then.end for then in windows]])
    if started_at and started_at > begun:
        raise checks.refusal("started_at", f"Something of it is as old as {minute(begun)} already.")
    return started_at or begun, end


def _at(field: str, number: int, message: str) -> ValidationError:
    return checks.refusal(field, f"No. {number}: {message}")
