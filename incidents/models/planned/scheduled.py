"""When work is planned, on what, and how long it may last at most."""

from django.db import models
from django.db.models import F, Q

from incidents.models.story.incident import Incident


class ScheduledWindow(models.Model):
    """One planned stretch of a maintenance; moving it supersedes, so that readers see the move."""

    maintenance = models.ForeignKey(Incident, models.CASCADE, related_name="scheduled_windows")
    start = models.DateTimeField()
    end = models.DateTimeField()
    max_minutes = models.PositiveIntegerField(null=True, blank=True)
    ends_by_itself = models.BooleanField(default=True)
    components = models.ManyToManyField(
        "incidents.Component", related_name="scheduled_windows", blank=True
    )
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    overrun_noted_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="supersedes")

    class Meta:
        ordering = ("start", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")), name="scheduled_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M}"
