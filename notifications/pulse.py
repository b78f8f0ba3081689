"""Whether telling goes on: the oldest thing that is due or untold, and the last signs of life."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Min, Sum

from incidents.models import Event
from notifications.models import Broadcast, Chunk, Delivery, Heartbeat

SILENT_AFTER: Final = timedelta(seconds=60)
BEHIND_AFTER: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Pulse:
    """How the notifier does at one instant."""

    oldest_due: timedelta
    sweep_age: timedelta | None
    waiting: int
    failed: int
    untold: timedelta = timedelta()
    """How long the oldest thing that is to be told has waited to be written out to its readers."""
    stuck: str = ""
    """The lane whose sender gives no sign of life although something is due there."""

    @property
    def alarm(self) -> str:
        """What is wrong, in words; empty while all is well."""
        if self.sweep_age is None:
            return "The notifier has never run." if self.waiting or self.untold else ""
        if self.sweep_age > SILENT_AFTER:
            return f"The notifier has been silent for {self.sweep_age.total_seconds():.0f} s."
        if self.untold > SILENT_AFTER:
            waited = self.untold.total_seconds()
            return f"Something that is to be told has not been written out for {waited:.0f} s."
        if self.stuck:
            due = self.oldest_due.total_seconds()
            return f"A delivery in the lane “{self.stuck}” has been due for {due:.0f} s."
        if self.oldest_due > BEHIND_AFTER:
            minutes = self.oldest_due.total_seconds() // 60
            return f"The notifier is {minutes:.0f} min behind: more is due than it sends."
        return ""


def pulse(at: datetime) -> Pulse:
    """The alarm figures at one instant, for the console, `/readyz` and the watcher."""
    due = _oldest_due(at)
    in_chunks = Chunk.objects.unfinished().aggregate(size=Sum("size"))["size"] or 0
    return Pulse(
        oldest_due=at - min(due.values(), default=at),
        sweep_age=Heartbeat.age("sweep", at),
        waiting=Delivery.objects.loose().count() + in_chunks,
        failed=Delivery.objects.failed().count(),
        untold=at - min(_untold(at), default=at),
        stuck=_stuck(due, at),
    )


def _untold(at: datetime) -> list[datetime]:
    """Since when events wait for their broadcast, and broadcasts for their first delivery.

    One that is being written out already, slice by slice, may take its time.
    """
    events = Event.objects.filter(tell=True, broadcast__isnull=True, tell_after__lte=at)
    opened = Broadcast.objects.unexpanded().filter(expanded_to=0)
    since = (
        events.aggregate(since=Min("tell_after"))["since"],
        opened.aggregate(since=Min("opened_at"))["since"],
    )
    return [each for each in since if each is not None]


def _oldest_due(at: datetime) -> dict[str, datetime]:
    """Since when something has been due, by lane."""
    loose = Delivery.objects.due(at).order_by().values_list("lane")
    chunks = Chunk.objects.due(at).order_by().values_list("lane")
    found: dict[str, datetime] = {}
    for rows in (loose.annotate(Min("next_attempt_at")), chunks.annotate(Min("due_at"))):
        for lane, since in rows:
            found[lane] = min(since, found.get(lane, since))
    return found


def _stuck(due: Mapping[str, datetime], at: datetime) -> str:
    """A long fan-out keeps its end waiting, but its sender beats; one that hangs does not."""
    for lane, since in sorted(due.items(), key=lambda each: each[1]):
        age = Heartbeat.age(lane, at)
        if at - since > SILENT_AFTER and (age is None or age > SILENT_AFTER):
            return lane
    return ""
