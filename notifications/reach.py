"""Who will be told, who was, and whether telling still goes on: figures for the console."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q

from incidents.models import Component, Incident, Page
from notifications.bulletins import Bulletin
from notifications.channels import PaidChannel, channels
from notifications.costs import Bill
from notifications.kinds import Kind
from notifications.mail.keeping import keeps
from notifications.models import Broadcast, Delivery, Subscription
from notifications.models.audience import SubscriptionQuerySet
from notifications.models.scope import About
from notifications.models.sign_up import MAIL

State = Delivery.State
type Unsent = defaultdict[tuple[int | None, str], tuple[tuple[str, int], ...]]


def reach(
    page: Page, components: Iterable[Component] = (), kind: str = Kind.UPDATE
) -> dict[str, int]:
    """How many destinations on each channel would hear of this now."""
    audience = _audience(page, components, kind)
    counted = audience.values_list("channel").annotate(Count("pk")).order_by("channel")
    return {channel: count for channel, count in counted if channel in channels()}


def bills(
    page: Page, components: Iterable[Component], kind: str, bulletin: Bulletin, at: datetime
) -> list[Bill]:
    """What telling this now would cost on the channels that somebody pays for."""
    audience = _audience(page, components, kind)
    paid = [each for each in channels().values() if isinstance(each, PaidChannel)]
    return [
        bill
        for channel in paid
        for bill in channel.bills(bulletin, audience.filter(channel=channel.name), at)
    ]


def _audience(page: Page, components: Iterable[Component], kind: str) -> SubscriptionQuerySet:
    keys = [component.pk for component in components]
    return Subscription.objects.hearing(About(page, kind, keys)).at_once().unsuppressed()


@dataclass(frozen=True)
class Told:
    """How far one broadcast has got on one channel."""

    broadcast: Broadcast
    channel: str
    total: int
    sent: int
    kept: int
    waiting: int
    failed: int
    superseded: int
    cancelled: int
    first_at: datetime | None
    last_at: datetime | None
    unsent: tuple[tuple[str, int], ...]
    """Why something was not sent to somebody, as it was noted then, and to how many."""


def told(incident: Incident) -> list[Told]:
    """Who was told what and when, the newest news first, a row per channel."""
    broadcasts = {each.pk: each for each in incident.broadcasts.select_related("event", "page")}
    counted = Delivery.objects.filter(broadcast__in=broadcasts).values("broadcast", "channel")
    rows = counted.annotate(**_figures()).order_by("-broadcast__sequence", "channel")
    unsent = _unsent(broadcasts)
    return [_told(broadcasts, dict(row), unsent) for row in rows]


def already_told(incident: Incident) -> int:
    """How many destinations got at least one word of it; mails that are kept reached nobody."""
    sent = Delivery.objects.filter(broadcast__incident=incident, state=State.SENT)
    left = sent.exclude(channel__in=[MAIL] if keeps() else [])
    return left.order_by().values("channel", "destination").distinct().count()


def _figures() -> dict[str, Any]:
    waiting = Q(state__in=[State.PENDING, State.CLAIMED, State.RETRY])
    # Mails that are kept instead of sent reached nobody.
    kept = Q(channel__in=[MAIL] if keeps() else [])
    return {
        "total": Count("pk"),
        "sent": Count("pk", Q(state=State.SENT) & ~kept),
        "kept": Count("pk", Q(state=State.SENT) & kept),
        "waiting": Count("pk", waiting),
        "failed": Count("pk", Q(state__in=[State.FAILED, State.BOUNCED])),
        "superseded": Count("pk", Q(state=State.SUPERSEDED)),
        "cancelled": Count("pk", Q(state=State.CANCELLED)),
        "first_at": Min("sent_at"),
        "last_at": Max("sent_at"),
    }


def _unsent(broadcasts: Iterable[int]) -> Unsent:
    stopped = Delivery.objects.filter(broadcast__in=broadcasts, state=State.SUPPRESSED)
    counted = stopped.values_list("broadcast", "channel", "last_error").annotate(Count("pk"))
    unsent: Unsent = defaultdict(tuple)
    for broadcast, channel, why, count in counted.order_by("last_error"):
        unsent[broadcast, channel] += ((why, count),)
    return unsent


def _told(broadcasts: dict[int, Broadcast], row: dict[str, Any], unsent: Unsent) -> Told:
    key = row.pop("broadcast")
    return Told(broadcast=broadcasts[key], unsent=unsent[key, row["channel"]], **row)
