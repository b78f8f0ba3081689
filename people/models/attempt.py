"""Failed sign-ins, counted so that guessing is slow and nobody can be locked out by a stranger."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.db import models

from people.sources import source_of

WINDOW: Final = timedelta(minutes=15)
PER_ADDRESS_AND_NAME: Final = 5
PER_ADDRESS: Final = 50


class SignInAttempt(models.Model):
    """One failed sign-in; rows older than the window mean nothing and are swept away."""

    remote_address = models.CharField(max_length=45)
    name_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["remote_address", "at"], name="attempt_by_address")]

    def __str__(self) -> str:
        return f"{self.remote_address} at {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def is_throttled(cls, remote_address: str, name: str, *, at: datetime) -> bool:
        """Return whether this address has failed too often: 5 times a name, 50 times in all."""
        recent = cls.objects.filter(remote_address=source_of(remote_address), at__gt=at - WINDOW)
        same_name = recent.filter(name_digest=_digest(name)).count()
        return same_name >= PER_ADDRESS_AND_NAME or recent.count() >= PER_ADDRESS

    @classmethod
    def record(cls, remote_address: str, name: str, *, at: datetime) -> None:
        """Count a failure and forget those that no longer matter."""
        cls.objects.filter(at__lte=at - WINDOW).delete()
        cls.objects.create(
            remote_address=source_of(remote_address), name_digest=_digest(name), at=at
        )

    @classmethod
    def forget(cls, remote_address: str, name: str) -> None:
        """Clear the count of somebody who has signed in."""
        cls.objects.filter(
            remote_address=source_of(remote_address), name_digest=_digest(name)
        ).delete()


def _digest(name: str) -> str:
    return hashlib.sha256(name.strip().lower().encode()).hexdigest()
