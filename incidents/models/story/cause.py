"""What it was, as it was judged over time."""

from django.db import models

from incidents.core.lifecycles import CauseState


class CauseJudgement(models.Model):
    """One judgement of the cause; the incident itself carries the newest."""

    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="judgements")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CauseState)
    cause = models.CharField(max_length=255, blank=True)
    category = models.CharField(max_length=60, blank=True)
    author = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.state}: {self.cause}"
