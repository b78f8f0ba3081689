"""Readers see how many were told of an update: stated once everybody was tried, and at the end."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q

from incidents.models import Update
from notifications.mail.keeping import keeps
from notifications.models import Broadcast, Chunk, Delivery, Subscription
from notifications.models.delivery import DeliveryQuerySet
from notifications.models.endpoint import CHANNEL
from notifications.models.sign_up import MAIL
from people.actors import Actor

logger = logging.getLogger(__name__)

BY: Final = Actor.system("notifier")
# By then the last attempt is over.
AT_LATEST: Final = timedelta(hours=26)

State = Delivery.State


def note(at: datetime) -> None:
    """States the reach of whatever has got so far since the last round."""
    for broadcast in Broadcast.objects.unreached().select_related("event"):
        try:
            if not _is_under_way(broadcast):
                _state(broadcast, at)
        except Exception:
            logger.exception("Whom the broadcast %s reached could not be stated", broadcast.pk)


def _is_under_way(broadcast: Broadcast) -> bool:
    first = [State.PENDING, State.CLAIMED]
    chunks = Chunk.objects.unfinished().filter(broadcast=broadcast)
    return chunks.exists() or _loose(broadcast).filter(state__in=first).exists()


def _state(broadcast: Broadcast, at: datetime) -> None:
    retrying = _loose(broadcast).filter(state=State.RETRY).exists()
    over = not retrying or at - broadcast.opened_at > AT_LATEST
    if over or broadcast.reach_noted_at is None:
        update = broadcast.subject
        reached = _figures(broadcast)
        if isinstance(update, Update) and reached and reached != update.reached:
            update.state_reach(reached, by=BY, at=at)
        broadcast.note_reach(at, over=over)


def _figures(broadcast: Broadcast) -> Sequence[dict[str, Any]]:
    """By channel; whoever got a newer update instead, or wants none any more, is not counted.

    Mails that are kept instead of sent reached nobody; staff's own webhooks are no readers.
    """
    wanted = ~Q(state__in=[State.SUPERSEDED, State.SUPPRESSED])
    of_staff = Subscription.objects.filter(
        page=broadcast.page_id, channel=CHANNEL, owner=Subscription.Owner.STAFF
    )
    readers = broadcast.deliveries.exclude(channel=CHANNEL, subscription__in=of_staff.values("pk"))
    counted = readers.values("channel").annotate(
        sent=Count("pk", Q(state=State.SENT)), of=Count("pk", wanted)
    )
    unsent = [MAIL] if keeps() else []
    counted = counted.exclude(channel__in=unsent).order_by("channel")
    return [dict(row) for row in counted if row["of"]]


def _loose(broadcast: Broadcast) -> DeliveryQuerySet:
    return Delivery.objects.loose().filter(broadcast=broadcast)
