"""The state of somebody else's service, read from their Statuspage-shaped page."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.fields import PublicIdField


class Mirror(models.Model):
    """One component of ours that follows one of theirs, or their page as a whole."""

    component = models.OneToOneField("incidents.Component", models.CASCADE, related_name="mirror")
    public_id = PublicIdField()
    url = models.URLField()
    remote_component = models.CharField(max_length=120, blank=True)
    every_minutes = models.PositiveSmallIntegerField(default=5)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failure_noted_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When staff were told that it cannot be read.")
    )
    problem = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.component_id} follows {self.url}"
