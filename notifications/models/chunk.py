"""A thousand deliveries that one sender takes, sends and finishes as one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from django.db import connection, models, transaction
from django.db.models import F, Q

from incidents.models import Page
from notifications.models.delivery import Delivery, DeliveryQuerySet
from notifications.models.pause import held
from notifications.models.states import State

if TYPE_CHECKING:
    from notifications.models.broadcast import Broadcast

SIZE: Final = 1000
# Longer than a restart: who starts again on the same host frees its chunks by its journal.
LEASE: Final = timedelta(minutes=2)

# What has to be at hand to say whether it may be sent.
TOLD: Final = ("page", "broadcast__page", "broadcast__incident", "broadcast__event")


class ChunkQuerySet(models.QuerySet["Chunk"]):
    """Ways to pick chunks."""

    def unfinished(self) -> Self:
        """Those in which something may still be unsent."""
        return self.filter(finished_at__isnull=True)

    def due(self, at: datetime) -> Self:
        """Those that should be on their way by now, what a dead sender held included."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
        return self.unfinished().filter(free, ~held(), due_at__lte=at)


class Chunk(models.Model):
    """Deliveries of one broadcast on one channel, from `first_id` to `last_id`."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="+", db_index=False)
    broadcast = models.ForeignKey(
        "notifications.Broadcast", models.CASCADE, related_name="chunks", db_index=False
    )
    lane = models.CharField(max_length=12)
    channel = models.CharField(max_length=16)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    size = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = ChunkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "channel", "first_id"], name="chunk_once"),
        ]
        indexes = [
            models.Index(
                fields=["lane", "due_at"],
                condition=Q(finished_at__isnull=True),
                name="chunk_to_send",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.size} of {self.channel}, broadcast {self.broadcast_id}"

    @classmethod
    def cut(cls, broadcast: "Broadcast", at: datetime) -> None:
        """Puts what was just written for a broadcast, and is not loose, into chunks."""
        last = broadcast.chunks.aggregate(last=models.Max("last_id"))["last"] or 0
        due = connection.ops.adapt_datetimefield_value(at)
        with connection.cursor() as cursor:
            cursor.execute(_CUT, [broadcast.page_id, broadcast.pk, due, SIZE, broadcast.pk, last])

    @classmethod
    def claim(cls, channel: str, owner: str, at: datetime) -> "Chunk | None":
        """Takes the oldest chunk that is due, for the time of a lease."""
        with transaction.atomic():
            due = cls.objects.due(at).filter(channel=channel).order_by("due_at", "pk")
            key = due.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
            if key is None:
                return None
            cls.objects.filter(pk=key).update(owner=owner, lease_until=at + LEASE)
        return cls.objects.select_related(*TOLD).get(pk=key)

    @classmethod
    def renew(cls, owner: str, at: datetime) -> None:
        """Keeps what a sender holds from being taken for abandoned."""
        cls.objects.unfinished().filter(owner=owner).update(lease_until=at + LEASE)

    def keep(self, owner: str, at: datetime) -> bool:
        """Renews the lease on this one; False when somebody else holds it by now."""
        return self._of(owner).update(lease_until=at + LEASE) == 1

    def may_go_on(self) -> bool:
        """Whether what is left of it may be sent: neither held, nor taken back in any way."""
        mine = Chunk.objects.filter(~held(), pk=self.pk).select_related(*TOLD).first()
        return mine is not None and not mine.broadcast.why_stopped()

    def finish(self, owner: str, at: datetime) -> bool:
        """Nothing is left to send; False when somebody else holds it by now."""
        return self._of(owner).update(owner="", lease_until=None, finished_at=at) == 1

    def release(self, owner: str, due_at: datetime) -> bool:
        """Leaves what is still unsent to whoever comes, from `due_at` on."""
        return self._of(owner).update(owner="", lease_until=None, due_at=due_at) == 1

    def deliveries(self) -> DeliveryQuerySet:
        """Everything in it, found by its keys.

        An index on the broadcast would serve, too, and PostgreSQL, which cannot know how many rows
        a broadcast of a minute ago has, picks it: all hundred thousand, for every thousand.
        """
        return Delivery.objects.alias(of_broadcast=F("broadcast_id") + 0).filter(
            pk__range=(self.first_id, self.last_id),
            of_broadcast=self.broadcast_id,
            channel=self.channel,
        )

    def open(self) -> DeliveryQuerySet:
        """What of it is still to be sent, and was not taken out to be tried again by itself."""
        return self.deliveries().filter(state=State.PENDING, next_attempt_at__isnull=True)

    def holds(self, keys: Iterable[int]) -> list[int]:
        """Those of the keys that lie within."""
        return [key for key in keys if self.first_id <= key <= self.last_id]

    def _of(self, owner: str) -> ChunkQuerySet:
        return Chunk.objects.unfinished().filter(pk=self.pk, owner=owner)


_CUT: Final = """
INSERT INTO notifications_chunk
    (page_id, broadcast_id, lane, channel, first_id, last_id, size, due_at, owner)
SELECT %s, %s, lane, channel, min(id), max(id), count(*), %s, ''
FROM (
    SELECT id, lane, channel,
        (row_number() OVER (PARTITION BY channel ORDER BY id) - 1) / %s AS part
    FROM notifications_delivery
    WHERE broadcast_id + 0 = %s AND id > %s AND next_attempt_at IS NULL AND state = 'pending'
) AS written
GROUP BY lane, channel, part
ORDER BY min(id)
"""
