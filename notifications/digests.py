"""One mail a day, for whoever asked for that instead of one for each piece of news."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.utils.text import Truncator

from incidents.models import Page
from notifications.bulletins import Bulletin
from notifications.kinds import Stream
from notifications.models import Broadcast, Delivery, Subscription
from notifications.models.manner import next_hour
from notifications.periodicals import bring_out, mail

# What is being expanded this very moment is told of tomorrow.
SETTLED: Final = timedelta(minutes=1)
# Where mail programs cut a mail off is at 102 kB, and the way out stands at its end.
MOST_CHARS: Final = 1500
MOST_BYTES: Final = 60_000
CHANGED: Final = ["digest_since", "digest_due_at"]


def enqueue(at: datetime) -> int:
    """Writes the digests that are due, each once; returns how many."""
    return bring_out(Stream.DIGEST, "digest_due_at", _of_page, at)


def told_in(delivery: Delivery) -> list[Broadcast]:
    """What a digest tells of: of each incident the newest, which repeats what came before it."""
    keys = delivery.merge["broadcasts"]
    news = Broadcast.objects.told().filter(pk__in=keys).select_related("page", "event", "incident")
    newest: dict[tuple[str, int], Broadcast] = {}
    for each in news.order_by("sequence"):
        if not each.why_stopped():
            newest[each.stream, each.incident_id or -each.pk] = each
    return list(newest.values())


def fitting(news: Sequence[Bulletin]) -> list[Bulletin]:
    """The newest of these, each cut short, as many as fit into one mail; in their order."""
    shown: list[Bulletin] = []
    room = MOST_BYTES
    for each in map(_short, reversed(news)):
        room -= len(f"{each.title}{each.url}{each.html or each.text}".encode())
        if shown and room < 0:
            break
        shown.append(each)
    return shown[::-1]


def _of_page(page: Page, readers: Sequence[Subscription], at: datetime) -> int:
    heard = _heard(page, readers, at - SETTLED)
    digests = [
        mail(Stream.DIGEST, reader, {"broadcasts": heard[reader.pk]}, at)
        for reader in readers
        if heard[reader.pk]
    ]
    Delivery.objects.bulk_create(digests, batch_size=500)
    for reader in readers:
        reader.digest_since = at - SETTLED
        reader.digest_due_at = next_hour(reader.digest_hour or 0, reader.zone, at)
    Subscription.objects.bulk_update(readers, CHANGED, batch_size=500)
    return len(digests)


def _heard(page: Page, readers: Sequence[Subscription], until: datetime) -> dict[int, list[int]]:
    """Which broadcasts each reader would have been told of since the last digest."""
    heard: dict[int, list[int]] = defaultdict(list)
    since = {each.pk: each.digest_since or until for each in readers}
    told = page.broadcasts.told().filter(
        expanded_at__gte=min(since.values()), expanded_at__lt=until
    )
    for broadcast in told.select_related("event", "incident", "page").order_by("sequence"):
        wanted = Subscription.objects.hearing(broadcast.about).filter(pk__in=list(since))
        for key in wanted.unsuppressed().values_list("pk", flat=True):
            if broadcast.expanded_at and broadcast.expanded_at >= since[key]:
                heard[key].append(broadcast.pk)
    return heard


def _short(news: Bulletin) -> Bulletin:
    html = Truncator(news.html).chars(MOST_CHARS, html=True)
    return replace(news, text=Truncator(news.words).chars(MOST_CHARS), html=html)
