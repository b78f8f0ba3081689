"""A word before planned work begins."""

from django.db import models
from django.db.models import Q

from incidents.models.planned.scheduled import ScheduledWindow


class Reminder(models.Model):
    """One reminder, so many minutes before a window begins; sent once."""

    window = models.ForeignKey(ScheduledWindow, models.CASCADE, related_name="reminders")
    minutes_before = models.PositiveIntegerField()
    due = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due", "pk")
        constraints = [
            models.UniqueConstraint(fields=["window", "minutes_before"], name="reminder_once"),
        ]
        indexes = [
            models.Index(fields=["due"], condition=Q(sent_at=None), name="reminder_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes_before} min before {self.window}"
