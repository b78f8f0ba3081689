"""Days of a component that were not wholly well: derived from windows, and rebuilt from them."""

from django.db import models


class ComponentDay(models.Model):
    """One calendar day of the page's zone; a day without a row was wholly well.

    The seconds are exclusive: each instant counts once, for the worst that held then.
    """

    component = models.ForeignKey("incidents.Component", models.CASCADE, related_name="days")
    on = models.DateField()
    level = models.CharField(max_length=24)
    major_seconds = models.PositiveIntegerField(default=0)
    partial_seconds = models.PositiveIntegerField(default=0)
    degraded_seconds = models.PositiveIntegerField(default=0)
    maintenance_seconds = models.PositiveIntegerField(default=0)
    excluded_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("on",)
        constraints = [
            models.UniqueConstraint(fields=["component", "on"], name="component_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.component_id} on {self.on}"
