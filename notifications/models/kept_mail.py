"""Mails that were kept instead of sent, so that nobody mails by accident (EMAIL_URL=keep:)."""

from django.db import models

from incidents.models import Page


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
