"""Planned work that comes back by a rule, in a time zone of its own."""

from django.db import models

from incidents.core import checks
from incidents.models.fields import PublicIdField
from incidents.models.site.page import Page


class Recurrence(models.Model):
    """A rule (RFC 5545) from which maintenances are planned ahead; exceptions are local dates."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="recurrences")
    public_id = PublicIdField()
    title = models.CharField(max_length=checks.TITLE_LIMIT)
    body = models.TextField()
    rule = models.CharField(max_length=255)
    time_zone = models.CharField(max_length=64)
    first_start = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    max_minutes = models.PositiveIntegerField(null=True, blank=True)
    reminders = models.JSONField(default=list)
    exceptions = models.JSONField(default=list)
    components = models.ManyToManyField("incidents.Component", related_name="+", blank=True)
    notify = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    planned_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("first_start", "pk")

    def __str__(self) -> str:
        return self.title
