"""Destinations that nothing goes to any more, and why."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import F, Q


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    """Ways to pick suppressions."""

    def in_force(self) -> Self:
        """Those that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)


class Suppression(models.Model):
    """A hard bounce, a complaint, or a person's word: this destination is left alone."""

    channel = models.CharField(max_length=16)
    destination = models.CharField(max_length=2000)
    reason = models.CharField(max_length=300)
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
    def add(cls, channel: str, destination: str, reason: str, at: datetime) -> "Suppression":
        """Leaves a destination alone from now on; the first reason is kept."""
        with transaction.atomic():
            suppression, _created = cls.objects.in_force().get_or_create(
                channel=channel,
                destination=destination,
                lifted_at=None,
                defaults={"reason": reason[:300], "at": at},
            )
        return suppression

    def lift(self, at: datetime) -> None:
        """Lets mail through again, as the owner of the address asked."""
        self.lifted_at = at
        self.save(update_fields=["lifted_at"])


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
        window = _start(at, every)
        Bucket.objects.bulk_create([Bucket(key=key, window=window)], ignore_conflicts=True)
        mine = cls.objects.filter(key=key, window=window, taken__lt=limit)
        return mine.update(taken=F("taken") + 1) == 1

    @classmethod
    def empty_old(cls, at: datetime) -> None:
        """Forgets windows that are over."""
        cls.objects.filter(window__lt=at - timedelta(days=2)).delete()


def _start(at: datetime, every: timedelta) -> datetime:
    return at - timedelta(seconds=at.timestamp() % every.total_seconds())
