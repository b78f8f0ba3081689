"""What readers write to us about an incident: a question, or that they are still affected."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.fields import PublicIdField
from people.fields import EncryptedTextField


class MessageKind(models.TextChoices):
    """What a reader wants to say."""

    QUESTION = "question", _("Question")
    STILL_AFFECTED = "still_affected", _("Still affected")


class MessageState(models.TextChoices):
    """What staff have made of it."""

    NEW = "new", _("New")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Declined")


class ReaderMessage(models.Model):
    """One message of a reader; nothing of it is public until staff answer it."""

    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="messages")
    public_id = PublicIdField()
    kind = models.CharField(max_length=16, choices=MessageKind)
    text = models.TextField()
    contact = EncryptedTextField(blank=True)
    component = models.ForeignKey(
        "incidents.Component", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.NEW)
    answer = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=200, blank=True)
    note = models.ForeignKey(
        "incidents.Note", models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    update = models.ForeignKey(
        "incidents.Update", models.SET_NULL, null=True, blank=True, related_name="messages"
    )

    class Meta:
        ordering = ("received_at", "pk")
        indexes = [
            models.Index(
                fields=["incident"], condition=Q(state=MessageState.NEW), name="message_new"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.received_at:%Y-%m-%d %H:%M}"
