"""A named share of the accounts: "24 with corrupted indexes", "75 % migrated"."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from django.db import models
from django.db.models import Q

from incidents.core import checks
from incidents.core.instants import require_aware
from incidents.models.fields import PublicIdField
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.story.incident import Incident

MOST: Final = 2**31 - 1


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
        """Name a cohort. Raises ValidationError on "name", "size" or "share_percent"."""
        name = checks.line(name, field="name", limit=120)
        _check_figures(size, share_percent)
        with incident.page.writing(by=by, at=at) as journal:
            incident.refresh_for_writing()
            _check_unused(cls.objects.filter(incident=incident), name)
            cohort = cls.objects.create(
                page=incident.page,
                incident=incident,
                name=name,
                size=size,
                share_percent=share_percent,
                created_at=at,
            )
            after = {"size": size, "share_percent": share_percent}
            journal.append("cohort.named", cohort, incident=incident, after=after)
        return cohort

    def change(self, *, by: Actor, at: datetime, **changes: Any) -> None:
        """Change name, size or share: more became known. Refuses what `name_one` does."""
        if "name" in changes:
            changes["name"] = checks.line(changes["name"], field="name", limit=120)
        _check_figures(changes.get("size"), changes.get("share_percent"))
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing()
            others = type(self).objects.filter(incident=self.incident_id).exclude(pk=self.pk)
            _check_unused(others, changes.get("name", self.name))
            before = self._figures()
            for name, value in changes.items():
                setattr(self, name, value)
            self.save(update_fields=list(changes))
            journal.append(
                "cohort.changed", self, incident=self.incident, before=before,
                after=self._figures(),
            )  # fmt: skip

    def report(
        self, done_percent: int, *, by: Actor, at: datetime, happened_at: datetime | None = None
    ) -> "CohortProgress":
        """Report how far the work on this cohort has come, at a stated time; it may fall back.

        Raises ValidationError on "done_percent" or "happened_at".
        """
        _check_percent(done_percent, "done_percent")
        moment = _past(happened_at, at, "happened_at")
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing()
            progress = self.progress.create(at=moment, done_percent=done_percent)
            after = {"done_percent": done_percent}
            journal.append("cohort.progressed", self, incident=self.incident, after=after)
        return progress

    def close(self, *, by: Actor, at: datetime, ended_at: datetime | None = None) -> None:
        """Say that the work for this cohort is done: its windows end, its progress is 100 percent.

        Raises ValidationError on "ended_at", and on "cohort" where it was done before.
        """
        moment = _past(ended_at, at, "ended_at")
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing()
            going_on = self.windows.filter(end=None, superseded_at=None)
            still = list(going_on.select_related("component"))
            if not still and self.done_percent == 100:
                raise checks.refusal("cohort", "This is done already; its windows have their ends.")
            for window in still:
                window.end_at(moment, at, field="ended_at")
            self.progress.create(at=moment, done_percent=100)
            after = {"ended_at": moment, "windows": len(still)}
            journal.append("cohort.closed", self, incident=self.incident, after=after)

    @property
    def reports(self) -> "list[CohortProgress]":
        """What was reported, in the order of its times; reads what was prefetched."""
        return sorted(self.progress.all(), key=lambda progress: (progress.at, progress.pk))

    @property
    def done_percent(self) -> int | None:
        """The newest report, or None when there is none; reads what was prefetched."""
        reports = self.reports
        return reports[-1].done_percent if reports else None

    def _refresh_for_writing(self) -> None:
        self.refresh_from_db()
        self.incident.refresh_for_writing()

    def _figures(self) -> dict[str, int | None]:
        return {"size": self.size, "share_percent": self.share_percent}


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


def _past(stated: datetime | None, at: datetime, field: str) -> datetime:
    return checks.not_in_future(require_aware(stated or at, field), at, field=field)


def _check_figures(size: int | None, share_percent: int | None) -> None:
    if size is not None and not 0 <= size <= MOST:
        raise checks.refusal("size", f"How many lies between 0 and {MOST:,}.")
    _check_percent(share_percent, "share_percent")


def _check_percent(value: int | None, field: str) -> None:
    if value is not None and not 0 <= value <= 100:
        raise checks.refusal(field, "Progress and shares lie between 0 and 100 percent.")


def _check_unused(others: models.QuerySet[Cohort], name: str) -> None:
    if others.filter(name__iexact=name).exists():
        raise checks.refusal("name", f"“{name}” is named here already; change that one.")
