"""What may follow what: one readable table per kind of incident."""

from collections.abc import Mapping
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What an entry of the record is about."""

    INCIDENT = "incident", _("Incident")
    MAINTENANCE = "maintenance", _("Maintenance")
    ANNOUNCEMENT = "announcement", _("Announcement")


class Status(TextChoices):
    """Every status of every kind; `LIFECYCLES` says which belong where."""

    INVESTIGATING = "investigating", _("Investigating")
    IDENTIFIED = "identified", _("Identified")
    MONITORING = "monitoring", _("Monitoring")
    RESOLVED = "resolved", _("Resolved")
    ANNOUNCED = "announced", _("Announced")
    SCHEDULED = "scheduled", _("Scheduled")
    IN_PROGRESS = "in_progress", _("In progress")
    VERIFYING = "verifying", _("Verifying")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    PUBLISHED = "published", _("Published")
    ENDED = "ended", _("Ended")


class CauseState(TextChoices):
    """How sure we are of the cause."""

    UNKNOWN = "unknown", _("Unknown")
    SUSPECTED = "suspected", _("Suspected")
    CONFIRMED = "confirmed", _("Confirmed")
    RULED_OUT = "ruled_out", _("Ruled out")


class Outcome(TextChoices):
    """What an entry turned out to be, where it was no ordinary trouble."""

    FALSE_ALARM = "false_alarm", _("False alarm")
    DUPLICATE = "duplicate", _("Duplicate")


Lifecycle = Mapping[Status, frozenset[Status]]

_LIVE: Final = frozenset({Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING})
_UNDER_WAY: Final = frozenset({Status.IN_PROGRESS, Status.VERIFYING})

# A status may always follow itself: most updates change nothing but what is known.
INCIDENT: Final[Lifecycle] = {
    Status.INVESTIGATING: _LIVE | {Status.RESOLVED},
    Status.IDENTIFIED: _LIVE | {Status.RESOLVED},
    Status.MONITORING: _LIVE | {Status.RESOLVED},
    Status.RESOLVED: frozenset({Status.RESOLVED}),
}
MAINTENANCE: Final[Lifecycle] = {
    Status.ANNOUNCED: frozenset({Status.ANNOUNCED, Status.SCHEDULED, Status.CANCELLED}),
    Status.SCHEDULED: frozenset({Status.SCHEDULED, Status.IN_PROGRESS, Status.CANCELLED}),
    # Between two windows it waits again; what an incident overtakes is cancelled on the way.
    Status.IN_PROGRESS: _UNDER_WAY | {Status.SCHEDULED, Status.COMPLETED, Status.CANCELLED},
    Status.VERIFYING: _UNDER_WAY | {Status.SCHEDULED, Status.COMPLETED, Status.CANCELLED},
    Status.COMPLETED: frozenset({Status.COMPLETED}),
    Status.CANCELLED: frozenset({Status.CANCELLED}),
}
ANNOUNCEMENT: Final[Lifecycle] = {
    Status.PUBLISHED: frozenset({Status.PUBLISHED, Status.ENDED}),
    Status.ENDED: frozenset({Status.ENDED}),
}
LIFECYCLES: Final[Mapping[str, Lifecycle]] = {
    Kind.INCIDENT: INCIDENT,
    Kind.MAINTENANCE: MAINTENANCE,
    Kind.ANNOUNCEMENT: ANNOUNCEMENT,
}
OVER: Final = frozenset({Status.RESOLVED, Status.COMPLETED, Status.CANCELLED, Status.ENDED})


def check_step(kind: str, current: str, following: str) -> Status:
    """Return `following` as a Status, or raise ValidationError on "status" naming what may come."""
    lifecycle = LIFECYCLES[kind]
    if following not in lifecycle:
        raise ValidationError({"status": [f"“{following}” is none of {_listed(lifecycle)}."]})
    allowed = lifecycle[Status(current)]
    if following not in allowed:
        raise ValidationError({"status": [_refusal(kind, current, following, allowed)]})
    return Status(following)


def _refusal(kind: str, current: str, following: str, allowed: frozenset[Status]) -> str:
    if current == Status.RESOLVED:
        return f"A resolved {kind} is reopened, not set to “{following}”: use “Reopen”."
    further = allowed - {Status(current)}
    way_out = f"It may become {_listed(further)}." if further else "Open a new one instead."
    return f"This {kind} is “{current}” and cannot become “{following}”. {way_out}"


def _listed(statuses: object) -> str:
    order = {status: rank for rank, status in enumerate(Status)}
    names = sorted(statuses, key=order.__getitem__)  # type: ignore[call-overload]
    return ", ".join(f"“{name}”" for name in names)
