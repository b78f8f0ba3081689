"""Words that are not said yet: nothing of a draft is in the record before it is published."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.models.fields import PublicIdField
from incidents.models.site.page import Page


class DraftKind(models.TextChoices):
    """What a draft becomes once it is published."""

    INCIDENT = "incident", _("New incident")
    UPDATE = "update", _("Update")
    ANNOUNCEMENT = "announcement", _("Announcement")
    MAINTENANCE = "maintenance", _("Maintenance")


class Draft(models.Model):
    """What a verb will be given, kept apart from the record; `publish_at` lets the clock do it."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="drafts")
    public_id = PublicIdField()
    kind = models.CharField(max_length=12, choices=DraftKind)
    incident = models.ForeignKey(
        "incidents.Incident", models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    title = models.CharField(max_length=checks.TITLE_LIMIT, blank=True)
    content = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    version = models.PositiveIntegerField(default=1)
    publish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    became = models.ForeignKey(
        "incidents.Update", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    problem = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=200)
    author_person_id = models.BigIntegerField(null=True)
    face = models.CharField(max_length=16, default="console")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-changed_at", "-pk")
        indexes = [
            models.Index(
                fields=["publish_at"],
                condition=Q(published_at=None, publish_at__isnull=False),
                name="draft_by_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(DraftKind(self.kind).label)
