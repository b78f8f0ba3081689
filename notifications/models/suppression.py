"""Destinations that nothing goes to any more, and why."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q

from incidents.core import checks
from incidents.models import Page
from incidents.models.fields import PublicIdField
from notifications.mail.addresses import validate_address
from notifications.mail.bounces.fates import Fate
from people.actors import Actor


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    """Ways to pick suppressions."""

    def in_force(self) -> Self:
        """Those that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)

    def silencing(self, ways: Iterable[tuple[str, str]]) -> "dict[tuple[str, str], Suppression]":
        """What is in force of these channels and destinations."""
        wanted = set(ways)
        found = self.in_force().filter(destination__in={where for _channel, where in wanted})
        by_way = {(each.channel, each.destination): each for each in found}
        return {way: by_way[way] for way in wanted & by_way.keys()}

    def of(self, page: Page) -> Self:
        """Those that staff of a page may see: of its readers, or found or added there."""
        readers = page.subscriptions.filter(
            channel=OuterRef("channel"), destination=OuterRef("destination")
        )
        return self.filter(Q(page=page) | Exists(readers))


class Suppression(models.Model):
    """A hard bounce, a complaint, or a person's word: this destination is left alone everywhere."""

    class Origin(models.TextChoices):
        """Why, in short."""

        BOUNCE = "bounce", "Bounced"
        SOFT = "soft", "Bounced again and again"
        COMPLAINT = "complaint", "Complained"
        LEFT = "left", "Left at the mail provider"
        HAND = "hand", "Added by hand"

        @classmethod
        def of(cls, fate: Fate) -> "Suppression.Origin":
            """What a suppression for this reason is called."""
            return cls.BOUNCE if fate is Fate.HARD else cls(fate.value)

    public_id = PublicIdField()
    channel = models.CharField(max_length=16)
    destination = models.CharField(max_length=2000)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.BOUNCE)
    reason = models.CharField(max_length=300)
    page = models.ForeignKey(Page, models.SET_NULL, null=True, related_name="suppressions")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "destination"],
                condition=Q(lifted_at__isnull=True),
                name="suppression_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.destination}: {self.reason}"

    @classmethod
    def add(
        cls,
        channel: str,
        destination: str,
        reason: str,
        at: datetime,
        *,
        origin: str = Origin.BOUNCE,
        page: Page | None = None,
    ) -> "Suppression":
        """Leaves a destination alone from now on; the first reason is kept."""
        with transaction.atomic():
            suppression, _created = cls.objects.in_force().get_or_create(
                channel=channel,
                destination=destination,
                lifted_at=None,
                defaults={"reason": reason[:300], "at": at, "origin": origin, "page": page},
            )
        return suppression

    @classmethod
    def add_by_hand(
        cls, page: Page, address: str, *, reason: str, by: Actor, at: datetime
    ) -> "Suppression":
        """Staff leave an address alone. Raises ValidationError on "address" or "reason"."""
        address = validate_address(address, "address")
        reason = checks.line(reason, field="reason", limit=300)
        with page.writing(by=by, at=at) as journal:
            hand = cls.Origin.HAND
            added = cls.add("email", address, reason, at, origin=hand, page=page)
            if added.at == at:
                journal.append("suppression.added", added, after={"origin": hand})
        return added

    def lift(self, page: Page, *, by: Actor, at: datetime) -> None:
        """Staff of a page let mail through again; doing it twice does no harm."""
        with page.writing(by=by, at=at) as journal:
            standing = Suppression.objects.in_force().filter(pk=self.pk)
            if standing.update(lifted_at=at):
                journal.append("suppression.lifted", self, before={"origin": self.origin})
        self.refresh_from_db(fields=["lifted_at"])

    @classmethod
    def lifted_last(cls, channel: str, destination: str) -> datetime | None:
        """When mail was last let through again to a destination, if it ever was."""
        lifted = cls.objects.filter(channel=channel, destination=destination)
        newest: datetime | None = lifted.aggregate(models.Max("lifted_at"))["lifted_at__max"]
        return newest


class Bucket(models.Model):
    """How often something was done in a window of time; survives the loss of any cache."""

    key = models.CharField(max_length=200)
    window = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="bucket_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.taken}"

    @classmethod
    def take(cls, key: str, *, limit: int, every: timedelta, at: datetime) -> bool:
        """Takes one of `limit` in the window that `at` falls in; False when none is left."""
        window = cls.begin(at, every)
        Bucket.objects.bulk_create([Bucket(key=key, window=window)], ignore_conflicts=True)
        mine = cls.objects.filter(key=key, window=window, taken__lt=limit)
        return mine.update(taken=F("taken") + 1) == 1

    @classmethod
    def give_back(cls, key: str, *, every: timedelta, at: datetime) -> None:
        """Gives one back that was taken for nothing."""
        mine = cls.objects.filter(key=key, window=cls.begin(at, every), taken__gt=0)
        mine.update(taken=F("taken") - 1)

    @classmethod
    def taken_of(cls, key: str, *, every: timedelta, at: datetime) -> int:
        """How many were taken in the window that `at` falls in."""
        mine = cls.objects.filter(key=key, window=cls.begin(at, every))
        return mine.values_list("taken", flat=True).first() or 0

    @staticmethod
    def begin(at: datetime, every: timedelta) -> datetime:
        """When the window began that `at` falls in."""
        return at - timedelta(seconds=at.timestamp() % every.total_seconds())

    @classmethod
    def empty_old(cls, at: datetime) -> None:
        """Forgets windows that are over."""
        cls.objects.filter(window__lt=at - timedelta(days=2)).delete()
