"""What comes by the calendar and not with the news: digests and reports, some of every page."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from incidents.models import Page
from notifications.channels import channels
from notifications.kinds import Stream
from notifications.models import Delivery, Subscription
from notifications.models.audience import SubscriptionQuerySet

logger = logging.getLogger(__name__)

AT_A_TIME: Final = 2000

type Write = Callable[[Page, Sequence[Subscription], datetime], int]
"""Writes what these readers of a page are due, and when they are due next; says how many."""


def bring_out(stream: Stream, due_at: str, write: Write, at: datetime) -> int:
    """Has those written to whose field `due_at` says that it is time; returns how many were.

    Each page has a share of the round, and one that fails keeps no other page's readers waiting.
    """
    due = Subscription.objects.confirmed().filter(**{f"{due_at}__lte": at})
    pages = list(Page.objects.filter(pk__in=due.values("page")).order_by("pk"))
    share = max(1, AT_A_TIME // max(1, len(pages)))
    first = due.order_by(due_at, "pk").select_related("page")
    return sum(_of_page(page, stream, first.filter(page=page), share, write, at) for page in pages)


def mail(stream: Stream, reader: Subscription, merge: dict[str, Any], at: datetime) -> Delivery:
    """One to this reader, not saved yet."""
    return Delivery(
        page_id=reader.page_id,
        subscription=reader,
        stream=stream,
        lane=channels()["email"].lane,
        channel=reader.channel,
        destination=reader.destination,
        merge=merge,
        next_attempt_at=at,
        created_at=at,
    )


def _of_page(
    page: Page, stream: Stream, due: SubscriptionQuerySet, share: int, write: Write, at: datetime
) -> int:
    try:
        with transaction.atomic():
            free = list(due.select_for_update(skip_locked=True, of=("self",))[:share])
            return write(page, free, at) if free else 0
    except Exception:
        logger.exception("Nothing of the kind “%s” could be written for the page %s", stream, page)
        return 0
