"""Corrections as others read them who know no such thing: a line above the words, and a stamp."""

from incidents.core.records import Told
from incidents.core.templates import spelt
from incidents.models import Incident, Update


def told(incident: Incident) -> list[Told]:
    """The updates of an incident that was read with its story, the newest first."""
    return [_told(update, incident) for update in reversed(incident.updates.all())]


def remark(update: Update, incident: Incident) -> str:
    """What an update puts right, and what put it right; empty for most."""
    zone, lines = incident.page.zone, []
    if update.corrects is not None:
        lines.append(f"Corrects the update of {spelt(update.corrects.shown_at, zone)}.")
    lines += [
        f"Corrected by the update of {spelt(later.shown_at, zone)}."
        for later in update.corrected_by.all()
    ]
    return " ".join(lines)


def _told(update: Update, incident: Incident) -> Told:
    later = [each.posted_at for each in update.corrected_by.all()]
    changes = list(update.levels.all())
    return Told(update, changes, remark(update, incident), max(later, default=None))
