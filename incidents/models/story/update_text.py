"""An update in a further language; it may come later, and no mail waits for it."""

from django.db import models

from incidents.core import checks


class UpdateText(models.Model):
    """The words of one update in one language."""

    update = models.ForeignKey("incidents.Update", models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12)
    headline = models.CharField(max_length=checks.TITLE_LIMIT, blank=True)
    body = models.TextField()
    html = models.TextField()
    author = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("language",)
        constraints = [
            models.UniqueConstraint(fields=["update", "language"], name="update_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.language} of {self.update_id}"
