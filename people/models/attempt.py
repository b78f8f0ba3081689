"""Failed sign-ins, counted so that guessing is slow and nobody can be locked out by a stranger."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.db import models

from people.models.known_source import KnownSource
from people.sources import source_of

WINDOW: Final = timedelta(minutes=15)
PER_ADDRESS_AND_NAME: Final = 5
PER_ADDRESS: Final = 50
PER_NAME: Final = 20


class SignInAttempt(models.Model):
    """One failed sign-in; rows older than the window mean nothing and are swept away."""

    class Realm(models.TextChoices):
        """What was to be entered: who mistypes one does not shut the other for their network."""

        CONSOLE = "console"
        PAGES = "pages"

    remote_address = models.CharField(max_length=45)
    name_digest = models.CharField(max_length=64)
    realm = models.CharField(max_length=8, choices=Realm, default=Realm.CONSOLE)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["remote_address", "at"], name="attempt_by_address"),
            models.Index(fields=["name_digest", "at"], name="attempt_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.remote_address} at {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def is_throttled(
        cls, remote_address: str, name: str, *, at: datetime, realm: Realm = Realm.CONSOLE
    ) -> bool:
        """Return whether this sign-in has to wait.

        An address may fail 5 times a name, and 50 times in all in a realm. A name may fail 20
        times from wherever; then whoever comes from an address unknown for it waits, so that
        guessing from many addresses is slow too, and its owner is not shut out where they usually
        are.
        """
        recent = cls.objects.filter(at__gt=at - WINDOW)
        here = recent.filter(remote_address=source_of(remote_address), realm=realm)
        same_name = recent.filter(name_digest=_digest(name))
        if (here & same_name).count() >= PER_ADDRESS_AND_NAME or here.count() >= PER_ADDRESS:
            return True
        crowded = same_name.count() >= PER_NAME
        return crowded and not KnownSource.knows(remote_address, name, at=at)

    @classmethod
    def record(
        cls, remote_address: str, name: str, *, at: datetime, realm: Realm = Realm.CONSOLE
    ) -> None:
        """Count a failure and forget those that no longer matter."""
        cls.objects.filter(at__lte=at - WINDOW).delete()
        cls.objects.create(
            remote_address=source_of(remote_address),
            name_digest=_digest(name),
            realm=realm,
            at=at,
        )

    @classmethod
    def succeeded(cls, remote_address: str, name: str, *, at: datetime) -> None:
        """Clear the count of somebody who has signed in here, and know them here from now on."""
        cls.objects.filter(
            remote_address=source_of(remote_address), name_digest=_digest(name)
        ).delete()
        KnownSource.remember(remote_address, name, at=at)


def _digest(name: str) -> str:
    return hashlib.sha256(name.strip().lower().encode()).hexdigest()
