"""How entries of the record hang together."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.story.incident import Incident


class LinkKind(models.TextChoices):
    """What the source is to the target."""

    SAME_SERIES = "same_series", _("belongs to the same series as")
    DUPLICATE_OF = "duplicate_of", _("is a duplicate of")
    RECURRENCE_OF = "recurrence_of", _("is a recurrence of")
    CAUSED_BY_FIX_OF = "caused_by_fix_of", _("was caused by the fix of")
    OVERTOOK = "overtook", _("overtook")
    FOLLOW_UP = "follow_up", _("follows up on")


class IncidentLink(models.Model):
    """One directed link; pages show both ends of it."""

    source = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="links_out")
    target = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=20, choices=LinkKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"

    @classmethod
    def tie(
        cls, source: "Incident", target: "Incident", kind: str, *, by: Actor, at: datetime
    ) -> Self:
        """Link two entries of one page. Raises ValidationError on "target" or "kind"."""
        checks.choice(kind, LinkKind.values, field="kind")
        if source.pk == target.pk or source.page_id != target.page_id:
            raise checks.refusal("target", "Link two different entries of the same page.")
        with source.page.writing(by=by, at=at) as journal:
            link, created = cls.objects.get_or_create(
                source_id=source.pk, target_id=target.pk, kind=kind
            )
            if created:
                after = {"kind": kind, "target": target.public_id}
                journal.append("incident.linked", source, incident=source, after=after)
        return link
