"""Which promises an update keeps by itself: the thing that was promised is done by it."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Max, Q

from incidents.core import checks
from incidents.core.lifecycles import OVER, Status
from incidents.core.promises import CommitmentKind
from incidents.models.story.commitment import BEFORE_IT_BEGINS, Commitment, CommitmentQuerySet
from incidents.models.story.link import IncidentLink, LinkKind
from incidents.models.story.terms import Terms

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.story.incident import Incident
    from incidents.models.story.update import Update

DONE: Final = (Status.RESOLVED, Status.COMPLETED)
BY_THE_END: Final = (CommitmentKind.FIX, CommitmentKind.MAX_DURATION)
CALLED_OFF: Final = "The work was called off."


def keep_by(
    journal: "Journal",
    update: "Update",
    moment: datetime,
    *,
    next_due: datetime | None = None,
    next_unknown: str = "",
    still_owed: Collection[Commitment] = (),
) -> None:
    """Settle inside a verb what an update keeps, and make the promise of the next one."""
    incident, status = update.incident, update.status
    for promise in _standing(incident, CommitmentKind.NEXT_UPDATE):
        promise.keep(journal, update)
    if status in DONE:
        _keep_by_the_end(journal, update, moment, still_owed)
    if status == Status.CANCELLED:
        _call_off(journal, incident)
    if status == Status.SCHEDULED:
        _keep_dates(journal, update)
    if status in BEFORE_IT_BEGINS:
        _bound(journal, update, moment)
    if status == Status.IN_PROGRESS:
        for promise in _standing(incident, CommitmentKind.MAX_DURATION).filter(due=None):
            promise.begin(journal, moment)
    if next_due is not None or next_unknown:
        _promise_next(journal, update, next_due, next_unknown)


def owe_again(journal: "Journal", incident: "Incident") -> None:
    """What the last resolution kept is owed again once that was taken back."""
    kept = Commitment.objects.filter(
        incident=incident, kind__in=BY_THE_END, met_in__status=Status.RESOLVED
    )
    for promise in kept:
        promise.owe_again(journal)


def _keep_by_the_end(
    journal: "Journal", update: "Update", moment: datetime, still_owed: Collection[Commitment]
) -> None:
    spared = {promise.pk for promise in still_owed}
    for promise in _standing(update.incident, *BY_THE_END):
        if promise.pk not in spared:
            promise.keep(journal, update, moment)


def _keep_dates(journal: "Journal", update: "Update") -> None:
    """Dates of this work were promised on itself, or on what it follows up."""
    followed = IncidentLink.objects.filter(source=update.incident, kind=LinkKind.FOLLOW_UP)
    mine = Q(incident=update.incident) | Q(incident__in=followed.values("target"))
    kind = CommitmentKind.MAINTENANCE_DATES
    for promise in Commitment.objects.standing().filter(mine, kind=kind):
        promise.keep(journal, update)


def _bound(journal: "Journal", update: "Update", moment: datetime) -> None:
    """A plan that says how long it may take at most is a promise like any other."""
    standing = _standing(update.incident, CommitmentKind.MAX_DURATION)
    for begun in standing.filter(due__isnull=False):
        begun.keep(journal, update, moment)
    windows = update.incident.scheduled_windows.filter(superseded_at=None, ended_at=None)
    planned = windows.aggregate(Max("max_minutes"))["max_minutes__max"]
    minutes = planned or update.incident.max_minutes
    earlier = standing.filter(due=None).first()
    if minutes is not None and (earlier is None or earlier.max_minutes != minutes):
        terms = Terms.of(CommitmentKind.MAX_DURATION, max_minutes=minutes)
        Commitment.make(journal, update.incident, terms, update, earlier)


def _call_off(journal: "Journal", incident: "Incident") -> None:
    for promise in _standing(
        incident, CommitmentKind.MAINTENANCE_DATES, CommitmentKind.MAX_DURATION
    ):
        promise.void(journal, CALLED_OFF)


def _promise_next(journal: "Journal", update: "Update", due: datetime | None, unknown: str) -> None:
    if update.status in OVER:
        field = "next_update_due" if due else "next_update_unknown"
        raise checks.refusal(field, "This is over: nobody waits for a next update.")
    terms = Terms.of(CommitmentKind.NEXT_UPDATE, due=due, unknown_because=unknown)
    Commitment.make(journal, update.incident, terms, update)


def _standing(incident: "Incident", *kinds: str) -> CommitmentQuerySet:
    return Commitment.objects.standing().filter(incident=incident, kind__in=kinds)
