"""Mails that were kept instead of sent, so that nobody mails by accident (EMAIL_URL=keep:)."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models

from incidents.models import Page, Update

LATELY: Final = timedelta(days=1)
# A mail that was being written while its words were taken back.
IN_FLIGHT: Final = timedelta(minutes=1)
REDACTED: Final = "This mail was removed: it held words that have been redacted."


class KeptMail(models.Model):
    """One mail, as it would have gone out."""

    page = models.ForeignKey(Page, models.CASCADE, null=True, related_name="kept_mails")
    kept_at = models.DateTimeField()
    sender = models.CharField(max_length=320)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=998)
    text = models.TextField()
    html = models.TextField(blank=True)
    wire = models.TextField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"

    @classmethod
    def forget_redacted(cls, *, at: datetime) -> int:
        """Take mails that hold redacted words out of what is kept; returns how many.

        Later mails on the same incident repeat what was said before, so they go as well.
        """
        return sum(
            cls.objects.filter(
                text__contains=f"/{update.incident.public_id}/#update-",
                kept_at__gte=update.posted_at,
                kept_at__lte=update.redacted_at + IN_FLIGHT,
            )
            .exclude(text=REDACTED)
            .update(text=REDACTED, html="", wire="")
            for update in Update.redacted_since(at - LATELY)
            if update.redacted_at
        )
