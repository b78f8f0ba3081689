"""What happened when, beyond the updates: added by hand to the timeline of a postmortem."""

from datetime import datetime
from typing import Any

from django.db import models

from incidents.core import checks
from incidents.core.impacts import Precision
from incidents.core.instants import require_aware
from incidents.models.afterwards.postmortem import Postmortem
from incidents.models.fields import PublicIdField
from people.actors import Actor

TEXT_LIMIT = 500


class TimelineEntry(models.Model):
    """One instant that no update or window tells of; those are read from the record itself."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="timeline_entries")
    public_id = PublicIdField()
    at = models.DateTimeField()
    precision = models.CharField(max_length=8, choices=Precision, default=Precision.EXACT)
    text = models.CharField(max_length=500)
    public = models.BooleanField(default=True)
    author = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.text[:40]}"

    @classmethod
    def add(
        cls,
        postmortem: Postmortem,
        text: str,
        *,
        happened_at: datetime,
        by: Actor,
        at: datetime,
        precision: str = Precision.EXACT,
        public: bool = True,
    ) -> "TimelineEntry":
        """Add what happened at `happened_at`; part of the wording, so of a revision.

        Raises ValidationError on "text", "happened_at" or "precision".
        """
        fields = _checked(at, text=text, happened_at=happened_at, precision=precision)
        with postmortem.rewriting(by=by, at=at) as journal:
            entry = cls._default_manager.create(
                postmortem=postmortem, public=public, author=by.label, **fields
            )
            journal.append("timeline.added", entry, incident=postmortem.first_incident)
        return entry

    def change(self, *, by: Actor, at: datetime, public: bool | None = None, **said: Any) -> None:
        """Change text, happened_at, precision or public; the same checks as `add`."""
        fields = _checked(at, **said) | ({} if public is None else {"public": public})
        with self.postmortem.rewriting(by=by, at=at) as journal:
            for name, value in fields.items():
                setattr(self, name, value)
            self.save(update_fields=list(fields))
            journal.append("timeline.changed", self, incident=self.postmortem.first_incident)

    def remove(self, *, by: Actor, at: datetime) -> None:
        """Take it out; published revisions keep it."""
        with self.postmortem.rewriting(by=by, at=at) as journal:
            journal.append("timeline.removed", self, incident=self.postmortem.first_incident)
            self.delete()


def _checked(at: datetime, **said: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if "text" in said:
        fields["text"] = checks.line(said["text"], field="text", limit=TEXT_LIMIT)
    if "precision" in said:
        fields["precision"] = checks.choice(said["precision"], Precision.values, field="precision")
    if "happened_at" in said:
        happened = require_aware(said["happened_at"], "happened_at")
        fields["at"] = checks.not_in_future(happened, at, field="happened_at")
    return fields
