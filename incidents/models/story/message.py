"""What readers write to us about an incident: a question, or that they are still affected."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.lifecycles import Kind, Outcome
from incidents.core.notes import NoteState
from incidents.core.reader_words import check_contact, check_text
from incidents.models.event import Event
from incidents.models.fields import PublicIdField
from incidents.models.story.note import Note
from incidents.models.story.update import Update, Wording
from people.actors import Actor
from people.fields import EncryptedTextField

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.site.component import Component
    from incidents.models.story.incident import Incident

RECENT: Final = timedelta(days=14)
FORGET_AFTER: Final = timedelta(days=30)
ONE_ALARM_EVERY: Final = timedelta(hours=1)
A_READER: Final = Actor.system("a reader", face="site")


class MessageKind(models.TextChoices):
    """What a reader wants to say."""

    QUESTION = "question", _("Question")
    STILL_AFFECTED = "still_affected", _("Still affected")


class MessageState(models.TextChoices):
    """What staff have made of it."""

    NEW = "new", _("New")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Declined")


UNANSWERED: Final = (MessageState.NEW, MessageState.DECLINED)

# Staff are alarmed of the second; both are written down once an hour and incident at most.
EVENTS: Final = {
    MessageKind.QUESTION: "message.asked",
    MessageKind.STILL_AFFECTED: "message.received",
}


class ReaderMessage(models.Model):
    """One message of a reader; nothing of it is public until staff answer it."""

    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="messages")
    public_id = PublicIdField()
    kind = models.CharField(max_length=16, choices=MessageKind)
    text = models.TextField()
    contact = EncryptedTextField(blank=True)
    component = models.ForeignKey(
        "incidents.Component", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.NEW)
    answer = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=200, blank=True)
    note = models.ForeignKey(
        "incidents.Note", models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    update = models.ForeignKey(
        "incidents.Update", models.SET_NULL, null=True, blank=True, related_name="messages"
    )

    class Meta:
        ordering = ("received_at", "pk")
        indexes = [
            models.Index(
                fields=["incident"], condition=Q(state=MessageState.NEW), name="message_new"
            ),
            models.Index(fields=["state", "received_at"], name="message_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.received_at:%Y-%m-%d %H:%M}"

    @classmethod
    def receive(
        cls,
        incident: "Incident",
        *,
        kind: str,
        text: str,
        at: datetime,
        contact: str = "",
        component: "Component | None" = None,
        by: Actor = A_READER,
    ) -> "ReaderMessage":
        """Take what a reader says; sent twice within an hour it is one message.

        Raises ValidationError on "kind", "text", "contact" or "component".
        """
        checks.choice(kind, MessageKind.values, field="kind")
        text, contact = check_text(text), check_contact(contact)
        check_open(incident, kind, at)
        if component is not None and component.page_id != incident.page_id:
            raise checks.refusal("component", gettext("Pick a component of this page."))
        with transaction.atomic():
            same = {"incident": incident, "kind": kind, "text": text, "state": MessageState.NEW}
            twin = cls._default_manager.filter(**same, received_at__gt=at - ONE_ALARM_EVERY).first()
            if twin is not None:
                return twin
            message = cls._default_manager.create(
                **same, contact=contact, component=component, received_at=at
            )
            message._write_down(by, at)
        return message

    def answer_as_note(
        self,
        answer: str = "",
        *,
        by: Actor,
        at: datetime,
        headline: str = "",
        note: Note | None = None,
    ) -> Note:
        """Answer among the public questions, in the reader's words or in ours (`headline`).

        With `note` that question has the answer already. Raises ValidationError on "headline",
        "answer", "note" or "state".
        """
        if note is not None:
            self._check_answers(note)
        with self.incident.page.writing(by=by, at=at) as journal:
            self._refuse_if_settled()
            if note is None:
                if not answer.strip():
                    raise checks.refusal("answer", "Write the answer.")
                line = headline or self.as_line
                note = Note.add(self.incident, "question", line, answer=answer, by=by, at=at)
            self._settle(journal, MessageState.ANSWERED, note=note)
        return note

    def answer_in_update(
        self,
        body: str,
        *,
        by: Actor,
        at: datetime,
        notify: bool = True,
        next_update_due: datetime | None = None,
        **wording: Any,
    ) -> Update:
        """Answer everybody: the words are posted as an update.

        Raises ValidationError on "body", "next_update_due" or "state".
        """
        words = Wording.of(body=body, **wording)
        with self.incident.page.writing(by=by, at=at) as journal:
            self._refuse_if_settled()
            incident = self.incident
            incident.refresh_for_writing()
            update = Update.append(
                journal, incident, words, status=incident.status, levels={}, moment=at,
                next_update_due=next_update_due, notify=notify,
            )  # fmt: skip
            incident.tell(journal, "incident.updated", update)
            self._settle(journal, MessageState.ANSWERED, update=update)
        return update

    def decline(self, reason: str, *, by: Actor, at: datetime) -> None:
        """Leave it without an answer; the reason is for staff alone. Raises on "reason"."""
        reason = checks.line(reason, field="reason", limit=500)
        with self.incident.page.writing(by=by, at=at) as journal:
            self._refuse_if_settled()
            self.contact = ""
            self._settle(journal, MessageState.DECLINED, answer=reason)

    @classmethod
    def forget_old(cls, *, at: datetime) -> int:
        """Drop what nobody answered within 30 days, address and all; returns how many."""
        old = cls._default_manager.filter(state__in=UNANSWERED, received_at__lt=at - FORGET_AFTER)
        # The clock asks every few seconds: SQLite's one writer is not held up for nothing.
        return old.delete()[0] if old.exists() else 0

    @property
    def as_line(self) -> str:
        """What the reader wrote, on one line that can be a heading."""
        line = " ".join(self.text.split())
        return line if len(line) <= checks.TITLE_LIMIT else line[: checks.TITLE_LIMIT - 1] + "…"

    def _check_answers(self, note: Note) -> None:
        if note.incident_id != self.incident_id:
            raise checks.refusal("note", "That question belongs to another incident.")
        if note.state != NoteState.ANSWERED:
            raise checks.refusal("note", "Pick a question that has an answer.")

    def _write_down(self, by: Actor, at: datetime) -> None:
        """One event an hour at most: a crowd must not hold up those who write the record."""
        kind = EVENTS[MessageKind(self.kind)]
        recent = Event.objects.filter(
            incident=self.incident_id, kind=kind, at__gt=at - ONE_ALARM_EVERY
        )
        if recent.exists():
            return
        with self.incident.page.writing(by=by, at=at) as journal:
            if not recent.exists():
                journal.append(kind, self, incident=self.incident, after={"kind": self.kind})

    def _settle(
        self,
        journal: "Journal",
        state: MessageState,
        *,
        answer: str = "",
        note: Note | None = None,
        update: Update | None = None,
    ) -> None:
        self.state, self.answer = state, answer
        self.settled_at, self.settled_by = journal.at, journal.by.label
        self.note, self.update = note, update
        self.save(
            update_fields=[
                "state", "answer", "contact", "settled_at", "settled_by", "note", "update"
            ]
        )  # fmt: skip
        journal.append(f"message.{state}", self, incident=self.incident, after={"kind": self.kind})

    def _refuse_if_settled(self) -> None:
        self.refresh_from_db(fields=["state", "contact"])
        if self.state != MessageState.NEW:
            label = str(MessageState(self.state).label).lower()
            raise checks.refusal("state", f"This message was {label} already.")


def check_open(incident: "Incident", kind: str, at: datetime) -> None:
    """Raise ValidationError on "kind" unless readers may write about `incident` now."""
    if not takes_messages(incident, at):
        raise checks.refusal(
            "kind", gettext("This takes no messages any more; please write to support.")
        )
    if kind == MessageKind.STILL_AFFECTED and incident.resolved_at is None:
        raise checks.refusal("kind", gettext("This still goes on: we know that you are affected."))


def takes_messages(incident: "Incident", at: datetime) -> bool:
    """Return whether readers may write: the page takes messages, this is recent and told here."""
    if not incident.page.takes_messages or incident.outcome == Outcome.DUPLICATE:
        return False
    if incident.kind == Kind.ANNOUNCEMENT or not incident.is_public:
        return False
    return incident.is_open or (incident.resolved_at or incident.updated_at) > at - RECENT
