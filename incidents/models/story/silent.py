"""Pages that say nothing for longer than they allow themselves; written down once a silence."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Max

from incidents.core.silence import OWING
from incidents.models.clock import CLOCK, one_by_one

if TYPE_CHECKING:
    from incidents.models.story.incident import Incident


def note_all(incidents: "models.QuerySet[Incident]", at: datetime) -> int:
    """Note the silence of each of these that owes a word; returns how many."""
    live = incidents.filter(status__in=OWING, published_at__isnull=False, withdrawn_at=None)
    found: Any = live.select_related("page").annotate(last_word=Max("updates__posted_at"))
    silent = [each for each in found if _is_new(each, each.last_word, at)]
    return one_by_one(silent, lambda each: note(each, at))


def note(incident: "Incident", at: datetime) -> int:
    """Note it unless a word came, or another clock was quicker; returns 1 if it was noted."""
    with incident.page.writing(by=CLOCK, at=at) as journal:
        incident.refresh_from_db(fields=["status", "withdrawn_at", "silence_noted_at"])
        last_word = incident.updates.aggregate(Max("posted_at"))["posted_at__max"]
        owing = incident.status in OWING and incident.withdrawn_at is None
        if not owing or not _is_new(incident, last_word, at):
            return 0
        incident.silence_noted_at = at
        incident.save(update_fields=["silence_noted_at"])
        journal.append("incident.silent", incident, incident=incident, after={"since": last_word})
    return 1


def _is_new(incident: "Incident", last_word: datetime | None, at: datetime) -> bool:
    """Whether the limit is over since the last word, and that was not noted yet."""
    limit = timedelta(minutes=incident.page.silence_limit_minutes)
    if last_word is None or at - last_word < limit:
        return False
    return incident.silence_noted_at is None or incident.silence_noted_at < last_word
