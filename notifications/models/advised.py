"""Who was told to do something that no longer holds: they hear of that, too."""

from datetime import datetime
from typing import Final

from django.db.models import Exists, Min, OuterRef, Q

from incidents.models import Event, Note
from notifications.models.audience import SubscriptionQuerySet
from notifications.models.delivery import Delivery
from notifications.models.states import State
from notifications.models.subscription import Subscription

KINDS: Final = ("advice.withdrawn", "advice.changed")


def with_those_advised(hearing: SubscriptionQuerySet, event: Event) -> SubscriptionQuerySet:
    """Add to `hearing` whoever was sent word of the incident while the advice stood, and stays."""
    since = _stood_since(event)
    if since is None:
        return hearing
    told = Delivery.objects.filter(
        subscription=OuterRef("pk"),
        broadcast__incident=event.incident_id,
        state=State.SENT,
        sent_at__gte=since,
    )
    heard = Q(pk__in=hearing.values("pk")) | Exists(told)
    return Subscription.objects.confirmed().filter(heard, page=event.page_id)


def _stood_since(event: Event) -> datetime | None:
    told = Note.objects.filter(told_in__public_id=event.object_id, incident=event.incident_id)
    since: datetime | None = told.aggregate(since=Min("created_at"))["since"]
    return since
