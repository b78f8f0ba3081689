"""Reading a chunk: who is still to be told, in the right order, as light parcels."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast

from notifications.models import Chunk, Delivery, Subscription, Suppression
from notifications.models.delivery import DeliveryQuerySet
from notifications.models.manner import asleep
from notifications.models.states import State, over
from notifications.outcomes import Outcome
from notifications.parcels import Parcel, Settled

# As many as a mail names: the first one, and the newest before this one.
MOST_EARLIER: Final = 10
# Who slept when it was written out has been put off already.
LATE: Final = timedelta(minutes=10)
LEFT: Final = "The subscription ended before this was sent."
SILENCED: Final = "The destination is suppressed."


@dataclass(eq=False)
class Load:
    """A chunk in the hands of a sender: what is to be sent of it, and what came of that."""

    chunk: Chunk
    parcels: list[Parcel]
    held_back: bool = False
    rest: timedelta = timedelta()
    """How long what is left of it waits."""
    settled: list[Settled] = field(default_factory=list)
    waiting: int = field(init=False)

    def __post_init__(self) -> None:
        self.waiting = len(self.parcels)

    def settle(self, key: int, outcome: Outcome) -> None:
        """Notes what came of one parcel."""
        self.settled.append((key, outcome))
        self.waiting -= 1

    def unmarked(self) -> list[Settled]:
        """What came since this was last asked, to be marked now."""
        settled, self.settled = self.settled, []
        return settled


def load(chunk: Chunk, at: datetime) -> Load:
    """Ends what nobody is to be sent any more, and reads the rest.

    Strict order: whoever has not got an older update of the incident yet is held back. That is
    looked for only while an older broadcast is unfinished: the common case pays nothing.
    """
    broadcast, waiting = chunk.broadcast, chunk.open()
    if why := broadcast.why_stopped():
        _stop(chunk, why, at)
        return Load(chunk, [])
    _let_sleep(chunk, at)
    if broadcast.has_newer():
        waiting.overtaken().supersede()
    held_back = broadcast.has_unfinished_older()
    rows = waiting.in_order() if held_back else waiting
    return Load(chunk, _parcels(chunk, rows), held_back)


def _stop(chunk: Chunk, why: str, at: datetime) -> None:
    if chunk.broadcast.cancelled_at is None:
        chunk.open().update(**over(State.SUPPRESSED), last_error=why)
        return
    with transaction.atomic():
        chunk.open().update(**over(State.CANCELLED), last_error=why)
        chunk.broadcast.bring_back(chunk.deliveries().filter(state=State.CANCELLED), at)


def _let_sleep(chunk: Chunk, at: datetime) -> None:
    """Puts off until morning whoever went to sleep while this was held, or its sender away."""
    told = chunk.broadcast
    if told.expanded_at is None or at - told.expanded_at < LATE:
        return
    readers = Subscription.objects.filter(pk__in=chunk.open().values("subscription"))
    if told.wakes():
        readers = readers.filter(woken_by_major=False)
    for sleepers, until in [*asleep(readers, chunk.page, at)]:
        mine = chunk.open().filter(subscription__in=readers.filter(sleepers))
        mine.update(next_attempt_at=until)


def _parcels(chunk: Chunk, rows: DeliveryQuerySet) -> list[Parcel]:
    suppressed = Suppression.objects.in_force().filter(
        channel=chunk.channel, destination=OuterRef("destination")
    )
    read = rows.order_by("pk").values_list(
        "pk",
        "destination",
        "attempts",
        "subscription__public_id",
        "subscription__nonce",
        "subscription__language",
        "subscription__time_zone",
        Cast("subscription__config", TextField()),
        "subscription__state",
        Exists(suppressed),
    )
    earlier, parcels = _earlier(chunk), []
    unwanted: dict[str, list[int]] = defaultdict(list)
    for key, destination, attempts, *reader, state, silenced in read:
        if silenced or state != Subscription.State.CONFIRMED:
            unwanted[SILENCED if silenced else LEFT].append(key)
            continue
        told = (key, chunk.broadcast_id, destination, attempts)
        parcels.append(Parcel._make((*told, *reader, earlier.get(destination, ()))))
    for why, keys in unwanted.items():
        chunk.open().filter(pk__in=keys).update(**over(State.SUPPRESSED), last_error=why)
    return parcels


def _earlier(chunk: Chunk) -> Mapping[str, tuple[int, ...]]:
    """The broadcasts on the same incident that reached each destination before, oldest first."""
    older = list(chunk.broadcast.older().values_list("pk", flat=True))
    if not older:
        return {}
    told = Delivery.objects.filter(
        broadcast__in=[older[0], *older[1:][-(MOST_EARLIER - 1) :]],
        channel=chunk.channel,
        destination__in=chunk.open().values("destination"),
        state=State.SENT,
    )
    earlier: dict[str, tuple[int, ...]] = defaultdict(tuple)
    in_order = told.order_by("broadcast__sequence").values_list("destination", "broadcast_id")
    for destination, broadcast in in_order:
        earlier[destination] += (broadcast or 0,)
    return earlier
