"""One event of the journal that is told: unique per event, expanded into deliveries once."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Self

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from incidents.models import Event
from notifications.clock import Stopwatch
from notifications.kinds import Stream, kind_of, label_of, stream_of
from notifications.models import advised
from notifications.models.chunk import Chunk
from notifications.models.delivery import Delivery, DeliveryQuerySet
from notifications.models.replaced import bring_back
from notifications.models.sign_up import DoubleOptIn
from notifications.models.states import CANCELLED
from notifications.models.subject import Subject
from notifications.models.subscription import Subscription
from notifications.models.written import write_deliveries
from people.actors import Actor

# So many in one statement; far fewer at first, so that the first ones leave at once.
SLICE: Final = 20_000
FIRST_SLICE: Final = 2_000


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    """Ways to pick broadcasts."""

    def unexpanded(self) -> Self:
        """Those whose deliveries are not written yet."""
        return self.filter(expanded_at__isnull=True)

    def unreached(self) -> Self:
        """Those of which it is not stated yet how many they reached in the end."""
        return self.told().filter(reach_final_at__isnull=True, expanded_at__isnull=False)

    def told(self) -> Self:
        """Those that are on their way, or will be in a moment."""
        return self.filter(silent_because="")


class Broadcast(Subject):
    """What is told about one event; `sequence` is its place among the events of its incident."""

    stream = models.CharField(max_length=12, choices=Stream)
    sequence = models.BigIntegerField()
    opened_at = models.DateTimeField()
    expanded_at = models.DateTimeField(null=True)
    # The last subscription whose delivery is written: a million are written slice by slice.
    expanded_to = models.BigIntegerField(default=0)
    recipients = models.PositiveIntegerField(default=0)
    silent_because = models.CharField(max_length=200, blank=True)
    reach_noted_at = models.DateTimeField(null=True)
    reach_final_at = models.DateTimeField(null=True)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "sequence"], name="broadcast_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["sequence"],
                condition=Q(expanded_at__isnull=True),
                name="broadcast_unexpanded",
            ),
            models.Index(
                fields=["sequence"],
                condition=Q(reach_final_at__isnull=True),
                name="broadcast_unreached",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.page}, {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> str:
        """What was told, in words for staff."""
        return label_of(self.event.kind)

    @classmethod
    def open_due(cls, at: datetime) -> list["Broadcast"]:
        """Opens what the journal asks to be told by now; returns all that await expansion.

        An event that still waits for its `tell_after` is opened with a later one of its incident,
        so that no delay can turn their order around.
        """
        untold = Event.objects.filter(tell=True, broadcast__isnull=True)
        due = untold.filter(tell_after__lte=at)
        overtaken = Exists(due.filter(incident=OuterRef("incident"), pk__gt=OuterRef("pk")))
        events = untold.filter(Q(tell_after__lte=at) | overtaken).order_by("pk")
        fresh = [cls._of(event, at) for event in events.select_related("page", "incident")]
        Broadcast.objects.bulk_create(fresh, ignore_conflicts=True)
        return list(cls.objects.unexpanded().order_by("sequence"))

    def fan_out(
        self,
        at: datetime,
        written: Callable[[], object] = lambda: None,
        watch: Stopwatch | None = None,
    ) -> int:
        """Writes one delivery per destination, once, older updates of the incident first.

        `written` is called when a slice is committed and more is to come: what it holds can be sent
        while the rest is being written. What is still unsent of older updates is replaced by this
        one, which carries what was missed. `watch` has run since `at`: it says when that was done.
        """
        total, watch = 0, watch or Stopwatch(at)
        while (expanded := self._expand_next(watch)) is not None:
            count, whole = expanded
            total += count
            if not whole:
                written()
        return total

    def cancel(self, *, by: Actor, at: datetime) -> None:
        """Takes back what is not sent yet; what was sent stays sent."""
        with self.page.writing(by=by, at=at) as journal:
            mine = Broadcast.objects.filter(pk=self.pk, cancelled_at__isnull=True)
            if not mine.update(cancelled_at=at, silent_because=CANCELLED):
                return
            # What waits in chunks is ended by whoever takes the chunk, within seconds.
            self.deliveries.loose().cancel()
            self.bring_back(self.deliveries.filter(state=Delivery.State.CANCELLED), at)
            journal.append("broadcast.cancelled", self, incident=self.incident)

    def bring_back(self, ended: DeliveryQuerySet, at: datetime) -> None:
        """Tells what this one, now cancelled, had replaced, to those that `ended` was for."""
        older = self.older()
        if bring_back(older.values_list("pk", flat=True), ended, at):
            # What was stated of them is no longer so: they reach more, and are stated anew.
            older.order_by().update(reach_noted_at=None, reach_final_at=None)

    def delivery_to(self, subscription: DoubleOptIn, *, lane: str, at: datetime) -> Delivery:
        """An unsaved delivery to somebody who came later."""
        return Delivery(
            page_id=self.page_id,
            broadcast=self,
            subscription_id=subscription.pk,
            stream=self.stream,
            lane=lane,
            channel=subscription.channel,
            destination=subscription.destination,
            next_attempt_at=at,
            created_at=at,
        )

    def note_reach(self, at: datetime, *, over: bool) -> None:
        """Remembers that its reach was stated, for good once nothing is tried any more."""
        self.reach_noted_at, self.reach_final_at = at, at if over else None
        self.save(update_fields=["reach_noted_at", "reach_final_at"])

    def concerns(self, subscription: DoubleOptIn) -> bool:
        """Whether this subscription asked for what is told here."""
        return self.audience().filter(pk=subscription.pk).exists()

    def audience(self) -> models.QuerySet[Subscription]:
        """Whoever hears of this at once."""
        hearing = Subscription.objects.hearing(self.about)
        if self.event.kind in advised.KINDS:
            hearing = advised.with_those_advised(hearing, self.event)
        return hearing.at_once().unsuppressed()

    def older(self) -> BroadcastQuerySet:
        """Earlier updates on the same incident, oldest first."""
        return self._others().filter(sequence__lt=self.sequence)

    def has_newer(self) -> bool:
        """Whether a newer update on the same incident is told, which may replace this one."""
        return self._others().filter(sequence__gt=self.sequence).exists()

    def has_unfinished_older(self) -> bool:
        """Whether somebody may still have to get an earlier update before this one."""
        older = self.older().values("pk")
        in_chunks = Chunk.objects.unfinished().filter(broadcast__in=older)
        loose = Delivery.objects.loose().filter(broadcast__in=older)
        return in_chunks.exists() or loose.exists()

    def _others(self) -> BroadcastQuerySet:
        """What may stand before or after this one: updates on the same incident."""
        if self.stream != Stream.UPDATE or self.incident_id is None:
            return Broadcast.objects.none()
        same = Broadcast.objects.filter(incident=self.incident_id, stream=Stream.UPDATE)
        return same.exclude(pk=self.pk).order_by("sequence")

    @staticmethod
    def _of(event: Event, at: datetime) -> "Broadcast":
        kind = kind_of(event.kind)
        return Broadcast(
            page=event.page,
            event=event,
            incident=event.incident,
            kind=kind,
            stream=stream_of(kind),
            sequence=event.pk,
            opened_at=at,
        )

    def _expand_next(self, watch: Stopwatch) -> tuple[int, bool] | None:
        """Writes one slice of what is to be expanded first: how many, and whether it was the last.

        None when nothing is left.
        """
        with transaction.atomic():
            earlier = Broadcast.objects.unexpanded().filter(sequence__lte=self.sequence)
            same = Q(incident=self.incident_id) if self.incident_id else Q(pk=self.pk)
            mine = list(earlier.filter(same).order_by("sequence").select_for_update())
            return mine[0]._expand_slice(watch) if mine else None

    def _expand_slice(self, watch: Stopwatch) -> tuple[int, bool]:
        at = watch.began
        self.silent_because, count, last = self.why_silent(), 0, None
        if not self.silent_because:
            last = self._end_of_slice()
            some = {"pk__lte": last} if last else {}
            rest = self.audience().filter(pk__gt=self.expanded_to, **some)
            count = write_deliveries(self, rest, at)
            Chunk.cut(self, at)
            self._supersede()
        self.recipients += count
        # As late as can be said: a digest counts what was written out by a certain instant.
        self.expanded_at = None if last else watch.now()
        self.expanded_to = last or self.expanded_to
        self.save(update_fields=["silent_because", "expanded_at", "expanded_to", "recipients"])
        return count, last is None

    def _end_of_slice(self) -> int | None:
        """The last subscription of a full slice; None when what is left is less.

        A slice is as large as all before it together, within limits.
        """
        size = min(SLICE, max(FIRST_SLICE, self.recipients))
        rest = self.audience().filter(pk__gt=self.expanded_to).order_by("pk")
        return rest.values_list("pk", flat=True)[size - 1 : size].first()

    def _supersede(self) -> None:
        if self.stream != Stream.UPDATE or self.incident_id is None:
            return
        older = Delivery.objects.filter(
            broadcast__incident=self.incident_id, broadcast__sequence__lt=self.sequence
        )
        # What waits in chunks is ended by whoever takes the chunk, so that nothing in flight is.
        older.loose().overtaken().supersede()
