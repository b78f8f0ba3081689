"""Promises with a clock: made in public, open or late by themselves, kept or kept late."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.clocks import minute
from incidents.core.lifecycles import Status
from incidents.core.promises import CommitmentKind, CommitmentState
from incidents.core.viewers import Viewer
from incidents.models.fields import PublicIdField
from incidents.models.story.terms import Terms, field_of
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.story.incident import Incident
    from incidents.models.story.update import Update

__all__ = ["Commitment", "CommitmentKind", "CommitmentQuerySet", "CommitmentState"]

# Nobody is warned further ahead than this: what falls due is looked for within it.
FURTHEST_WARNING: Final = timedelta(days=1)
BATCH: Final = 500
BEFORE_IT_BEGINS: Final = (Status.ANNOUNCED, Status.SCHEDULED)


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Ways to pick promises."""

    def standing(self) -> Self:
        """Those that are neither kept nor taken back."""
        return self.filter(met_at=None, withdrawn_at=None)

    def owed(self) -> Self:
        """Those that stand on something that was not withdrawn itself."""
        return self.standing().exclude(incident__withdrawn_at__isnull=False)

    def counting(self) -> Self:
        """Those that can be kept or broken: see `Commitment.counts`."""
        timeless = Q(kind=CommitmentKind.NEXT_UPDATE, due=None)
        never_begun = Q(kind=CommitmentKind.MAX_DURATION, due=None, withdrawn_at__isnull=False)
        return self.filter(replaced_by=None).exclude(timeless | never_begun)

    def visible_to(self, viewer: Viewer) -> Self:
        """Return what was promised about something that `viewer` may read."""
        incidents: Any = apps.get_model("incidents", "Incident")
        return self.filter(incident__in=incidents.objects.visible_to(viewer))


