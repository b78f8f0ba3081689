"""A word before planned work begins."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.db.models import Q

from incidents.core.lifecycles import Status
from incidents.models.clock import CLOCK, one_by_one
from incidents.models.planned.scheduled import ScheduledWindow

# What begins within the minute is told by its beginning.
TOO_CLOSE: Final = timedelta(minutes=1)


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

    @classmethod
    def send_due(cls, *, at: datetime) -> int:
        """Remind of what begins soon, once each, never of what has begun; returns how many."""
        due = cls._due(at).select_related("window__maintenance__page").order_by("-due", "-pk")
        newest: dict[int, Reminder] = {}
        for reminder in due:
            newest.setdefault(reminder.window_id, reminder)
        return one_by_one(newest.values(), lambda reminder: reminder._send(at))

    @classmethod
    def _due(cls, at: datetime) -> models.QuerySet["Reminder"]:
        return cls.objects.filter(
            sent_at=None,
            due__lte=at,
            window__start__gte=at + TOO_CLOSE,
            window__began_at=None,
            window__superseded_at=None,
            window__maintenance__status__in=[
                Status.SCHEDULED, Status.IN_PROGRESS, Status.VERIFYING
            ],
            window__maintenance__withdrawn_at=None,
        )  # fmt: skip

    def _send(self, at: datetime) -> bool:
        """Tell it, and with it the older ones of the window that were missed: one mail."""
        maintenance = self.window.maintenance
        with maintenance.page.writing(by=CLOCK, at=at) as journal:
            if not type(self)._due(at).filter(pk=self.pk).exists():
                return False
            missed = type(self)._due(at).filter(window=self.window_id)
            type(self).objects.filter(pk__in=list(missed.values_list("pk", flat=True))).update(
                sent_at=at
            )
            journal.append(
                "maintenance.reminder",
                self,
                incident=maintenance,
                after={"minutes": self.minutes_before},
                tell=maintenance.is_public,
            )
        return True
