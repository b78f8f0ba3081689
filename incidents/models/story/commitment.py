"""Promises with a clock: made in public, open or late by themselves, kept or kept late."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.instants import require_aware
from incidents.models.fields import PublicIdField
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.story.incident import Incident
    from incidents.models.story.update import Update


class CommitmentKind(models.TextChoices):
    """What was promised."""

    NEXT_UPDATE = "next_update", _("Next update")
    FIX = "fix", _("Fix")
    POSTMORTEM = "postmortem", _("Postmortem")
    PERSONAL_NOTICE = "personal_notice", _("Personal notice")
    MAINTENANCE_DATES = "maintenance_dates", _("Maintenance dates")
    MAX_DURATION = "max_duration", _("Longest duration")


class CommitmentState(models.TextChoices):
    """How a promise stands at one instant."""

    OPEN = "open", _("Open")
    LATE = "late", _("Late")
    KEPT = "kept", _("Kept")
    KEPT_LATE = "kept_late", _("Kept late")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Commitment(models.Model):
    """One promise: due at a time, or at an unknown time with the reason why."""

    page = models.ForeignKey("incidents.Page", models.CASCADE, related_name="commitments")
    incident = models.ForeignKey(
        "incidents.Incident", models.CASCADE, null=True, related_name="commitments"
    )
    public_id = PublicIdField()
    kind = models.CharField(max_length=20, choices=CommitmentKind)
    text = models.CharField(max_length=255, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    unknown_because = models.CharField(max_length=255, blank=True)
    made_at = models.DateTimeField()
    made_in = models.ForeignKey(
        "incidents.Update", models.SET_NULL, null=True, related_name="promises"
    )
    met_at = models.DateTimeField(null=True, blank=True)
    met_in = models.ForeignKey(
        "incidents.Update", models.SET_NULL, null=True, related_name="promises_met"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When staff were warned that it falls due.")
    )
    late_noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("made_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(due__isnull=False) | ~Q(unknown_because=""),
                name="commitment_due_or_reason",
            ),
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(kind="next_update", met_at=None, withdrawn_at=None),
                name="commitment_one_next_update",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due"],
                condition=Q(met_at=None, withdrawn_at=None),
                name="commitment_by_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.due or 'an unknown time'}"

    @classmethod
    def promise(
        cls,
        incident: "Incident",
        kind: str,
        *,
        by: Actor,
        at: datetime,
        due: datetime | None = None,
        unknown_because: str = "",
        text: str = "",
        made_in: "Update | None" = None,
    ) -> "Commitment":
        """Promise something in public. Raises ValidationError on "kind", "due" or the texts."""
        checks.choice(kind, CommitmentKind.values, field="kind")
        with incident.page.writing(by=by, at=at) as journal:
            _check_only_one(cls._standing().filter(incident=incident), kind)
            return cls._make(journal, incident, kind, due, unknown_because, text, made_in)

    @classmethod
    def settle_next_update(
        cls, journal: "Journal", update: "Update", next_due: datetime | None
    ) -> None:
        """An update keeps the promise of one, and may make the next; inside a verb."""
        incident = update.incident
        for promise in cls._standing().filter(incident=incident, kind=CommitmentKind.NEXT_UPDATE):
            promise._meet(journal, update)
        if next_due is not None:
            cls._make(journal, incident, CommitmentKind.NEXT_UPDATE, next_due, "", "", update)

    @classmethod
    def notice_late(cls, *, at: datetime) -> int:
        """Write down, once each, that promises have fallen due; returns how many."""
        late = cls._standing().filter(late_noted_at=None, due__lt=at).select_related("page")
        late = late.exclude(incident__withdrawn_at__isnull=False)
        noted = 0
        for promise in late.order_by("due")[:500]:
            noted += promise._note_late(at)
        return noted

    def meet(self, *, by: Actor, at: datetime, met_in: "Update | None" = None) -> None:
        """Keep the promise, now."""
        with self.page.writing(by=by, at=at) as journal:
            self._refuse_if_settled()
            self._meet(journal, met_in)

    def withdraw(self, *, by: Actor, at: datetime) -> None:
        """Take the promise back; it stays listed as withdrawn."""
        with self.page.writing(by=by, at=at) as journal:
            self._refuse_if_settled()
            self.withdrawn_at = at
            self.save(update_fields=["withdrawn_at"])
            journal.append("commitment.withdrawn", self, incident=self.incident)

    def state_at(self, at: datetime) -> CommitmentState:
        """Return how the promise stood at `at`."""
        if self.withdrawn_at and self.withdrawn_at <= at:
            return CommitmentState.WITHDRAWN
        if self.met_at and self.met_at <= at:
            late = self.due is not None and self.met_at > self.due
            return CommitmentState.KEPT_LATE if late else CommitmentState.KEPT
        return CommitmentState.LATE if self.due and self.due < at else CommitmentState.OPEN

    def lateness_at(self, at: datetime) -> timedelta:
        """Return by how much it was late, or is by now; zero when it is not."""
        settled = self.met_at or self.withdrawn_at
        until = min(at, settled) if settled else at
        return max(until - self.due, timedelta()) if self.due else timedelta()

    @classmethod
    def _standing(cls) -> models.QuerySet["Commitment"]:
        return cls._default_manager.filter(met_at=None, withdrawn_at=None)

    @classmethod
    def _make(
        cls,
        journal: "Journal",
        incident: "Incident",
        kind: str,
        due: datetime | None,
        unknown_because: str,
        text: str,
        made_in: "Update | None",
    ) -> "Commitment":
        field = "next_update_due" if kind == CommitmentKind.NEXT_UPDATE else "due"
        if due is None and not unknown_because:
            raise checks.refusal(field, "Name a time, or say why it is unknown.")
        if due is not None and require_aware(due, field) <= journal.at:
            raise checks.refusal(
                field, f"{due:%Y-%m-%d %H:%M %Z} has passed; promise a later time."
            )
        promise = cls._default_manager.create(
            page=journal.page,
            incident=incident,
            kind=kind,
            due=due,
            unknown_because=checks.line(unknown_because, field="unknown_because", required=False),
            text=checks.line(text, field="text", required=False),
            made_at=journal.at,
            made_in=made_in,
        )
        journal.append("commitment.made", promise, incident=incident, after={"due": due})
        return promise

    def _meet(self, journal: "Journal", update: "Update | None") -> None:
        self.met_at, self.met_in = journal.at, update
        self.save(update_fields=["met_at", "met_in"])
        late = int(self.lateness_at(journal.at).total_seconds())
        journal.append("commitment.met", self, incident=self.incident, after={"seconds_late": late})

    def _note_late(self, at: datetime) -> int:
        by = Actor.system("clock")
        with self.page.writing(by=by, at=at) as journal:
            standing = self._standing().filter(pk=self.pk, late_noted_at=None)
            if not standing.update(late_noted_at=at):
                return 0
            journal.append("commitment.late", self, incident=self.incident, after={"due": self.due})
        return 1

    def _refuse_if_settled(self) -> None:
        self.refresh_from_db(fields=["met_at", "withdrawn_at"])
        if self.met_at or self.withdrawn_at:
            raise checks.refusal("commitment", "This promise was kept or taken back already.")


def _check_only_one(standing: models.QuerySet[Commitment], kind: str) -> None:
    if kind == CommitmentKind.NEXT_UPDATE and standing.filter(kind=kind).exists():
        raise checks.refusal("kind", "A next update is promised already; post it, or take it back.")
