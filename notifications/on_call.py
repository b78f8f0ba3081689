"""Mailing an alarm to whoever is on call: once an event, however often it is looked for."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from incidents.models import Event
from notifications.alarms import ALARMS
from notifications.channels import channel_named
from notifications.kinds import Stream
from notifications.models import Delivery

# An alarm is for now; what nobody could be told of for a day stands in the console.
FRESH: Final = timedelta(days=1)
CHANNEL: Final = "email"
# Ahead of the mails to readers, of which there may be many.
LANE: Final = "urgent"


def call(at: datetime) -> int:
    """Write one delivery for each alarm that has none yet; returns how many were looked at."""
    called = Delivery.objects.filter(alarm=OuterRef("pk"))
    waiting = Event.objects.filter(~Exists(called), kind__in=ALARMS, at__gt=at - FRESH)
    waiting = waiting.exclude(page__on_call_email="")
    # Whatever is for practice, or was taken back, calls nobody.
    waiting = waiting.exclude(incident__rehearsal=True)
    events = waiting.exclude(incident__withdrawn_at__isnull=False).select_related("page")
    fresh = [_delivery(event, at) for event in events.order_by("pk")]
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _delivery(event: Event, at: datetime) -> Delivery:
    return Delivery(
        page=event.page,
        alarm=event,
        stream=Stream.ALARM,
        lane=LANE,
        channel=channel_named(CHANNEL).name,
        destination=event.page.on_call_email,
        next_attempt_at=at,
        created_at=at,
    )
