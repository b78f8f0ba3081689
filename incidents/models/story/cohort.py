"""A named share of the accounts: "24 with corrupted indexes", "75 % migrated"."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from incidents.core import checks
from incidents.models.fields import PublicIdField
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.story.incident import Incident


class Cohort(models.Model):
    """Some of those who were hurt; public. Its members, if known, are a list in customers."""

    page = models.ForeignKey("incidents.Page", models.CASCADE, related_name="cohorts")
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="cohorts")
    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField(null=True, blank=True)
    share_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(share_percent=None) | Q(share_percent__lte=100),
                name="cohort_share_bounded",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def name_one(
        cls,
        incident: "Incident",
        name: str,
        *,
        by: Actor,
        at: datetime,
        size: int | None = None,
        share_percent: int | None = None,
    ) -> Self:
        """Name a cohort of an incident. Raises ValidationError on "name" or "share_percent"."""
        name = checks.line(name, field="name", limit=120)
        _check_percent(share_percent, "share_percent")
        with incident.page.writing(by=by, at=at) as journal:
            cohort = cls.objects.create(
                page=incident.page,
                incident=incident,
                name=name,
                size=size,
                share_percent=share_percent,
                created_at=at,
            )
            journal.append("cohort.named", cohort, incident=incident, after={"size": size})
        return cohort

    def report(
        self, done_percent: int, *, by: Actor, at: datetime, happened_at: datetime | None = None
    ) -> "CohortProgress":
        """Report how far the work on this cohort has come, at a stated time."""
        _check_percent(done_percent, "done_percent")
        moment = checks.not_in_future(happened_at or at, at, field="happened_at")
        with self.page.writing(by=by, at=at) as journal:
            progress = self.progress.create(at=moment, done_percent=done_percent)
            after = {"done_percent": done_percent}
            journal.append("cohort.progressed", self, incident=self.incident, after=after)
        return progress

    @property
    def done_percent(self) -> int | None:
        """The newest report, or None when there is none; reads what was prefetched."""
        reports = sorted(self.progress.all(), key=lambda progress: (progress.at, progress.pk))
        return reports[-1].done_percent if reports else None


class CohortProgress(models.Model):
    """One dated report of progress."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="progress")
    at = models.DateTimeField()
    done_percent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_percent__lte=100), name="cohort_progress_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done_percent} % at {self.at:%Y-%m-%d %H:%M}"


def _check_percent(value: int | None, field: str) -> None:
    if value is not None and not 0 <= value <= 100:
        raise checks.refusal(field, "Progress and shares lie between 0 and 100 percent.")
