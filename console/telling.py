"""What the console says about telling: whom a draft would reach, tests, and what needs repair."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Count, QuerySet

from incidents import doorbell
from incidents.models import Component, Page
from notifications.channels import channel_named, channels
from notifications.models import Delivery
from notifications.models.delivery import DeliveryQuerySet
from notifications.pulse import pulse
from notifications.reach import reach as counted


def reach(page: Page, kind: str, components: Iterable[Component]) -> list[tuple[str, int]]:
    """How many destinations a word about these components goes to, by channel."""
    found = counted(page, components, kind)
    return [(label_of(channel), count) for channel, count in found.items()]


def label_of(channel: str) -> str:
    """The channel as people name it."""
    return str(channels()[channel].label) if channel in channels() else channel


def alarms(at: datetime) -> list[str]:
    """What keeps people from being told."""
    alarm = pulse(at).alarm
    return [alarm] if alarm else []


def send_test(page: Page, channel: str, destination: str, *, at: datetime) -> Delivery:
    """Put a test message on its way. Raises ValidationError on "destination"."""
    medium = channel_named(channel)
    delivery = Delivery.test(
        page,
        channel=channel,
        destination=medium.validate_destination(destination),
        lane=medium.lane,
        at=at,
    )
    transaction.on_commit(partial(doorbell.ring, page.pk), robust=True)
    return delivery


def counts_of(deliveries: QuerySet[Delivery]) -> list[tuple[str, int]]:
    """How many deliveries are in which state."""
    rows = deliveries.order_by().values_list("state").annotate(count=Count("pk"))
    counted_by = dict(rows)
    return [
        (str(state.label), counted_by[state]) for state in Delivery.State if state in counted_by
    ]


def dead_by_channel(dead: DeliveryQuerySet) -> list[tuple[str, str, int]]:
    """The channels over which something did not arrive: name, label, and how much."""
    counted = dead.order_by("channel").values_list("channel").annotate(count=Count("pk"))
    return [(name, label_of(name), count) for name, count in counted]
