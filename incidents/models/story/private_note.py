"""What staff write to one another beside an incident; no reader ever sees it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from incidents.core import checks, markup
from incidents.models.fields import PublicIdField
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.story.incident import Incident


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

    @classmethod
    def write(cls, incident: "Incident", body: str, *, by: Actor, at: datetime) -> "PrivateNote":
        """Leave a remark for colleagues. Raises ValidationError on "body"."""
        if not body.strip():
            raise checks.refusal("body", "Write something here.")
        html = markup.render(body)
        with incident.page.writing(by=by, at=at) as journal:
            note = cls._default_manager.create(
                incident=incident, body=body, html=html, author=by.label, created_at=at
            )
            journal.append("private_note.written", note, incident=incident)
        return note

    def remove(self, *, by: Actor, at: datetime) -> None:
        """Take it away for good: somebody pasted what belongs nowhere."""
        with self.incident.page.writing(by=by, at=at) as journal:
            journal.append("private_note.removed", self, incident=self.incident)
            self.delete()
