"""What is known beside the timeline: not affected, advice, questions, symptoms, milestones."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import models

from incidents.core import checks, notes
from incidents.core.impacts import Precision
from incidents.core.notes import NoteKind, NoteState
from incidents.models.fields import PublicIdField
from incidents.models.guarding import guarded
from incidents.models.story import note_words
from incidents.models.story.update import Update, Wording
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.story.incident import Incident
    from incidents.models.story.note_change import NoteChange

WORDS: Final = ("headline", "html", "answer_html")


class Note(models.Model):
    """One note on an incident; `core.notes` says in which states a kind lives."""

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
        """Add a note.

        Raises ValidationError on "kind", "state", "headline", "body", "answer" or "happened_at".
        """
        checks.choice(kind, NoteKind.values, field="kind")
        checks.choice(precision, Precision.values, field="precision")
        state = notes.check_state(kind, state or note_words.beginning(kind, answer))
        moment = note_words.stated(happened_at, at)
        words = note_words.checked(kind, headline=headline, body=body, answer=answer)
        note_words.check_answered(kind, state, answer)
        with incident.page.writing(by=by, at=at) as journal:
            note = cls._default_manager.create(
                incident=incident,
                kind=kind,
                state=state,
                happened_at=moment,
                precision=precision,
                position=cls._default_manager.filter(incident=incident).count(),
                author=by.label,
                created_at=at,
                changed_at=at,
                **words,
            )
            journal.append("note.added", note, incident=incident, after={"kind": kind})
        return note

    def change(
        self,
        *,
        by: Actor,
        at: datetime,
        tell: bool = False,
        state: str = "",
        seen: str = "",
        **words: str,
    ) -> None:
        """Change state, headline, body or answer; what it said before stays, dated.

        `tell`: an update says that this advice has changed, to those who were told of it, too.
        `seen` is the fingerprint of what was read. Raises ValidationError on "state", "headline",
        "body", "answer" or "tell", and Conflict on the words that somebody else has changed.
        """
        self._refuse_telling(tell)
        given = note_words.checked(self.kind, **words)
        if state:
            notes.check_state(self.kind, state)
        notice = note_words.of_change(self, given) if tell else None
        with self.incident.page.writing(by=by, at=at) as journal:
            self.refresh_from_db(fields=["state", *WORDS])
            given = guarded(journal, self, seen, given)
            self._turn(journal, self._next_state(state, given), given)
            if notice is not None:
                self._tell(journal, "advice.changed", notice)

    def withdraw(
        self,
        words: str = "",
        *,
        by: Actor,
        at: datetime,
        notify: bool = True,
        told_in: Update | None = None,
        next_update_due: datetime | None = None,
    ) -> Update:
        """Say that this advice no longer holds, to everybody who was told that it does.

        Posts an update that says so, after the end of the incident, too; with `told_in` that one
        has said it already. Raises ValidationError on "state", "body" or "told_in".
        """
        self._refuse_telling(tell=True)
        notice = note_words.of_withdrawal(self, words)
        with self.incident.page.writing(by=by, at=at) as journal:
            self.refresh_from_db(fields=["state", *WORDS])
            if self.state == NoteState.WITHDRAWN:
                raise checks.refusal("state", "This advice was withdrawn already.")
            self._turn(journal, NoteState.WITHDRAWN, {})
            if told_in is None:
                return self._tell(journal, "advice.withdrawn", notice, notify, next_update_due)
            if told_in.incident_id != self.incident_id:
                raise checks.refusal("told_in", "That update belongs to another incident.")
            self._remember(told_in)
            journal.append("advice.withdrawn", told_in, incident=self.incident)
        return told_in

    def progress(
        self,
        done_percent: int,
        *,
        by: Actor,
        at: datetime,
        text: str = "",
        happened_at: datetime | None = None,
    ) -> "NoteChange":
        """Report how far a restore or a rebuild has come, at a stated time.

        Raises ValidationError on "done_percent", "text", "happened_at" or "state".
        """
        if self.kind != NoteKind.WORK:
            raise checks.refusal("done_percent", "Only work has progress; state what this became.")
        if not 0 <= done_percent <= 100:
            raise checks.refusal(
                "done_percent", f"Work is done by 0 to 100 percent, not {done_percent}."
            )
        text = checks.line(text, field="text", required=False)
        moment = note_words.stated(happened_at, at) or at
        with self.incident.page.writing(by=by, at=at) as journal:
            self.refresh_from_db(fields=["state"])
            _check_runs(self)
            report = self.changes.create(
                at=moment, state=self.state, done_percent=done_percent, text=text, author=by.label
            )
            after = {"done_percent": done_percent}
            journal.append("note.progressed", self, incident=self.incident, after=after)
        return report

    def forget_wordings(self, *, by: Actor, at: datetime) -> None:
        """Remove for good what this note said before; that and when it changed stays."""
        with self.incident.page.writing(by=by, at=at) as journal:
            self.changes.filter(done_percent=None).update(headline="", html="")
            journal.append("note.wordings_forgotten", self, incident=self.incident)

    @property
    def state_label(self) -> str:
        """The state in readers' words."""
        return str(NoteState(self.state).label)

    @property
    def reports(self) -> list["NoteChange"]:
        """How far the work had come and when, in order; reads changes that were prefetched."""
        return [change for change in self.changes.all() if change.done_percent is not None]

    @property
    def earlier(self) -> list["NoteChange"]:
        """What it was before, the newest first; reads changes that were prefetched."""
        past = [change for change in self.changes.all() if change.done_percent is None]
        return past[::-1]

    @property
    def done_percent(self) -> int | None:
        """How far the work has come; None where nobody reported."""
        return self.reports[-1].done_percent if self.reports else None

    def _next_state(self, state: str, given: dict[str, str]) -> NoteState:
        """A state may follow from the words: changed advice, a question with its answer."""
        if state in {"", "active"} and self.kind == NoteKind.ADVICE and self._differs(given):
            state = NoteState.CHANGED
        if not state and given.get("answer"):
            state = NoteState.ANSWERED
        state = notes.check_step(self.kind, self.state, state or self.state)
        note_words.check_answered(self.kind, state, given.get("answer", self.answer))
        return NoteState(state)

    def _turn(self, journal: "Journal", state: NoteState, given: dict[str, str]) -> None:
        """Keep what is replaced, dated; then replace it."""
        if state == self.state and not self._differs(given):
            return
        before = {"state": self.state}
        replaced = self.html + self.answer_html if self._differs(given) else ""
        self.changes.create(
            at=journal.at,
            state=self.state,
            headline=self.headline if self._differs(given) else "",
            html=replaced,
            author=journal.by.label,
        )
        for name, value in given.items():
            setattr(self, name, value)
        self.state, self.changed_at = state, journal.at
        self.save(update_fields=[*given, "state", "changed_at"])
        after = {"state": self.state}
        journal.append("note.changed", self, incident=self.incident, before=before, after=after)

    def _differs(self, given: dict[str, str]) -> bool:
        return any(given[name] != getattr(self, name) for name in WORDS if name in given)

    def _tell(
        self,
        journal: "Journal",
        kind: str,
        notice: Wording,
        notify: bool = True,
        next_update_due: datetime | None = None,
    ) -> Update:
        incident = self.incident
        incident.refresh_for_writing()
        update = Update.append(
            journal, incident, notice, status=incident.status, levels={}, moment=journal.at,
            next_update_due=next_update_due, notify=notify,
        )  # fmt: skip
        self._remember(update)
        incident.tell(journal, kind, update)
        return update

    def _remember(self, update: Update) -> None:
        self.told_in = update
        self.save(update_fields=["told_in"])

    def _refuse_telling(self, tell: bool) -> None:
        if tell and self.kind != NoteKind.ADVICE:
            raise checks.refusal(
                "tell", "Only a change of advice is told by itself; post an update instead."
            )


def _check_runs(note: Note) -> None:
    if note.state != NoteState.RUNNING:
        raise checks.refusal(
            "state", f"This work is “{note.state}”; set it to “running” before you report more."
        )
