"""One section of a postmortem."""

from django.db import models

from incidents.core.sections import SectionKind


class PostmortemSection(models.Model):
    """One section; it may carry an author and a date of its own."""

    postmortem = models.ForeignKey("incidents.Postmortem", models.CASCADE, related_name="sections")
    kind = models.CharField(max_length=24, choices=SectionKind)
    body = models.TextField()
    html = models.TextField()
    author = models.CharField(max_length=120, blank=True)
    dated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "kind"], name="section_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.postmortem_id}"
