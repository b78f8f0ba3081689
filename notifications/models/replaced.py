"""What a cancelled update had replaced is told after all: nothing else says it any more."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q

from notifications.kinds import Stream
from notifications.models.delivery import Delivery, DeliveryQuerySet
from notifications.models.states import State

NEWER: Final = Q(
    broadcast__incident=OuterRef("broadcast__incident"),
    broadcast__sequence__gt=OuterRef("broadcast__sequence"),
    stream=Stream.UPDATE,
)


def bring_back(older: Iterable[int], ended: DeliveryQuerySet, at: datetime) -> int:
    """Puts the newest replaced one to each destination of `ended` on its way; returns how many.

    `older` are the earlier broadcasts on the same incident. Whoever is to get something newer, or
    has got it, gets nothing back.
    """
    same = {"channel": OuterRef("channel"), "destination": OuterRef("destination")}
    newer = Delivery.objects.filter(NEWER, **same).exclude(state=State.CANCELLED)
    replaced = Delivery.objects.filter(
        ~Exists(newer),
        broadcast__in=list(older),
        destination__in=ended.values("destination"),
        channel__in=ended.values("channel"),
        state=State.SUPERSEDED,
    )
    again = Delivery.objects.filter(pk__in=replaced.values("pk"), state=State.SUPERSEDED)
    return again.update(state=State.RETRY, next_attempt_at=at)
