"""A second pair of eyes on a postmortem."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.roles import Ability
from incidents.models.journal import Journal
from incidents.models.site.membership import Membership
from people.actors import LABEL_LIMIT, Actor
from people.models import User

if TYPE_CHECKING:
    from incidents.models.afterwards.postmortem import Postmortem

REMARK_LIMIT = 5_000


class Verdict(models.TextChoices):
    """What became of the question."""

    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Sent back")
    CALLED_OFF = "called_off", _("Called off")


class PostmortemReview(models.Model):
    """One review, open until somebody other than the author has a verdict."""

    postmortem = models.ForeignKey("incidents.Postmortem", models.CASCADE, related_name="reviews")
    number = models.PositiveIntegerField(
        default=1, help_text=_("Of the revision that it is to become.")
    )
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    asked_by_person_id = models.BigIntegerField(null=True)
    asked_of = models.CharField(max_length=200, blank=True)
    asked_of_person_id = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    remark = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_by_person_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["postmortem"], condition=Q(verdict=""), name="review_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.postmortem_id}: {self.verdict or 'open'}"

    @classmethod
    def ask(
        cls, journal: Journal, postmortem: "Postmortem", *, reviewer: User | None = None
    ) -> "PostmortemReview":
        """Ask `reviewer`, or anybody else who may, to look at it; inside a verb."""
        if reviewer is not None:
            _check_can_review(postmortem, reviewer)
            _check_not_oneself(reviewer, journal.by)
        label, person_id = (str(reviewer)[:LABEL_LIMIT], reviewer.pk) if reviewer else ("", None)
        return cls._open(journal, postmortem, label, person_id)

    def ask_again(self, journal: Journal) -> "PostmortemReview":
        """The approved words were changed: put the question anew, to the same; inside a verb."""
        return self._open(journal, self.postmortem, self.asked_of, self.asked_of_person_id)

    def approve(self, *, by: Actor, at: datetime, remark: str = "") -> None:
        """Agree with the words as they stand. Raises ValidationError on "reviewer" or "review"."""
        remark = _remark(remark, required=False)
        with self.postmortem.page.writing(by=by, at=at) as journal:
            self._check_other_eyes(by)
            self._decide(journal, Verdict.APPROVED, remark)
            self.postmortem.settle_review(journal, approved=True)

    def send_back(self, remark: str, *, by: Actor, at: datetime) -> None:
        """Ask for changes. Raises ValidationError on "remark", "reviewer" or "review"."""
        remark = _remark(remark)
        with self.postmortem.page.writing(by=by, at=at) as journal:
            self._check_other_eyes(by)
            self._decide(journal, Verdict.RETURNED, remark)
            self.postmortem.settle_review(journal, approved=False)

    def call_off(self, *, by: Actor, at: datetime) -> None:
        """Take the question back. Raises ValidationError on "review" once it is answered."""
        with self.postmortem.page.writing(by=by, at=at) as journal:
            self._decide(journal, Verdict.CALLED_OFF, "")
            self.postmortem.settle_review(journal, approved=False)

    @property
    def is_open(self) -> bool:
        """Whether it waits for a verdict."""
        return not self.verdict

    @classmethod
    def _open(
        cls, journal: Journal, postmortem: "Postmortem", asked_of: str, person_id: int | None
    ) -> "PostmortemReview":
        return cls._default_manager.create(
            postmortem=postmortem,
            number=postmortem.revisions.count() + 1,
            asked_at=journal.at,
            asked_by=journal.by.label,
            asked_by_person_id=journal.by.person_id,
            asked_of=asked_of,
            asked_of_person_id=person_id,
        )

    def _check_other_eyes(self, by: Actor) -> None:
        self.postmortem.refresh_from_db(fields=_WROTE)
        if by.person_id is None:
            raise checks.refusal("reviewer", "A review is a person's; sign in, or use your key.")
        if by.person_id in {
            self.postmortem.prepared_by_person_id,
            self.postmortem.written_by_person_id,
        }:
            raise checks.refusal(
                "reviewer", f"{by.label} prepared or last wrote this; somebody else reviews it."
            )
        if by.person_id == self.asked_by_person_id:
            raise checks.refusal(
                "reviewer",
                f"{by.label} handed this in, and so stands for it; somebody else reviews.",
            )

    def _decide(self, journal: Journal, verdict: Verdict, remark: str) -> None:
        self.refresh_from_db(fields=["verdict", "decided_by"])
        if self.verdict:
            raise checks.refusal(
                "review", f"This was {self.get_verdict_display().lower()} by {self.decided_by}."
            )
        self.verdict, self.remark = verdict, remark
        self.decided_at, self.decided_by = journal.at, journal.by.label
        self.decided_by_person_id = journal.by.person_id
        self.save(update_fields=_DECISION)
        journal.append(
            f"postmortem.{verdict}", self.postmortem, incident=self.postmortem.first_incident
        )


_WROTE = ["prepared_by_person_id", "written_by_person_id", "status"]
_DECISION = ["verdict", "remark", "decided_at", "decided_by", "decided_by_person_id"]


def _check_can_review(postmortem: "Postmortem", reviewer: User) -> None:
    if not Membership.objects.can(reviewer, postmortem.page, Ability.RESPOND):
        raise checks.refusal("reviewer", f"{reviewer} may not write on this page; ask a member.")
    if reviewer.pk in {postmortem.prepared_by_person_id, postmortem.written_by_person_id}:
        raise checks.refusal("reviewer", f"{reviewer} wrote this; ask somebody else.")


def _check_not_oneself(reviewer: User, by: Actor) -> None:
    if reviewer.pk == by.person_id:
        raise checks.refusal("reviewer", f"{reviewer} hands this in; ask somebody else.")


def _remark(text: str, *, required: bool = True) -> str:
    text = text.strip()
    if required and not text:
        raise checks.refusal("remark", "Say what should change.")
    if len(text) > REMARK_LIMIT:
        raise checks.refusal("remark", f"At most {REMARK_LIMIT:,} characters.")
    return text
