"""What a postmortem said at each publication, whole and unchangeable."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from incidents.core import editions
from incidents.core.editions import Edition
from incidents.models.journal import Journal

if TYPE_CHECKING:
    from incidents.models.afterwards.postmortem import Postmortem


class PostmortemRevision(models.Model):
    """One published wording; append-only. From the second on, a note says what changed."""

    postmortem = models.ForeignKey("incidents.Postmortem", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    author = models.CharField(max_length=200)
    change_note = models.CharField(max_length=500, blank=True)
    snapshot = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "number"], name="revision_once"),
        ]

    def __str__(self) -> str:
        return f"Revision {self.number}"

    @classmethod
    def keep(
        cls, journal: Journal, postmortem: "Postmortem", *, change_note: str = ""
    ) -> "PostmortemRevision":
        """Keep the wording that is published in this moment; inside a verb."""
        snapshot = postmortem.snapshot()
        return cls._default_manager.create(
            postmortem=postmortem,
            number=postmortem.revisions.count() + 1,
            published_at=journal.at,
            author=journal.by.label,
            change_note=change_note,
            snapshot=snapshot,
            sha256=editions.digest(snapshot),
        )

    def restore(self, postmortem: "Postmortem") -> None:
        """Write this wording into the rows that staff work on; inside a verb."""
        said = self.edition
        postmortem.title, postmortem.interim = said.title, said.interim
        postmortem.signatories = "\n".join(said.signatories)
        postmortem.save(update_fields=["title", "interim", "signatories"])
        postmortem.incidents.set(postmortem.page.incidents.filter(public_id__in=said.incidents))
        postmortem.sections.all().delete()
        for section in said.sections:
            postmortem.sections.create(**asdict(section))
        postmortem.timeline_entries.filter(public=True).delete()
        for entry in said.timeline:
            postmortem.timeline_entries.create(
                public_id=entry.id, at=entry.at, precision=entry.precision, text=entry.text
            )

    @property
    def edition(self) -> Edition:
        """What readers read."""
        return Edition.of(self.snapshot)

    @property
    def is_intact(self) -> bool:
        """Whether the kept wording still has the hash that was kept with it."""
        return editions.digest(self.snapshot) == self.sha256

    @property
    def public_path(self) -> str:
        """Where the world reads this revision, and what changed with it, within the page."""
        return f"postmortems/{self.postmortem.public_id}/revisions/{self.number}/"
