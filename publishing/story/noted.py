"""Work with its progress, attempts with what came of them, and whether readers may write."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import Incident, Note, NoteChange, NoteKind, Precision
from incidents.models.story.message import takes_messages
from notifications.channels import channels


@dataclass(frozen=True)
class Work:
    """A restore or a rebuild: how far it has come, by dated reports."""

    note: Note

    @property
    def done(self) -> int | None:
        """Percent done, by the newest report."""
        return self.note.done_percent

    @property
    def reports(self) -> list[NoteChange]:
        """All reports, the oldest first."""
        return self.note.reports


@dataclass(frozen=True)
class Attempt:
    """A way to recovery: when it was tried, and what came of it when."""

    note: Note

    @property
    def about(self) -> bool:
        """Whether its time is only roughly known."""
        return self.note.precision == Precision.ABOUT

    @property
    def tried_at(self) -> datetime:
        """The stated time, else that of writing it down."""
        return self.note.happened_at or self.note.created_at

    @property
    def settled_at(self) -> datetime | None:
        """When it was said what came of it; None while that is open."""
        settled = self.note.state != "tried" and self.note.changed_at > self.note.created_at
        return self.note.changed_at if settled else None


def works(incident: Incident) -> list[Work]:
    """Restores and rebuilds, in the order in which they were noted."""
    return [Work(note) for note in incident.notes.all() if note.kind == NoteKind.WORK]


def attempts(incident: Incident) -> list[Attempt]:
    """Ways to recovery, in the order in which they were tried."""
    tried = [Attempt(note) for note in incident.notes.all() if note.kind == NoteKind.ATTEMPT]
    return sorted(tried, key=lambda each: (each.tried_at, each.note.pk))


def may_write(incident: Incident, at: datetime) -> bool:
    """Whether readers may ask, or report that they are still affected."""
    return takes_messages(incident, at)


def late_routes(incident: Incident) -> list[str]:
    """What it does to the ways of telling itself, as long as it goes on."""
    rows = incident.hit_routes if incident.is_open else []
    return [_late(row["channel"], row["domain"]) for row in rows]


def _late(channel: str, domain: str) -> str:
    if domain:
        return (
            _(
                "Mail to addresses at %s may come late because of this; this page does not."
                " Whoever gave us a second address is written to there."
            )
            % domain
        )
    if channel == "email":
        return _("Our mails may come late because of this; this page and its feeds do not.")
    known = channels()
    label = known[channel].label if channel in known else channel
    return _("Word over %s may come late because of this; this page and its feeds do not.") % label
