"""Signs of life of the notifier, read by somebody else."""

from datetime import datetime, timedelta

from django.db import models


class Heartbeat(models.Model):
    """When a part of the notifier last did its round."""

    name = models.CharField(max_length=32, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%H:%M:%S}"

    @classmethod
    def beat(cls, name: str, at: datetime) -> None:
        """Leaves a sign of life."""
        if not cls.objects.filter(name=name).update(beat_at=at):
            Heartbeat.objects.bulk_create([Heartbeat(name=name, beat_at=at)], ignore_conflicts=True)

    @classmethod
    def age(cls, name: str, at: datetime) -> timedelta | None:
        """How long ago the last one was; None if there never was one."""
        last = cls.objects.filter(name=name).values_list("beat_at", flat=True).first()
        return None if last is None else at - last
