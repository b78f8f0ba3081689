"""One message to one destination: a row that survives whatever happens to its sender."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from incidents.models import Event, Page
from notifications import tokens
from notifications.kinds import Stream
from notifications.models.pause import held
from notifications.models.states import CANCELLED, UNFINISHED, WAITING, State, failure, over
from notifications.models.suppression import Suppression
from notifications.outcomes import Outcome, Verdict

if TYPE_CHECKING:
    from notifications.models.subscription import Subscription

LEASE = timedelta(seconds=60)
# As many keys as a statement of SQLite takes.
AT_ONCE = 10_000


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Ways to pick deliveries."""

    def due(self, at: datetime) -> Self:
        """Loose ones that should be on their way by now, what a dead sender held included."""
        free = Q(state__in=WAITING) | Q(state=State.CLAIMED, lease_until__lte=at)
        return self.filter(free, ~held(), next_attempt_at__lte=at)

    def loose(self) -> Self:
        """Those that are claimed by themselves, unlike what a chunk brings, and what is over."""
        return self.filter(next_attempt_at__isnull=False)

    def unfinished(self) -> Self:
        """What has not come to an end yet."""
        return self.filter(state__in=UNFINISHED)

    def in_order(self) -> Self:
        """Without those that an earlier update to the same destination must precede."""
        earlier = Delivery.objects.unfinished().filter(
            _same_destination(), broadcast__sequence__lt=OuterRef("broadcast__sequence")
        )
        return self.exclude(Exists(earlier) & Q(stream=Stream.UPDATE))

    def overtaken(self) -> Self:
        """Updates that still wait while a newer one to the same destination is on its way."""
        newer = Delivery.objects.filter(
            _same_destination(), broadcast__sequence__gt=OuterRef("broadcast__sequence")
        )
        on_its_way = Exists(newer.exclude(state=State.CANCELLED))
        return self.filter(on_its_way, stream=Stream.UPDATE, state__in=WAITING)

    def held_by(self, owner: str) -> Self:
        """What a sender has claimed and not yet settled."""
        return self.filter(owner=owner, state=State.CLAIMED)

    def failed(self) -> Self:
        """Dead letters: what failed or came back, and is not tried again by itself."""
        return self.filter(failed_at__isnull=False)

    def unaddressed(self) -> Self:
        """Those whose address was erased: nobody can be told any more."""
        return self.filter(destination="")

    def cancel(self) -> int:
        """Ends what still waits among them, as staff wish."""
        return self._still_waiting().update(**over(State.CANCELLED), last_error=CANCELLED)

    def supersede(self) -> int:
        """Ends what still waits among them: a newer update carries what it would have said."""
        return self._still_waiting().update(**over(State.SUPERSEDED))

    def replay(self, at: datetime) -> int:
        """Tries the failed ones among them again, under the same ids; returns how many.

        What a newer update has overtaken since then is replaced by it, not sent after it. What has
        no address any more stays as it is.
        """
        with transaction.atomic():
            failed = self.failed().exclude(destination="")
            keys = list(failed.select_for_update().values_list("pk", flat=True))
            changes = {"state": State.RETRY, "next_attempt_at": at, "failed_at": None}
            for some in batched(keys, AT_ONCE):
                again = Delivery.objects.filter(pk__in=some)
                again.update(attempts=0, sent_at=None, **changes)
                again.overtaken().supersede()
        return len(keys)

    def _still_waiting(self) -> "DeliveryQuerySet":
        """Looked at again when a row is changed: meanwhile a sender may have claimed or sent it."""
        return Delivery.objects.filter(pk__in=self.values("pk"), state__in=WAITING)