class Commitment(models.Model):
    """One promise: due at a time, at an unknown time with the reason why, or a longest duration."""

    page = models.ForeignKey("incidents.Page", models.CASCADE, related_name="commitments")
    incident = models.ForeignKey(
        "incidents.Incident", models.CASCADE, null=True, related_name="commitments"
    )
    public_id = PublicIdField()
    kind = models.CharField(max_length=20, choices=CommitmentKind)
    text = models.CharField(max_length=255, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    unknown_because = models.CharField(max_length=255, blank=True)
    max_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("How long it may take at most; due once it has begun.")
    )
    made_at = models.DateTimeField()
    made_in = models.ForeignKey(
        "incidents.Update", models.SET_NULL, null=True, related_name="promises"
    )
    met_at = models.DateTimeField(null=True, blank=True)
    met_in = models.ForeignKey(
        "incidents.Update", models.SET_NULL, null=True, related_name="promises_met"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=255, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces"
    )
    warned_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When staff were warned that it falls due.")
    )
    late_noted_at = models.DateTimeField(null=True, blank=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ("made_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(due__isnull=False)
                | ~Q(unknown_because="")
                | Q(max_minutes__isnull=False),
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
        max_minutes: int | None = None,
        text: str = "",
        made_in: "Update | None" = None,
        replaces: "Commitment | None" = None,
    ) -> "Commitment":
        """Promise something in public; it may replace a promise that had no time.

        Raises ValidationError on "kind", "due", "unknown_because", "max_minutes", "text" or
        "replaces"; for the next update on "next_update_due" or "next_update_unknown".
        """
        terms = Terms.of(
            kind, due=due, unknown_because=unknown_because, max_minutes=max_minutes, text=text
        )
        with incident.page.writing(by=by, at=at) as journal:
            incident.refresh_for_writing()
            earlier = cls._replaceable(incident, kind, replaces)
            return cls.make(journal, incident, terms, made_in, earlier)

    @classmethod
    def make(
        cls,
        journal: "Journal",
        incident: "Incident",
        terms: Terms,
        made_in: "Update | None" = None,
        replaces: "Commitment | None" = None,
    ) -> "Commitment":
        """Store a promise inside a verb, perhaps in place of one that had no time."""
        due = _due(incident, terms, journal.at)
        if replaces is not None:
            # Two next updates must not stand at once, not even within a transaction.
            replaces._set(withdrawn_at=journal.at)
        promise = cls.objects.create(
            page=journal.page,
            incident=incident,
            kind=terms.kind,
            due=due,
            unknown_because=terms.unknown_because,
            max_minutes=terms.max_minutes,
            text=terms.text,
            made_at=journal.at,
            made_in=made_in,
        )
        if replaces is not None:
            replaces._set(replaced_by=promise)
        journal.append("commitment.made", promise, incident=incident, after={"due": due})
        return promise

    @classmethod
    def warn(cls, *, at: datetime) -> int:
        """Write down, once each, that promises are about to fall due; returns how many."""
        near = cls.objects.owed().filter(warned_at=None, due__gt=at, due__lte=at + FURTHEST_WARNING)
        found = near.select_related("page", "incident").order_by("due")[:BATCH]
        return sum(each._note(at, "warned_at") for each in found if each.warn_at <= at)

    @classmethod
    def notice_late(cls, *, at: datetime) -> int:
        """Write down, once each, that promises have fallen due; returns how many."""
        late = cls.objects.owed().filter(late_noted_at=None, due__lt=at)
        found = late.select_related("page", "incident").order_by("due")[:BATCH]
        return sum(each._note(at, "late_noted_at") for each in found)

    def meet(self, *, by: Actor, at: datetime, met_in: "Update | None" = None) -> None:
        """Keep the promise, now."""
        with self.page.writing(by=by, at=at) as journal:
            self._refuse_if_settled()
            self.keep(journal, met_in)

    def withdraw(self, reason: str, *, by: Actor, at: datetime) -> None:
        """Take the promise back; it stays listed, with the reason and when. Raises on "reason"."""
        reason = checks.line(reason, field="reason")
        with self.page.writing(by=by, at=at) as journal:
            self._refuse_if_settled()
            self.void(journal, reason)

    def keep(
        self, journal: "Journal", update: "Update | None", moment: datetime | None = None
    ) -> None:
        """Write down inside a verb that it is kept, as of `moment` or now."""
        self._set(met_at=max(moment or journal.at, self.made_at), met_in=update)
        late = int(self.lateness_at(journal.at).total_seconds())
        journal.append("commitment.met", self, incident=self.incident, after={"seconds_late": late})

    def void(self, journal: "Journal", reason: str) -> None:
        """Write down inside a verb that it is taken back."""
        self._set(withdrawn_at=journal.at, withdrawal_reason=reason)
        journal.append("commitment.withdrawn", self, incident=self.incident)

    def owe_again(self, journal: "Journal") -> None:
        """Write down inside a verb that what had kept it was taken back."""
        self._set(met_at=None, met_in=None)
        journal.append("commitment.owed_again", self, incident=self.incident)

    def begin(self, journal: "Journal", moment: datetime) -> None:
        """Start the clock of a longest duration inside a verb: it began at `moment`."""
        self._set(due=moment + timedelta(minutes=self.max_minutes or 0))
        journal.append("commitment.begun", self, incident=self.incident, after={"due": self.due})

    @property
    def counts(self) -> bool:
        """Whether it can be kept or broken: neither “we do not know when we write next” can,
        nor how long work takes that was called off before it began.
        """
        void = self.kind == CommitmentKind.NEXT_UPDATE or (
            self.kind == CommitmentKind.MAX_DURATION and self.withdrawn_at is not None
        )
        return self.replaced_by_id is None and not (void and self.due is None)

    @property
    def warn_at(self) -> datetime:
        """When staff are warned: so long before it as the page says, or halfway to what is near."""
        due = self.due or self.made_at
        ahead = timedelta(minutes=self.page.warn_minutes)
        return max(due - ahead, self.made_at + (due - self.made_at) / 2)

    def state_at(self, at: datetime) -> CommitmentState:
        """Return how the promise stood at `at`."""
        if self.withdrawn_at and self.withdrawn_at <= at:
            replaced = self.replaced_by_id is not None
            return CommitmentState.REPLACED if replaced else CommitmentState.WITHDRAWN
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
    def _replaceable(
        cls, incident: "Incident", kind: str, named: "Commitment | None"
    ) -> "Commitment | None":
        """The promise that a new one takes the place of; a next update needs no naming."""
        standing = cls.objects.standing().filter(incident=incident)
        if named is None and kind == CommitmentKind.NEXT_UPDATE:
            named = standing.filter(kind=kind).first()
            if named is not None and named.due is not None:
                raise checks.refusal(
                    "kind", "A next update is promised already; post it, or take it back."
                )
        elif named is not None and not standing.filter(pk=named.pk, kind=kind, due=None).exists():
            raise checks.refusal(
                "replaces",
                "Only a promise of this kind that stands without a time is replaced; "
                "take any other back, with a reason.",
            )
        return named

    def _note(self, at: datetime, mark: str) -> int:
        """Append the event of a mark once, however many clocks see it."""
        with self.page.writing(by=Actor.system("clock"), at=at) as journal:
            unmarked = Commitment.objects.standing().filter(pk=self.pk, **{mark: None})
            if not unmarked.update(**{mark: at}):
                return 0
            journal.append(_MARKS[mark], self, incident=self.incident, after={"due": self.due})
        return 1

    def _refuse_if_settled(self) -> None:
        self.refresh_from_db(fields=["met_at", "withdrawn_at"])
        if self.met_at or self.withdrawn_at:
            raise checks.refusal("commitment", "This promise was kept or taken back already.")

    def _set(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))


def _due(incident: "Incident", terms: Terms, at: datetime) -> datetime | None:
    """When it falls due; a longest duration runs from the start, once that has come."""
    due = terms.due
    if terms.max_minutes is not None and incident.status not in BEFORE_IT_BEGINS:
        due = incident.started_at + timedelta(minutes=terms.max_minutes)
    if due is not None and due <= at:
        raise checks.refusal(
            field_of(terms.kind, "due"),
            f"{minute(due)} has passed; promise a later time.",
        )
    return due


_MARKS: Final = {"warned_at": "commitment.due_soon", "late_noted_at": "commitment.late"}
