"""What every entry of the record is made of, whichever kind it is, and how it is read."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.impacts import Source
from incidents.core.instants import between
from incidents.core.levels import Impact
from incidents.core.lifecycles import OVER, CauseState, Kind, Outcome, Status
from incidents.models.fields import PublicIdField
from incidents.models.sight import is_in_sight
from incidents.models.site.page import Page
from incidents.models.story.beginning import Beginning

if TYPE_CHECKING:
    from incidents.models.site.component import Component
    from incidents.models.story.update import Update
    from incidents.models.story.window import ImpactWindow

Levels = Mapping["Component", str]


class Entry(models.Model):
    """The columns of an incident, a maintenance or an announcement; its verbs are one file up."""

    page = models.ForeignKey(Page, models.PROTECT, related_name="incidents")
    public_id = PublicIdField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.INCIDENT)
    title = models.CharField(max_length=checks.TITLE_LIMIT)
    status = models.CharField(max_length=16, choices=Status)
    impact_override = models.CharField(max_length=12, choices=Impact, blank=True)
    summary = models.TextField(blank=True)
    summary_html = models.TextField(blank=True)
    summary_at = models.DateTimeField(null=True, blank=True)
    tags = models.JSONField(default=list)
    cause = models.CharField(max_length=255, blank=True)
    cause_category = models.CharField(max_length=60, blank=True)
    cause_state = models.CharField(max_length=10, choices=CauseState, default=CauseState.UNKNOWN)
    external_id = models.CharField(max_length=120, blank=True)
    metadata = models.JSONField(default=dict)
    origin_note = models.CharField(max_length=500, blank=True)
    canonical_url = models.URLField(blank=True)
    rehearsal = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    ends_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the clock takes an announcement away.")
    )
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    detected_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    mitigated_at = models.DateTimeField(null=True, blank=True)
    monitoring_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    credit_statement = models.JSONField(null=True, blank=True)
    hit_routes = models.JSONField(
        default=list, blank=True, help_text=_("Ways of telling that it has hit itself.")
    )
    silence_noted_at = models.DateTimeField(null=True, blank=True)
    audience = models.ForeignKey(
        "incidents.Cohort", models.PROTECT, null=True, blank=True, related_name="maintenances"
    )
    max_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("How long each window of planned work may last.")
    )
    announced_for = models.ManyToManyField(
        "incidents.Component", related_name="announced_maintenances", blank=True
    )
    recurrence = models.ForeignKey(
        "incidents.Recurrence", models.PROTECT, null=True, blank=True, related_name="occurrences"
    )
    recurs_on = models.DateTimeField(
        null=True, blank=True, help_text=_("The start that the rule gave to this occurrence.")
    )

    corrected_windows: "list[ImpactWindow]"

    class Meta:
        abstract = True
        ordering = ("-started_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(resolved_at__gte=F("started_at")),
                name="incident_resolved_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.RESOLVED, Status.COMPLETED])
                | Q(resolved_at__isnull=False),
                name="incident_resolved_has_time",
            ),
            models.UniqueConstraint(
                fields=["page", "external_id"],
                condition=~Q(external_id=""),
                name="incident_external_id_unique",
            ),
            models.UniqueConstraint(
                fields=["recurrence", "recurs_on"],
                condition=Q(recurrence__isnull=False),
                name="incident_occurs_once",
            ),
        ]
        indexes = [
            models.Index(fields=["page", "kind", "-started_at"], name="incident_by_page"),
            models.Index(
                fields=["page", "status"], condition=~Q(status__in=OVER), name="incident_unresolved"
            ),
            models.Index(fields=["status"], name="incident_by_status"),
            models.Index(fields=["page", "resolved_at"], name="incident_by_end"),
            models.Index(fields=["page", "-updated_at", "-id"], name="incident_by_change"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_maintenance(self) -> bool:
        """Whether this is planned work."""
        return self.kind == Kind.MAINTENANCE

    @property
    def status_word(self) -> str:
        """What it is called now: what it turned out to be, else its status."""
        return str(Outcome(self.outcome).label if self.outcome else Status(self.status).label)

    @property
    def is_open(self) -> bool:
        """Whether it goes on, or is still to come."""
        return self.status not in OVER

    @property
    def is_public(self) -> bool:
        """The rule of `visible_to(PUBLIC)` for a row that was fetched; its page has one more."""
        taken_back = self.withdrawn_at is not None or self.rehearsal
        return self.published_at is not None and not taken_back and is_in_sight(self)

    @property
    def window_source(self) -> Source:
        """What the windows of this entry come from."""
        return Source.MAINTENANCE if self.is_maintenance else Source.INCIDENT

    @property
    def public_path(self) -> str:
        """Where the world reads it, within the page."""
        return f"{'maintenance' if self.is_maintenance else 'incidents'}/{self.public_id}/"

    @property
    def public_url(self) -> str:
        """Where the world reads it."""
        return self.page.url(self.public_path)

    @property
    def began(self) -> datetime:
        """When it began, as everybody is told; reads windows that were prefetched."""
        return Beginning.of(self).at

    @property
    def began_about(self) -> bool:
        """Whether that is only roughly known."""
        return Beginning.of(self).about

    @property
    def duration(self) -> timedelta | None:
        """From its beginning to the stated end, as clocks show them; None while open."""
        return between(self.began, self.resolved_at) if self.resolved_at else None

    def tell(
        self,
        journal: Any,
        kind: str,
        update: "Update",
        before: dict[str, Any] | None = None,
        **after: Any,
    ) -> None:
        """Append the event of an update, with what else it changed; a rehearsal is never told."""
        tell = update.notify and not self.rehearsal and self.published_at is not None
        journal.append(
            kind,
            update,
            incident=self,
            tell=tell,
            before=before,
            after={"status": update.status, "no": update.number} | after,
        )

    def restate_start(self, start: datetime) -> tuple[dict[str, datetime], dict[str, datetime]]:
        """Let the stated start be another, within a verb; returns what the journal keeps of it."""
        if start == self.started_at:
            return {}, {}
        said, self.started_at = self.started_at, start
        self.save(update_fields=["started_at"])
        return {"started_at": said}, {"started_at": start}

    def refresh_for_writing(self) -> None:
        """Read the row anew inside the transaction that holds the page's lock."""
        self.refresh_from_db(
            fields=[
                "status",
                "outcome",
                "started_at",
                "monitoring_at",
                "resolved_at",
                "withdrawn_at",
            ]
        )
        if self.withdrawn_at:
            raise checks.refusal("status", "This was withdrawn; open a new one instead.")