class Delivery(models.Model):
    """What goes to one destination, who is sending it now, and what came of it."""

    State = State

    # No constraints in the database: PostgreSQL would look each of them up for every row of a
    # hundred thousand, and lock every subscription, which is most of what writing them costs. They
    # are written from these very rows; whoever left meanwhile reads as nobody.
    page = models.ForeignKey(
        Page, models.CASCADE, related_name="deliveries", db_index=False, db_constraint=False
    )
    broadcast = models.ForeignKey(
        "notifications.Broadcast",
        models.CASCADE,
        null=True,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    subscription = models.ForeignKey(
        "notifications.Subscription",
        models.SET_NULL,
        null=True,
        related_name="deliveries",
        db_constraint=False,
    )
    alarm = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    stream = models.CharField(max_length=12, choices=Stream)
    lane = models.CharField(max_length=12)
    channel = models.CharField(max_length=16)
    destination = models.CharField(max_length=2000)
    merge = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    # Nothing for what a chunk brings, and for what is over: no index holds the state, so that
    # PostgreSQL marks a row in its place (a HOT update).
    next_attempt_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    provider_id = models.CharField(max_length=120, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["broadcast", "channel", "destination"], name="delivery_once"
            ),
            models.UniqueConstraint(
                fields=["alarm"], condition=Q(alarm__isnull=False), name="delivery_alarm_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(lease_until__isnull=False),
                name="delivery_claimed_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="delivery_sent_has_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="delivery_to_send",
            ),
            models.Index(
                fields=["provider_id"],
                condition=~Q(provider_id=""),
                name="delivery_by_provider_id",
            ),
            models.Index(
                fields=["page"],
                condition=Q(broadcast__isnull=True),
                name="delivery_of_no_broadcast",
            ),
            models.Index(
                fields=["page", "failed_at"],
                condition=Q(failed_at__isnull=False),
                name="delivery_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.destination}: {self.state}"

    @classmethod
    def claim(cls, lane: str, owner: str, limit: int, at: datetime) -> list["Delivery"]:
        """Takes up to `limit` due deliveries of a lane for this owner, for the time of a lease."""
        free = cls.objects.filter(lane=lane).due(at).in_order().order_by("next_attempt_at", "pk")
        with transaction.atomic():
            locked = free.select_for_update(skip_locked=True, of=("self",))
            keys = list(locked.values_list("pk", flat=True)[:limit])
            cls.objects.filter(pk__in=keys).update(
                state=State.CLAIMED,
                owner=owner,
                lease_until=at + LEASE,
                attempts=F("attempts") + 1,
            )
        return cls._batch(owner, keys)

    @classmethod
    def renew(cls, owner: str, at: datetime) -> None:
        """Keeps what a sender holds from being taken for abandoned."""
        cls.objects.loose().held_by(owner).update(lease_until=at + LEASE)

    @classmethod
    def put_back(cls, owner: str, keys: Iterable[int], due_at: datetime | None = None) -> None:
        """Leaves what its owner has not tried to whoever comes, at once or from `due_at` on."""
        was = Case(When(attempts__gt=1, then=Value(State.RETRY)), default=Value(State.PENDING))
        free: dict[str, Any] = {"state": was, "owner": "", "lease_until": None}
        due = {"next_attempt_at": due_at} if due_at else {}
        with transaction.atomic():
            mine = cls.objects.filter(pk__in=list(keys))
            mine.held_by(owner).update(**free, **due, attempts=F("attempts") - 1)
            mine.overtaken().supersede()

    @classmethod
    def test(
        cls,
        page: Page,
        *,
        channel: str,
        destination: str,
        lane: str,
        at: datetime,
        subscription: "Subscription | None" = None,
    ) -> "Delivery":
        """A message that only shows that this page's channel works."""
        return cls.objects.create(
            page=page,
            subscription=subscription,
            stream=Stream.TEST,
            lane=lane,
            channel=channel,
            destination=destination,
            next_attempt_at=at,
            created_at=at,
        )

    def settle(self, outcome: Outcome, at: datetime, retry_at: datetime | None = None) -> bool:
        """Writes down what came of the attempt, unless somebody else holds the row by now.

        Without a `retry_at` a retry is a failure: the schedule is used up.
        """
        if outcome.verdict is Verdict.SENT:
            return self._arrived(outcome, at)
        with transaction.atomic():
            held = self._change(failure(outcome, at, retry_at))
            if held:
                self.tries.create(at=at, verdict=outcome.verdict.value, detail=outcome.detail[:300])
                self.learn(outcome, at)
            Delivery.objects.filter(pk=self.pk).overtaken().supersede()
        return held

    def drop(self, why: str, at: datetime) -> bool:
        """Ends a claimed delivery unsent; what one that staff cancelled had replaced is told."""
        state = State.CANCELLED if why == CANCELLED else State.SUPPRESSED
        ended = self._change({**over(state), "last_error": why[:300]})
        if ended and state == State.CANCELLED and self.broadcast is not None:
            self.broadcast.bring_back(Delivery.objects.filter(pk=self.pk), at)
        return ended

    def learn(self, outcome: Outcome, at: datetime) -> None:
        """Takes what an attempt says of the address or of the endpoint."""
        if outcome.verdict is Verdict.UNDELIVERABLE:
            Suppression.add(self.channel, self.destination, outcome.detail, at, page=self.page)
        if self.subscription and outcome.verdict is Verdict.GONE:
            self.subscription.quarantine(at, outcome.detail)
        elif self.subscription and self.subscription.answers_for(self.lane, outcome):
            # A mail server that is down says nothing of a reader.
            self.subscription.note_failure(at, outcome.detail)

    def come_back(self, why: str, at: datetime) -> bool:
        """It was taken, and returned: only what was sent can."""
        sent = Delivery.objects.filter(pk=self.pk, state=State.SENT)
        return sent.update(state=State.BOUNCED, failed_at=at, last_error=why[:300]) == 1

    def replay(self, at: datetime) -> bool:
        """Tries a failed delivery again, under the same ids."""
        return Delivery.objects.filter(pk=self.pk).replay(at) == 1

    @property
    def key(self) -> str:
        """A name for this delivery that stays the same however often it is sent."""
        if self.broadcast_id is None:
            return tokens.key_of_delivery(self.pk)
        return tokens.key_of_news(self.broadcast_id, self.channel, self.destination)

    @property
    def message_id(self) -> str:
        """The Message-ID, the same in every attempt, so that receivers can drop a second copy."""
        host = urlsplit(self.page.site).hostname or "localhost"
        return f"<{self.key}@{host}>"

    @classmethod
    def _batch(cls, owner: str, keys: Iterable[int]) -> list["Delivery"]:
        mine = cls.objects.held_by(owner).filter(pk__in=list(keys))
        related = mine.select_related(
            "page",
            "subscription__page",
            "broadcast__page",
            "broadcast__incident",
            "broadcast__event",
            "alarm__page",
            "alarm__incident",
        )
        return list(related.order_by("next_attempt_at", "pk"))

    def _arrived(self, outcome: Outcome, at: datetime) -> bool:
        sent = over(State.SENT) | {"sent_at": at, "provider_id": outcome.provider_id[:120]}
        held = self._change(sent | {"last_error": ""})
        if self.subscription and self.subscription.failures:
            self.subscription.note_success()
        return held

    def _change(self, changes: dict[str, Any]) -> bool:
        held = Delivery.objects.held_by(self.owner).filter(pk=self.pk)
        return held.update(owner="", lease_until=None, **changes) == 1


def _same_destination() -> Q:
    """The same incident told to the same destination, seen from a subquery."""
    return Q(
        broadcast__incident=OuterRef("broadcast__incident"),
        channel=OuterRef("channel"),
        destination=OuterRef("destination"),
        stream=Stream.UPDATE,
    )
