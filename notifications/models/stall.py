"""A time in which nobody was told anything although it was due, as somebody else saw it."""

from collections.abc import Callable
from datetime import datetime
from typing import Self

from django.db import IntegrityError, models, transaction


class Stall(models.Model):
    """Lasts until telling goes on; there is one at a time, however many watch."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    lasting = models.BooleanField(null=True, default=True, unique=True)
    """True while it lasts and nothing afterwards, so that the database allows one."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lasting=True, ended_at__isnull=True)
                | models.Q(lasting__isnull=True, ended_at__isnull=False),
                name="stall_lasts_or_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({self.began_at:%Y-%m-%d %H:%M})"

    @classmethod
    def begin(cls, reason: str, at: datetime) -> Self | None:
        """Writes down that telling stands still; None for whoever sees it later than another."""
        try:
            with transaction.atomic():
                return cls.objects.create(began_at=at, reason=reason[:200])
        except IntegrityError:
            return None

    @classmethod
    def tell(cls, mail: Callable[["Stall"], bool], at: datetime) -> bool:
        """Has whoever is on call mailed about the one that lasts, until that worked once.

        Each of several watchers tries; while one does, the others leave it to that one.
        """
        lasting = cls.objects.filter(lasting=True, told_at=None).first()
        mine = cls.objects.filter(pk=lasting.pk if lasting else 0)
        if lasting is None or not mine.filter(told_at=None).update(told_at=at):
            return False
        told = False
        try:
            told = mail(lasting)
        finally:
            if not told:
                mine.update(told_at=None)
        return told

    @classmethod
    def end(cls, at: datetime) -> Self | None:
        """Writes down that telling goes on; None if it never stopped, or another said so."""
        lasting = cls.objects.filter(lasting=True).first()
        mine = cls.objects.filter(pk=lasting.pk if lasting else 0, lasting=True)
        if lasting is None or not mine.update(lasting=None, ended_at=at):
            return None
        lasting.refresh_from_db()
        return lasting
