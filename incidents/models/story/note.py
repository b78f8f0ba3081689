"""What is known beside the timeline: not affected, advice, questions, symptoms, milestones."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.core import checks, markup
from incidents.core.impacts import Precision
from incidents.core.instants import require_aware
from incidents.models.fields import PublicIdField
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.story.incident import Incident


class NoteKind(models.TextChoices):
    """What a note says."""

    NOT_AFFECTED = "not_affected", _("Not affected")
    ADVICE = "advice", _("What you can do")
    QUESTION = "question", _("Question")
    SYMPTOM = "symptom", _("Symptom")
    MILESTONE = "milestone", _("Milestone")
    WORK = "work", _("Work")
    ATTEMPT = "attempt", _("Recovery attempt")


STATES: Final[dict[str, tuple[str, ...]]] = {
    NoteKind.NOT_AFFECTED: ("stated", "withdrawn"),
    NoteKind.ADVICE: ("active", "changed", "withdrawn"),
    NoteKind.QUESTION: ("asked", "answered"),
    NoteKind.SYMPTOM: ("stated", "withdrawn"),
    NoteKind.MILESTONE: ("reached", "withdrawn"),
    NoteKind.WORK: ("running", "done", "abandoned"),
    NoteKind.ATTEMPT: ("tried", "failed", "abandoned", "worked"),
}


class Note(models.Model):
    """One note on an incident; the first state of its kind's row in STATES is where it begins."""

    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="notes")
    public_id = PublicIdField()
    kind = models.CharField(max_length=12, choices=NoteKind)
    state = models.CharField(max_length=12)
    headline = models.CharField(max_length=checks.TITLE_LIMIT)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answer_html = models.TextField(blank=True)
    happened_at = models.DateTimeField(null=True, blank=True)
    precision = models.CharField(max_length=8, choices=Precision, default=Precision.EXACT)
    position = models.PositiveIntegerField(default=0)
    told_in = models.ForeignKey(
        "incidents.Update", models.SET_NULL, null=True, blank=True, related_name="notes_told"
    )
    author = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.kind}: {self.headline}"

    @classmethod
    def add(
        cls,
        incident: "Incident",
        kind: str,
        headline: str,
        *,
        by: Actor,
        at: datetime,
        body: str = "",
        answer: str = "",
        happened_at: datetime | None = None,
        precision: str = Precision.EXACT,
        state: str = "",
    ) -> "Note":
        """Add a note. Raises ValidationError on "kind", "state", "headline", "body", "answer"."""
        checks.choice(kind, NoteKind.values, field="kind")
        checks.choice(precision, Precision.values, field="precision")
        state = state or ("answered" if answer else STATES[kind][0])
        checks.choice(state, list(STATES[kind]), field="state")
        moment = require_aware(happened_at, "happened_at") if happened_at else None
        texts = _texts(body=body, answer=answer)
        headline = checks.line(headline, field="headline")
        with incident.page.writing(by=by, at=at) as journal:
            note = cls._default_manager.create(
                incident=incident,
                kind=kind,
                state=state,
                headline=headline,
                happened_at=moment,
                precision=precision,
                position=cls._default_manager.filter(incident=incident).count(),
                author=by.label,
                created_at=at,
                changed_at=at,
                **texts,
            )
            journal.append("note.added", note, incident=incident, after={"kind": kind})
        return note

    def change(self, *, by: Actor, at: datetime, **changes: Any) -> None:
        """Change state, headline, body or answer; the change carries a stamp of its own."""
        if "state" in changes:
            checks.choice(changes["state"], list(STATES[self.kind]), field="state")
        if "headline" in changes:
            changes["headline"] = checks.line(changes["headline"], field="headline")
        texts = {name: changes.pop(name) for name in ("body", "answer") if name in changes}
        changes |= _texts(**texts)
        with self.incident.page.writing(by=by, at=at) as journal:
            self.refresh_from_db(fields=["state"])
            before = {"state": self.state}
            for name, value in changes.items():
                setattr(self, name, value)
            self.changed_at = at
            self.save(update_fields=[*changes, "changed_at"])
            after = {"state": self.state}
            journal.append("note.changed", self, incident=self.incident, before=before, after=after)


def _texts(**texts: str) -> dict[str, str]:
    rendered = {"body": "html", "answer": "answer_html"}
    html = {
        rendered[name]: markup.render(text, field=name) if text.strip() else ""
        for name, text in texts.items()
    }
    return texts | html
