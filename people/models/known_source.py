"""Where somebody has signed in from before: strangers' failures elsewhere do not shut it."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.db import models

from people.sources import source_of

REMEMBERED_FOR: Final = timedelta(days=90)


class KnownSource(models.Model):
    """One account from one address; only a digest of the two together is kept."""

    digest = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="known_source_by_age")]

    def __str__(self) -> str:
        return f"seen {self.seen_at:%Y-%m-%d %H:%M}"

    @classmethod
    def remember(cls, remote_address: str, name: str, *, at: datetime) -> None:
        """Note a sign-in, and forget those of long ago."""
        cls.objects.filter(seen_at__lte=at - REMEMBERED_FOR).delete()
        digest = _digest(remote_address, name)
        cls.objects.update_or_create(digest=digest, defaults={"seen_at": at})

    @classmethod
    def knows(cls, remote_address: str, name: str, *, at: datetime) -> bool:
        """Return whether this account was signed in to from here within ninety days."""
        fresh = cls.objects.filter(seen_at__gt=at - REMEMBERED_FOR)
        return fresh.filter(digest=_digest(remote_address, name)).exists()


def _digest(remote_address: str, name: str) -> str:
    both = f"{source_of(remote_address)} {name.strip().lower()}"
    return hashlib.sha256(both.encode()).hexdigest()
