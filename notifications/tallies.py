"""How far broadcasts have got, counted only as often as the answer can change."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.db.models import Count

from incidents.models import Page
from notifications.mail.keeping import keeps
from notifications.models import Broadcast, Chunk, Delivery
from notifications.models.sign_up import MAIL
from notifications.models.states import UNFINISHED

KEPT: Final = 300
"""Seconds for which the figures of a broadcast that is over are kept."""

State = Delivery.State


@dataclass(frozen=True)
class Tally:
    """How many deliveries of a broadcast stand how."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    bounced: int = 0
    superseded: int = 0
    suppressed: int = 0
    cancelled: int = 0
    kept: int = 0
    """How many of those that count as sent are mails that were kept: nobody got them."""

    @property
    def dead(self) -> int:
        """What did not arrive, and is not tried again by itself."""
        return self.failed + self.bounced

    @property
    def left(self) -> int:
        """What was sent, and left the house."""
        return self.sent - self.kept


def tallies(broadcasts: Iterable[Broadcast]) -> dict[int, Tally]:
    """How far each of them has got, by its key.

    A hundred thousand rows are counted at each look only while some of them move; otherwise when
    one comes back or is tried again, and every five minutes for whoever subscribed meanwhile.
    """
    told = {each.pk: each for each in broadcasts}
    moving, dead = _moving(told.values()), _dead(told)
    names = {key: _name(each, dead.get(key, 0)) for key, each in told.items() if key not in moving}
    kept: dict[str, Tally] = cache.get_many(names.values())
    counted = _count([key for key in told if names.get(key) not in kept])
    cache.set_many({names[key]: counted[key] for key in counted if key in names}, KEPT)
    return {key: kept[names[key]] for key in told if names.get(key) in kept} | counted


def waiting(page: Page) -> int:
    """How much of a page's is still to be sent, counted as the tallies count it."""
    chunks = Chunk.objects.unfinished().filter(page=page).values("broadcast")
    brought = Delivery.objects.filter(broadcast__in=chunks, next_attempt_at__isnull=True)
    return brought.unfinished().count() + page.deliveries.loose().count()


def _name(broadcast: Broadcast, dead: int) -> str:
    return f"tally:{broadcast.pk}:{broadcast.opened_at.timestamp()}:{dead}"


def _moving(broadcasts: Collection[Broadcast]) -> set[int]:
    """Those of which something is still to be written, or to be sent."""
    keys = [each.pk for each in broadcasts]
    chunks = Chunk.objects.unfinished().filter(broadcast__in=keys)
    loose = Delivery.objects.loose().filter(broadcast__in=keys)
    return {
        *(each.pk for each in broadcasts if each.expanded_at is None),
        *chunks.values_list("broadcast", flat=True).distinct(),
        *loose.values_list("broadcast", flat=True).distinct(),
    }


def _dead(keys: Collection[int]) -> dict[int, int]:
    dead = Delivery.objects.failed().filter(broadcast__in=keys)
    return dict(dead.order_by().values_list("broadcast").annotate(Count("pk")))


def _count(keys: Collection[int]) -> dict[int, Tally]:
    rows = Delivery.objects.filter(broadcast__in=keys).order_by()
    found: dict[int, dict[str, int]] = {key: defaultdict(int) for key in keys}
    for key, state, count in rows.values_list("broadcast", "state").annotate(Count("pk")):
        found[key]["waiting" if state in UNFINISHED else state] += count
    if keeps():
        mails = rows.filter(channel=MAIL, state=State.SENT).values_list("broadcast")
        for key, count in mails.annotate(Count("pk")):
            found[key]["kept"] = count
    return {key: Tally(**by_state) for key, by_state in found.items()}
