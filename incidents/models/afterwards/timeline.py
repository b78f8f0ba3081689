"""What happened when, beyond the updates: added by hand to the timeline of a postmortem."""

from django.db import models

from incidents.core.impacts import Precision
from incidents.models.afterwards.postmortem import Postmortem
from incidents.models.fields import PublicIdField


class TimelineEntry(models.Model):
    """One instant that no update or window tells of; those are read from the record itself."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="timeline_entries")
    public_id = PublicIdField()
    at = models.DateTimeField()
    precision = models.CharField(max_length=8, choices=Precision, default=Precision.EXACT)
    text = models.CharField(max_length=500)
    public = models.BooleanField(default=True)
    author = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.text[:40]}"
