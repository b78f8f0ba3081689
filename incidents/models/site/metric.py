"""Figures of the service beside its state: response times, queue lengths, message rates."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, Self

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.clocks import minute
from incidents.core.instants import require_aware
from incidents.core.viewers import PUBLIC, Viewer
from incidents.models.fields import PublicIdField
from incidents.models.guarding import guarded
from incidents.models.sight import InSight
from incidents.models.site.page import Page, readable
from people.actors import Actor

AHEAD: Final = timedelta(minutes=1)
AT_ONCE: Final = 1000
# So that sums and means of points are numbers, too; infinities and NaN are beyond it.
GREATEST: Final = 1e300
KEPT: Final = range(1, 1831)
Point = tuple[datetime, float]


class MetricQuerySet(models.QuerySet["Metric"]):
    """Ways to pick metrics."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return what `viewer` may see; staff see what is not shown, too."""
        return self if viewer is not PUBLIC else self.shown().filter(readable("page__"))

    def shown(self) -> Self:
        """Return what is shown, whoever may read its page."""
        return self.filter(shown=True)


class Metric(models.Model):
    """One figure that is measured again and again."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="metrics")
    component = models.ForeignKey(
        "incidents.Component", models.SET_NULL, null=True, blank=True, related_name="metrics"
    )
    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True)
    description = models.CharField(max_length=255, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    shown = models.BooleanField(default=True)
    keep_days = models.PositiveSmallIntegerField(
        default=90, help_text=_("Points older than this are forgotten.")
    )
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    objects = InSight.from_queryset(MetricQuerySet)()

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["page", "name"], name="metric_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def add(cls, page: Page, name: str, *, by: Actor, at: datetime, **rest: Any) -> Self:
        """Add a metric at the end of the page.

        `rest`: unit, description, component, decimals, shown, keep_days. Raises ValidationError
        on "name" or the detail.
        """
        given = _checked(page, {"name": name} | rest)
        with page.writing(by=by, at=at) as journal:
            _check_unused(page, given["name"])
            last = page.metrics.aggregate(last=Max("position"))["last"]
            position = 0 if last is None else last + 1
            metric = cls.objects.create(page=page, position=position, created_at=at, **given)
            journal.append("metric.added", metric, after={"name": metric.name})
        return metric

    def change(self, *, by: Actor, at: datetime, seen: str = "", **changes: Any) -> None:
        """Change what it is called and how it is shown; the same checks as `add`."""
        given = _checked(self.page, changes)
        with self.page.writing(by=by, at=at) as journal:
            given = guarded(journal, self, seen, given)
            self.refresh_from_db(fields=[*given, "name"])
            _check_unused(self.page, given.get("name", self.name), but=self.pk)
            before = {name: str(getattr(self, name)) for name in given}
            for name, value in given.items():
                setattr(self, name, value)
            self.save(update_fields=list(given))
            after = {name: str(value) for name, value in given.items()}
            journal.append("metric.changed", self, before=before, after=after)

    def remove(self, *, by: Actor, at: datetime) -> None:
        """Remove it with all its points."""
        with self.page.writing(by=by, at=at) as journal:
            journal.append("metric.removed", self, before={"name": self.name})
            self.delete()

    def record(self, points: Iterable[Point], *, at: datetime) -> int:
        """Write measurements down; one for an instant that has one replaces it.

        A measurement is nothing that anybody says: it takes no place in the journal, and holds
        up nobody who writes to the record. Raises ValidationError on "points".
        """
        known = {require_aware(moment, "points"): value for moment, value in points}
        self._check_points(known, at)
        rows = [MetricPoint(metric=self, at=moment, value=known[moment]) for moment in known]
        with transaction.atomic():
            self.points.filter(at__lt=at - timedelta(days=self.keep_days)).delete()
            MetricPoint.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["metric", "at"], update_fields=["value"]
            )
        return len(rows)

    def _check_points(self, points: dict[datetime, float], at: datetime) -> None:
        if not 1 <= len(points) <= AT_ONCE:
            raise checks.refusal("points", f"Send 1 to {AT_ONCE} points; these are {len(points)}.")
        for moment, value in points.items():
            if isinstance(value, bool) or not abs(value) <= GREATEST:
                raise checks.refusal("points", f"“{value}” is no number that can be drawn.")
            if moment > at + AHEAD:
                raise checks.refusal(
                    "points", f"{minute(moment)} has not come yet; is a clock wrong?"
                )
            if moment < at - timedelta(days=self.keep_days):
                raise checks.refusal(
                    "points",
                    f"{minute(moment)} is longer ago than the {self.keep_days} days "
                    "for which points are kept.",
                )


class MetricPoint(models.Model):
    """One measurement; a second one for the same instant replaces the first."""

    metric = models.ForeignKey(Metric, models.CASCADE, related_name="points")
    at = models.DateTimeField()
    value = models.FloatField()

    class Meta:
        ordering = ("at",)
        constraints = [
            models.UniqueConstraint(fields=["metric", "at"], name="metric_point_once"),
        ]

    def __str__(self) -> str:
        return f"{self.value} at {self.at:%Y-%m-%d %H:%M}"


def _checked(page: Page, given: dict[str, Any]) -> dict[str, Any]:
    for field, limit in (("name", 120), ("unit", 20), ("description", 255)):
        if field in given:
            text = checks.line(given[field], field=field, limit=limit, required=field == "name")
            given[field] = text
    component = given.get("component")
    if component is not None and component.page_id != page.pk:
        raise checks.refusal("component", f"“{component}” is a component of another page.")
    if not 0 <= given.get("decimals", 0) <= 6:
        raise checks.refusal("decimals", "Show 0 to 6 decimals.")
    if given.get("keep_days", KEPT[0]) not in KEPT:
        raise checks.refusal("keep_days", f"Keep points for {KEPT[0]} to {KEPT[-1]} days.")
    return given


def _check_unused(page: Page, name: str, *, but: int | None = None) -> None:
    taken = page.metrics.filter(name__iexact=name)
    if (taken if but is None else taken.exclude(pk=but)).exists():
        raise checks.refusal("name", f"“{name}” is measured on this page already.")
