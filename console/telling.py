"""What the console says about telling: figures, tests, and what needs repair."""

from collections import Counter
from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _

from incidents import doorbell
from incidents.models import Event, Page
from notifications.channels import channel_named, channels
from notifications.mail.keeping import keeps
from notifications.models import Broadcast, Delivery, Subscription
from notifications.models.delivery import DeliveryQuerySet
from notifications.models.sign_up import MAIL
from notifications.pulse import pulse

STOPPED: Final = Delivery.State.SUPPRESSED


def label_of(channel: str) -> str:
    """The channel as people name it."""
    return str(channels()[channel].label) if channel in channels() else channel


def with_outcomes(connections: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """With `last_worked_at` and `last_failed_at`; None for what never did."""
    return connections.annotate(
        last_worked_at=Max("deliveries__sent_at"), last_failed_at=Max("deliveries__tries__at")
    )


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
    """How many deliveries are in which state, and why some were not sent; kept mails were not."""
    rows = deliveries.order_by().values_list("state").annotate(count=Count("pk"))
    counted_by, sent = Counter(dict(rows)), Delivery.State.SENT
    kept = deliveries.filter(channel=MAIL, state=sent).count() if keeps() else 0
    counted_by[sent] -= kept
    found = [(str(each.label), counted_by[each]) for each in Delivery.State if each != STOPPED]
    found += [(_("Kept, not sent"), kept), *_unsent(deliveries)]
    return [(label, count) for label, count in found if count]


def _unsent(deliveries: QuerySet[Delivery]) -> list[tuple[str, int]]:
    stopped = deliveries.filter(state=STOPPED).order_by("last_error").values_list("last_error")
    return [(_("Not sent: %s") % why, count) for why, count in stopped.annotate(count=Count("pk"))]


def state_of(delivery: Delivery) -> str:
    """Where a delivery stands, in words."""
    kept = keeps() and delivery.channel == MAIL and delivery.state == Delivery.State.SENT
    return _("Kept, not sent") if kept else delivery.get_state_display()


def cancelling(news: Broadcast) -> Event | None:
    """The entry of the journal that says who took a broadcast back."""
    entries = news.page.events.filter(kind="broadcast.cancelled", object_id=str(news.pk))
    return entries.order_by("-pk").first()


def dead_by_channel(dead: DeliveryQuerySet) -> list[tuple[str, str, int]]:
    """The channels over which something did not arrive: name, label, and how much."""
    counted = dead.order_by("channel").values_list("channel").annotate(count=Count("pk"))
    return [(name, label_of(name), count) for name, count in counted]
