"""The edit-conflict guard of stored texts: asked inside the lock, just before they are changed."""

from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.models import F

from incidents.core import conflicts
from incidents.core.conflicts import Conflict
from incidents.models.event import Event

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.story.incident import Incident

# Rendered beside its source, so it is left as it is where the source is.
_RENDERED: Final = {"html": "body", "answer_html": "answer"}


def fingerprint(thing: models.Model, *fields: str) -> str:
    """Return what a form that shows these fields of `thing` started from."""
    return conflicts.fingerprint({name: getattr(thing, name) for name in fields})


def guarded(
    journal: "Journal", thing: models.Model, seen: str, changes: dict[str, Any]
) -> dict[str, Any]:
    """Return `changes` without those fields that only somebody else has changed meanwhile.

    To be called inside `page.writing`. Without `seen` the last one wins. Raises Conflict on each
    field that both have changed.
    """
    if not seen:
        return changes
    known = [name for name in changes if name in conflicts.read(seen)]
    thing.refresh_from_db(fields=known)
    stored = {name: getattr(thing, name) for name in known}
    mine = {name: changes[name] for name in known}
    if clashing := conflicts.clashes(seen, stored, mine):
        theirs = {name: stored[name] for name in clashing}
        raise _conflict(journal, thing, theirs, conflicts.fingerprint(stored))
    left = set(conflicts.untouched(seen, stored, mine))
    return {name: value for name, value in changes.items() if _RENDERED.get(name, name) not in left}


def refuse_unread(incident: "Incident", after: int | None) -> None:
    """Raise Conflict on "body" if updates were posted after number `after`; None is no guard."""
    if after is None:
        return
    newer = list(incident.updates.filter(number__gt=after).order_by("number"))
    if newer:
        last = newer[-1]
        raise Conflict(
            {"body": last.body},
            seen=str(last.number),
            who=last.author,
            when=last.posted_at,
            message=f"{last.author} posted while you were writing. Read it, then send yours.",
        )


def _conflict(
    journal: "Journal", thing: models.Model, theirs: dict[str, Any], seen: str
) -> Conflict:
    """Say who it was, as far as the journal knows."""
    about = Event.objects.filter(
        page=journal.page,
        object_type=thing._meta.label_lower,
        object_id=str(getattr(thing, "public_id", thing.pk)),
    )
    last = about.order_by(F("at").desc(), "-pk").first()
    return Conflict(
        theirs, seen=seen, who=last.actor_label if last else "", when=last.at if last else None
    )
