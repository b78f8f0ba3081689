"""What was claimed and should not be sent now: no more, or not before morning."""

from collections.abc import Sequence
from datetime import datetime

from notifications.alarms import stands
from notifications.digests import told_in
from notifications.kinds import Stream
from notifications.models import Broadcast, Delivery, Subscription, Suppression
from notifications.models.replay import replayed
from notifications.senders.loads import LEFT, SILENCED

SETTLED = "What it warned of was settled before this was sent."
NOW_PRIVATE = "The page is private."
NOTHING_LEFT = "What it would have told of was taken back before this was sent."

State = Subscription.State


class Sieve:
    """Looks at a batch once, and says of each delivery in it whether it may go."""

    def __init__(self, batch: Sequence[Delivery]) -> None:
        silent = Suppression.objects.in_force().filter(
            destination__in={each.destination for each in batch}
        )
        self._silent = set(silent.values_list("channel", "destination"))
        told = {key for each in batch if (key := replayed(each)) is not None}
        related = Broadcast.objects.select_related("page", "incident", "event")
        self._told = related.in_bulk(told)
        self._stopped: dict[int, str] = {}

    def why_not(self, delivery: Delivery) -> str:
        """Why nobody should get it any more since it was written; empty while somebody should."""
        if (delivery.channel, delivery.destination) in self._silent:
            return SILENCED
        if delivery.alarm is not None and not stands(delivery.alarm):
            return SETTLED
        if _has_left(delivery):
            return LEFT
        if delivery.stream == Stream.DIGEST and not told_in(delivery):
            return NOTHING_LEFT
        if delivery.stream == Stream.REPORT and delivery.page.is_private:
            return NOW_PRIVATE
        told = self._of(delivery)
        return self._why_stopped(told) if told else ""

    def asleep_until(self, delivery: Delivery, at: datetime) -> datetime | None:
        """When the quiet hours end in which this would arrive, late as it is; None outside them."""
        reader, told = delivery.subscription, self._of(delivery)
        if reader is None or told is None or reader.quiet_from is None:
            return None
        return None if reader.woken_by_major and told.wakes() else reader.asleep_until(at)

    def _of(self, delivery: Delivery) -> Broadcast | None:
        return self._told.get(replayed(delivery) or 0)

    def _why_stopped(self, told: Broadcast) -> str:
        if told.pk not in self._stopped:
            self._stopped[told.pk] = told.why_stopped()
        return self._stopped[told.pk]


def _has_left(delivery: Delivery) -> bool:
    """Whether it is news, a digest or a report, for somebody who hears no more.

    Who has erased all of it meanwhile is not even asked.
    """
    mine = delivery.subscription
    if delivery.stream == Stream.CONFIRMATION:
        return mine is None
    if replayed(delivery) is None and delivery.stream not in {Stream.DIGEST, Stream.REPORT}:
        return False
    # An endpoint in quarantine may still be told by hand what it missed.
    hears = {State.CONFIRMED} if delivery.broadcast else {State.CONFIRMED, State.QUARANTINED}
    return mine is None or mine.state not in hears
