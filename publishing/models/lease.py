"""Who pushes published pages elsewhere: one of several hosts, and another one when it falls."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.db.models import Q

LEASE: Final = timedelta(seconds=30)


class PublishLease(models.Model):
    """The right to push, which whoever has it renews before it runs out."""

    name = models.CharField(max_length=32, unique=True)
    holder = models.CharField(max_length=64, blank=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.holder or 'nobody'} until {self.until:%H:%M:%S}"

    @classmethod
    def claim(cls, name: str, *, holder: str, at: datetime) -> bool:
        """Whether `holder` has the lease from now on; it renews the same way."""
        if cls._take(name, holder, at):
            return True
        if cls.objects.filter(name=name).exists():
            return False
        PublishLease.objects.bulk_create([PublishLease(name=name, until=at)], ignore_conflicts=True)
        return cls._take(name, holder, at)

    @classmethod
    def release(cls, name: str, *, holder: str, at: datetime) -> None:
        """Leave it to whoever asks next."""
        cls.objects.filter(name=name, holder=holder).update(until=at)

    @classmethod
    def _take(cls, name: str, holder: str, at: datetime) -> bool:
        free = cls.objects.filter(Q(holder=holder) | Q(until__lte=at), name=name)
        return free.update(holder=holder, until=at + LEASE) == 1
