"""What staff write to one another beside an incident; no reader ever sees it."""

from django.db import models

from incidents.models.fields import PublicIdField


class PrivateNote(models.Model):
    """One remark among staff."""

    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="private_notes")
    public_id = PublicIdField()
    body = models.TextField()
    html = models.TextField()
    author = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return f"Note of {self.author}"
