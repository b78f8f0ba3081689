"""Figures of the service beside its state: response times, queue lengths, message rates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.fields import PublicIdField
from incidents.models.site.page import Page


class Metric(models.Model):
    """One figure that is measured again and again."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="metrics")
    component = models.ForeignKey(
        "incidents.Component", models.SET_NULL, null=True, blank=True, related_name="metrics"
    )
    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True)
    description = models.CharField(max_length=255, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    shown = models.BooleanField(default=True)
    keep_days = models.PositiveSmallIntegerField(
        default=90, help_text=_("Points older than this are forgotten.")
    )
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["page", "name"], name="metric_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class MetricPoint(models.Model):
    """One measurement; a second one for the same instant replaces the first."""

    metric = models.ForeignKey(Metric, models.CASCADE, related_name="points")
    at = models.DateTimeField()
    value = models.FloatField()

    class Meta:
        ordering = ("at",)
        constraints = [
            models.UniqueConstraint(fields=["metric", "at"], name="metric_point_once"),
        ]

    def __str__(self) -> str:
        return f"{self.value} at {self.at:%Y-%m-%d %H:%M}"
