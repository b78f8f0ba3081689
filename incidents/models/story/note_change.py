"""The life of a note: what it said before, and how far the work had come."""

from django.db import models
from django.db.models import Q

from incidents.core.notes import NoteState


class NoteChange(models.Model):
    """One dated change of a note: a state, a wording that no longer holds, or progress."""

    note = models.ForeignKey("incidents.Note", models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    state = models.CharField(max_length=12)
    headline = models.CharField(max_length=255, blank=True)
    html = models.TextField(blank=True)
    done_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.CharField(max_length=255, blank=True)
    author = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_percent=None) | Q(done_percent__lte=100),
                name="note_progress_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} at {self.at:%Y-%m-%d %H:%M}"

    @property
    def state_label(self) -> str:
        """The state that held until then, in readers' words."""
        return str(NoteState(self.state).label)
