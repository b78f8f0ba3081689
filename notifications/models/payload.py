"""What the webhooks of one broadcast say: written once, the same bytes in every attempt."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import models

from incidents.models import Update
from notifications.models.broadcast import Broadcast

type Write = Callable[[Broadcast, datetime, str], str]

LATELY: Final = timedelta(days=1)


class Payload(models.Model):
    """One body, in one version, before it is addressed to anybody."""

    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="payloads")
    version = models.CharField(max_length=8)
    body = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "version"], name="payload_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of {self.broadcast_id}"

    @classmethod
    def of(cls, broadcast: Broadcast, version: str, at: datetime, *, write: Write) -> "Payload":
        """The one that was written before, or else what `write` makes of it at `at`."""
        mine = cls.objects.filter(broadcast=broadcast, version=version)
        found = mine.first()
        if found is not None:
            return found
        fresh = Payload(broadcast=broadcast, version=version, written_at=at)
        fresh.body = write(broadcast, at, version)
        # Of two processes that write it at once, both send what the first one wrote.
        Payload.objects.bulk_create([fresh], ignore_conflicts=True)
        return mine.get()

    @classmethod
    def forget_redacted(cls, *, at: datetime) -> int:
        """Take away what holds redacted words; it is written anew if it is sent again."""
        return sum(
            cls.objects.filter(
                broadcast__incident=update.incident_id, written_at__lte=update.redacted_at
            ).delete()[0]
            for update in Update.redacted_since(at - LATELY)
        )
