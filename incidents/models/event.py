"""The journal: what happened, by whom, when. Audit trail and source of all telling in one."""

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Event(models.Model):
    """One thing that happened. Append-only by trigger; consumers keep their own done-marks."""

    page = models.ForeignKey("incidents.Page", models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    incident = models.ForeignKey(
        "incidents.Incident", models.PROTECT, null=True, related_name="events"
    )
    actor_kind = models.CharField(max_length=8)
    actor_label = models.CharField(max_length=200)
    actor_person_id = models.BigIntegerField(null=True)
    actor_token_id = models.BigIntegerField(null=True)
    face = models.CharField(max_length=16)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    tell = models.BooleanField(default=False)
    tell_after = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tell=False) | Q(tell_after__isnull=False), name="event_told_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["tell_after"], condition=Q(tell=True), name="event_to_tell"),
            models.Index(fields=["page", "at"], name="event_by_page"),
            models.Index(fields=["kind", "at"], name="event_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} by {self.actor_label}"

    def object(self) -> models.Model:
        """Load what this event is about."""
        model = apps.get_model(self.object_type)
        key = "public_id" if hasattr(model, "public_id") else "pk"
        found: models.Model = model._base_manager.get(**{key: self.object_id})
        return found
