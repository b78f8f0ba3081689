"""What a postmortem said at each publication, whole and unchangeable."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from incidents.models.afterwards.postmortem import Postmortem


class PostmortemRevision(models.Model):
    """One published wording; append-only. From the second on, a note says what changed."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    author = models.CharField(max_length=200)
    change_note = models.CharField(max_length=500, blank=True)
    snapshot = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "number"], name="revision_once"),
        ]

    def __str__(self) -> str:
        return f"Revision {self.number}"
