"""Who will be told, who was, and whether telling still goes on: figures for the console."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from incidents.models import Component, Incident, Page
from notifications.channels import channels
from notifications.kinds import Kind
from notifications.models import Broadcast, Chunk, Delivery, Heartbeat, Subscription
from notifications.models.scope import About

SILENT_AFTER = timedelta(seconds=60)
State = Delivery.State


def reach(
    page: Page, components: Iterable[Component] = (), kind: str = Kind.UPDATE
) -> dict[str, int]:
    """How many destinations on each channel would hear of this now."""
    keys = [component.pk for component in components]
    audience = Subscription.objects.hearing(About(page, kind, keys)).at_once().unsuppressed()
    counted = audience.values_list("channel").annotate(Count("pk")).order_by("channel")
    return {channel: count for channel, count in counted if channel in channels()}


@dataclass(frozen=True)
class Told:
    """How far one broadcast has got on one channel."""

    broadcast: Broadcast
    channel: str
    total: int
    sent: int
    waiting: int
    failed: int
    superseded: int
    suppressed: int
    first_at: datetime | None
    last_at: datetime | None


def told(incident: Incident) -> list[Told]:
    """Who was told what and when, the newest news first, a row per channel."""
    broadcasts = {each.pk: each for each in incident.broadcasts.select_related("event", "page")}
    counted = Delivery.objects.filter(broadcast__in=broadcasts).values("broadcast", "channel")
    rows = counted.annotate(**_figures()).order_by("-broadcast__sequence", "channel")
    return [_told(broadcasts, dict(row)) for row in rows]


@dataclass(frozen=True)
class Pulse:
    """Whether the notifier is alive: what is due for how long, and its last sign of life."""

    oldest_due: timedelta
    sweep_age: timedelta | None
    waiting: int
    failed: int

    @property
    def alarm(self) -> str:
        """What is wrong, in words; empty while all is well."""
        if self.sweep_age is None:
            return "The notifier has never run." if self.waiting else ""
        if self.sweep_age > SILENT_AFTER:
            return f"The notifier has been silent for {self.sweep_age.total_seconds():.0f} s."
        if self.oldest_due > SILENT_AFTER:
            return f"A delivery has been due for {self.oldest_due.total_seconds():.0f} s."
        return ""


def pulse(at: datetime) -> Pulse:
    """The alarm figures at one instant, for the console, `/readyz` and metrics."""
    due = [
        Delivery.objects.due(at).aggregate(oldest=Min("next_attempt_at"))["oldest"],
        Chunk.objects.due(at).aggregate(oldest=Min("due_at"))["oldest"],
    ]
    oldest = min((each for each in due if each), default=at)
    in_chunks = Chunk.objects.unfinished().aggregate(size=Sum("size"))["size"] or 0
    return Pulse(
        oldest_due=at - oldest,
        sweep_age=Heartbeat.age("sweep", at),
        waiting=Delivery.objects.loose().count() + in_chunks,
        failed=Delivery.objects.failed().count(),
    )


def _figures() -> dict[str, Any]:
    waiting = Q(state__in=[State.PENDING, State.CLAIMED, State.RETRY])
    return {
        "total": Count("pk"),
        "sent": Count("pk", Q(state=State.SENT)),
        "waiting": Count("pk", waiting),
        "failed": Count("pk", Q(state__in=[State.FAILED, State.BOUNCED])),
        "superseded": Count("pk", Q(state=State.SUPERSEDED)),
        "suppressed": Count("pk", Q(state=State.SUPPRESSED)),
        "first_at": Min("sent_at"),
        "last_at": Max("sent_at"),
    }


def _told(broadcasts: dict[int, Broadcast], row: dict[str, Any]) -> Told:
    return Told(broadcast=broadcasts[row.pop("broadcast")], **row)
