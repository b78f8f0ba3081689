"""Words kept ready: fixed names in double braces are filled in, and nothing else is a language."""

from django.db import models

from incidents.core import checks
from incidents.core.levels import Impact
from incidents.models.fields import PublicIdField
from incidents.models.site.page import Page


class IncidentTemplate(models.Model):
    """A text to start from; `core.templates` says which names it may hold."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="templates")
    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=checks.TITLE_LIMIT, blank=True)
    headline = models.CharField(max_length=checks.TITLE_LIMIT, blank=True)
    body = models.TextField()
    status = models.CharField(max_length=16, blank=True)
    impact_override = models.CharField(max_length=12, choices=Impact, blank=True)
    levels = models.JSONField(default=dict)
    notify = models.BooleanField(default=True)
    next_update_minutes = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["page", "name"], name="template_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name
