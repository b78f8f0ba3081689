"""Impact windows: when what was how broken. The one source of truth for status and uptime."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.clocks import minute
from incidents.core.impacts import ImpactKind, Precision, Source, usual_kind
from incidents.core.intervals import Span
from incidents.core.levels import SEVERITY, Level
from incidents.models.fields import PublicIdField
from incidents.models.sight import InSight
from incidents.models.story import window_rules as rules
from incidents.models.story.beginning import corrected
from incidents.models.story.window_picking import ImpactWindowQuerySet
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.site.component import Component
    from incidents.models.story.cohort import Cohort
    from incidents.models.story.incident import Incident


class ImpactWindow(models.Model):
    """A half-open stretch [start, end) in which a component was at a level; end None is "still".

    Rows are never overwritten, save that an open one gets its end; edits supersede.
    """

    page = models.ForeignKey("incidents.Page", models.CASCADE, related_name="windows")
    component = models.ForeignKey("incidents.Component", models.CASCADE, related_name="windows")
    incident = models.ForeignKey(
        "incidents.Incident", models.CASCADE, null=True, related_name="windows"
    )
    cohort = models.ForeignKey(
        "incidents.Cohort", models.PROTECT, null=True, related_name="windows"
    )
    public_id = PublicIdField()
    level = models.CharField(max_length=24, choices=Level)
    kind = models.CharField(max_length=12, choices=ImpactKind)
    start = models.DateTimeField()
    end = models.DateTimeField(null=True, blank=True)
    precision = models.CharField(max_length=8, choices=Precision, default=Precision.EXACT)
    share_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    count_affected = models.PositiveBigIntegerField(null=True, blank=True)
    count_unit = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=12, choices=Source)
    note = models.CharField(max_length=255, blank=True)
    recorded_at = models.DateTimeField()
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When its end was written down.")
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_because = models.CharField(max_length=255, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="supersedes")

    objects = InSight.from_queryset(ImpactWindowQuerySet)()

    class Meta:
        ordering = ("start", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("start")), name="window_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(share_percent=None) | Q(share_percent__lte=100),
                name="window_share_bounded",
            ),
            models.CheckConstraint(
                condition=Q(source=Source.BASELINE, incident=None)
                | (~Q(source=Source.BASELINE) & Q(incident__isnull=False)),
                name="window_source_matches",
            ),
            models.CheckConstraint(
                condition=~Q(level=Level.OPERATIONAL), name="window_is_not_operational"
            ),
            models.UniqueConstraint(
                fields=["component"],
                condition=Q(source=Source.BASELINE, end=None, superseded_at=None),
                name="window_one_open_baseline",
            ),
            models.UniqueConstraint(
                fields=["incident", "component", "kind"],
                condition=Q(end=None, superseded_at=None, cohort=None),
                name="window_one_open_per_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["page", "start"], condition=Q(superseded_at=None), name="window_current"
            ),
            models.Index(
                fields=["component"],
                condition=Q(superseded_at=None, end=None),
                name="window_open",
            ),
            models.Index(
                fields=["component", "end"],
                condition=Q(superseded_at=None),
                name="window_by_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component_id} {self.level} from {self.start:%Y-%m-%d %H:%M}"

    @classmethod
    def record(
        cls,
        component: "Component",
        *,
        level: str,
        kind: str,
        start: datetime,
        incident: "Incident",
        by: Actor,
        at: datetime,
        end: datetime | None = None,
        cohort: "Cohort | None" = None,
        **details: Any,
    ) -> Self:
        """Add a window to an incident, apart from its posts; it may lie wholly in the past.

        `details`: precision, share_percent, count_affected, count_unit, note. Raises
        ValidationError on "component", "cohort", "level", "kind", "start", "end" or the detail.
        """
        place = {"component": component, "incident": incident, "cohort": cohort}
        fields = place | {"level": level, "kind": kind, "start": start, "end": end} | details
        with incident.page.writing(by=by, at=at) as journal:
            incident.refresh_for_writing()
            rules.check(fields, cls.objects.current(), at)
            window = cls.write(at, page=incident.page, source=incident.window_source, **fields)
            journal.append("window.recorded", window, incident=incident, after=window.facts())
        return window

    @classmethod
    def write(cls, at: datetime, **fields: Any) -> Self:
        """Store one row, within a verb that has checked it; an end it has is known from now on."""
        closed_at = at if fields.get("end") else None
        return cls.objects.create(recorded_at=at, closed_at=closed_at, **fields)

    @classmethod
    def turn(
        cls,
        component: "Component",
        level: Level,
        *,
        source: Source,
        moment: datetime,
        at: datetime,
        incident: "Incident | None" = None,
    ) -> None:
        """Let the component be at `level` from `moment` on, as far as this source is concerned.

        Must run inside `page.writing`. Raises ValidationError on "happened_at" when an open
        window of the same source begins later than `moment`.
        """
        open_windows = cls.objects.current().filter(
            component=component, incident=incident, source=source, end=None, cohort=None
        )
        held = list(open_windows.select_related("component"))
        for window in held:
            window._refuse_before(moment, "happened_at")
            if window.level != level:
                window.end_at(moment, at)
        if level != Level.OPERATIONAL and level not in [window.level for window in held]:
            cls.objects.create(
                page=component.page,
                component=component,
                incident=incident,
                level=level,
                kind=usual_kind(level),
                start=moment,
                source=source,
                recorded_at=at,
            )

    def close(self, end: datetime, *, by: Actor, at: datetime) -> None:
        """Give an open window its end."""
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing()
            if self.end is not None:
                raise checks.refusal("end", "This window has an end already; supersede it instead.")
            rules.check_times(self.start, end, at)
            self.end_at(end, at)
            journal.append("window.closed", self, incident=self.incident, after=self.facts())

    def supersede(
        self, *, by: Actor, at: datetime, because: str = "", **changes: Any
    ) -> "ImpactWindow":
        """Replace this window by one with `changes`; the old row stays, dated, with the reason.

        Raises ValidationError as `record` does, on "because", and on "window" for one that was
        replaced already or would stay as it is.
        """
        because = checks.line(because, field="because", required=False)
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing()
            self._refuse_unchanged(changes)
            fields = self.carried() | changes
            rules.check(fields, type(self).objects.current().exclude(pk=self.pk), at)
            before = self.facts()
            self.retire(at, because)
            replacement = self.write(at, **fields)
            self.superseded_by = replacement
            self.save(update_fields=["superseded_by"])
            said, says = self._restate(replacement)
            journal.append(
                "window.superseded",
                replacement,
                incident=self.incident,
                before=before | said,
                after=replacement.facts() | says,
            )
        return replacement

    def retract(self, because: str, *, by: Actor, at: datetime) -> None:
        """Take back a window that never was; it stays on record with the reason.

        Raises ValidationError on "because", and on "window" for one that was replaced already.
        """
        because = checks.line(because, field="because")
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing()
            self.retire(at, because)
            journal.append("window.retracted", self, incident=self.incident, before=self.facts())

    @property
    def page_level(self) -> Level:
        """The level for the component as a whole: a cohort's outage is a partial one."""
        level = Level(self.level)
        if self.cohort_id and SEVERITY[level] > SEVERITY[Level.PARTIAL_OUTAGE]:
            return Level.PARTIAL_OUTAGE
        return level

    def span(self, until: datetime) -> Span:
        """Return the window as a span; one that is still open reaches to `until`."""
        return Span(self.start, max(self.start, self.end or until))

    def facts(self) -> dict[str, Any]:
        """Return what the journal keeps of a window."""
        return {name: getattr(self, name) for name in _FACTS}

    def carried(self) -> dict[str, Any]:
        """Return what a replacement takes over."""
        return {name: getattr(self, name) for name in _CARRIED}

    def as_known(self, at: datetime) -> Self:
        """Forget what was written down after `at`; only for reading, never for saving."""
        if self.superseded_at and self.superseded_at > at:
            self.superseded_at, self.superseded_because, self.superseded_by = None, "", None
        if self.closed_at and self.closed_at > at:
            self.end = self.closed_at = None
        return self

    def end_at(self, moment: datetime, at: datetime, field: str = "happened_at") -> None:
        """Let the window end at `moment`, within a verb; one that never lasted is retired."""
        self._refuse_before(moment, field)
        if moment == self.start:
            self.retire(at)
        else:
            self.end, self.closed_at = moment, at
            self.save(update_fields=["end", "closed_at"])

    def retire(self, at: datetime, because: str = "", by: "ImpactWindow | None" = None) -> None:
        """Let the row count no longer, within a verb; `by` is what stands in its place."""
        self.superseded_at, self.superseded_because, self.superseded_by = at, because, by
        self.save(update_fields=["superseded_at", "superseded_because", "superseded_by"])

    def _refuse_before(self, moment: datetime, field: str) -> None:
        if moment < self.start:
            raise checks.refusal(
                field,
                f"{self.component.name} is recorded as {self.get_level_display().lower()} from "
                f"{minute(self.start)} on; to change it before then, edit the window.",
            )

    def _refresh_for_writing(self) -> None:
        self.refresh_from_db()
        if self.superseded_at is not None:
            raise checks.refusal("window", "This window was replaced already; edit the newer one.")
        if self.incident is not None:
            self.incident.refresh_for_writing()

    def _restate(self, replacement: Self) -> tuple[dict[str, Any], dict[str, Any]]:
        if self.incident is None:
            return {}, {}
        start = corrected(self.incident, self.start, replacement.start)
        return self.incident.restate_start(start)

    def _refuse_unchanged(self, changes: dict[str, Any]) -> None:
        if all(getattr(self, name) == value for name, value in changes.items()):
            raise checks.refusal("window", "Nothing is different: say what was otherwise.")


_CARRIED = (
    "page component incident cohort level kind start end precision share_percent count_affected "
    "count_unit source note"
).split()
_FACTS = ("level", "kind", "start", "end", "precision", "share_percent", "count_affected")
