"""What was said, and when: append-only, editable for a short grace, then frozen."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.models import Q

from incidents.core import checks, markup
from incidents.core.impacts import Source
from incidents.core.instants import require_aware
from incidents.core.levels import Level, worst
from incidents.core.lifecycles import OVER, Outcome, Status, check_step
from incidents.models.event import Event
from incidents.models.fields import PublicIdField
from incidents.models.guarding import guarded, refuse_unread
from incidents.models.story.keeping import keep_by
from incidents.models.story.redaction import wipe
from incidents.models.story.update_level import UpdateLevel
from incidents.models.story.update_text import UpdateText
from incidents.models.story.window import ImpactWindow
from incidents.models.story.wording import Wording
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.site.component import Component
    from incidents.models.story.commitment import Commitment
    from incidents.models.story.incident import Incident

__all__ = ["GRACE", "Update", "Wording"]

GRACE: Final = timedelta(minutes=10)


class Update(models.Model):
    """One post on an incident: words, status, and the component levels that it changed."""

    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="updates")
    public_id = PublicIdField()
    number = models.PositiveIntegerField()
    headline = models.CharField(max_length=checks.TITLE_LIMIT, blank=True)
    body = models.TextField()
    html = models.TextField()
    status = models.CharField(max_length=16, choices=Status)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    posted_at = models.DateTimeField()
    happened_at = models.DateTimeField(null=True, blank=True)
    author = models.CharField(max_length=200, blank=True)
    signature = models.CharField(max_length=120, blank=True)
    notify = models.BooleanField(default=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    social_text = models.CharField(max_length=280, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    reached = models.JSONField(default=list, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True)
    redaction_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="update_number_unique"),
            models.CheckConstraint(
                condition=Q(redacted_at=None) | Q(body=""), name="update_redacted_is_blank"
            ),
        ]

    def __str__(self) -> str:
        said = self.headline or shorten(markup.plain(self.body), 60, placeholder="…")
        return f"#{self.number} {said}"

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """The status in words, or what this says that it turned out to be.

        Django's own translates all of them to find one.
        """
        return str(Outcome(self.outcome).label if self.outcome else Status(self.status).label)

    @classmethod
    def post(
        cls,
        incident: "Incident",
        *,
        body: str,
        by: Actor,
        at: datetime,
        status: str | None = None,
        levels: Mapping["Component", str] | None = None,
        happened_at: datetime | None = None,
        corrects: "Update | None" = None,
        next_update_due: datetime | None = None,
        notify: bool = True,
        after: int | None = None,
        **wording: Any,
    ) -> "Update":
        """Post on an incident; names only the components whose level changes.

        `happened_at` states when it was so, if that was earlier; `after` is the number of the
        newest update that its author had read: a newer one raises Conflict on "body". `wording`:
        headline, social_text, signature, next_update_unknown. Resolving has a verb of its own:
        `incident.resolve`. Raises ValidationError on "body", "status", "levels", "happened_at",
        "corrects", "next_update_due" or "next_update_unknown".
        """
        words = Wording.of(body=body, **wording)
        moment = _stated(happened_at, at)
        with incident.page.writing(by=by, at=at) as journal:
            incident.refresh_for_writing()
            refuse_unread(incident, after)
            step = check_step(incident.kind, incident.status, status or incident.status)
            _check_has_no_verb(incident, step)
            update = cls.append(
                journal, incident, words, status=step, levels=levels or {}, moment=moment,
                happened_at=happened_at, corrects=corrects, next_update_due=next_update_due,
                notify=notify,
            )  # fmt: skip
            incident.tell(journal, "incident.updated", update)
        return update

    @classmethod
    def append(
        cls,
        journal: "Journal",
        incident: "Incident",
        words: Wording,
        *,
        status: str,
        levels: Mapping["Component", str],
        moment: datetime,
        happened_at: datetime | None = None,
        corrects: "Update | None" = None,
        next_update_due: datetime | None = None,
        still_owed: Collection["Commitment"] = (),
        notify: bool = True,
        is_news: bool = True,
        outcome: str = "",
    ) -> "Update":
        """Store one post inside a verb's transaction: words, levels, the promise, the status.

        What is no news of the trouble keeps no promise of some, and makes none.
        """
        _check_levels(incident, levels, status)
        if corrects is not None:
            corrects.check_correctable(incident)
        update = cls.objects.create(
            incident=incident,
            number=cls.objects.filter(incident=incident).count() + 1,
            headline=words.headline,
            body=words.body,
            html=words.html,
            social_text=words.social_text,
            signature=words.signature,
            status=status,
            outcome=outcome,
            posted_at=journal.at,
            happened_at=happened_at,
            author=journal.by.label,
            corrects=corrects,
            notify=notify,
        )
        UpdateText.say_alike(update, words.elsewhere)
        update._turn_levels(levels, moment)
        update._turn_status(moment)
        if is_news:
            keep_by(
                journal, update, moment, next_due=next_update_due,
                next_unknown=words.next_update_unknown, still_owed=still_owed,
            )  # fmt: skip
        return update

    @classmethod
    def levels_ended(cls, incident: "Incident") -> dict["Component", str]:
        """Return what the last resolution ended; reads updates that were prefetched."""
        ends = [update for update in incident.updates.all() if update.status == Status.RESOLVED]
        last = max(ends, key=lambda update: update.number, default=None)
        return {row.component: row.old_level for row in last.levels.all()} if last else {}

    def edit(
        self, *, body: str, by: Actor, at: datetime, headline: str = "", seen: str = ""
    ) -> None:
        """Mend a slip within ten minutes of posting; after that a correction is posted instead."""
        if at - self.posted_at > GRACE:
            raise checks.refusal(
                "body", "This was posted over ten minutes ago; post a correction that names it."
            )
        words = Wording.of(body=body, headline=headline)
        with self.incident.page.writing(by=by, at=at) as journal:
            self._refuse_if_redacted("body")
            changes = {"body": words.body, "html": words.html, "headline": words.headline}
            changes = guarded(journal, self, seen, changes) | {"edited_at": at}
            for name, value in changes.items():
                setattr(self, name, value)
            self.save(update_fields=list(changes))
            UpdateText.take_back_alike(self)
            journal.append("update.edited", self, incident=self.incident)

    def redact(self, reason: str, *, by: Actor, at: datetime) -> None:
        """Remove the words for good, leaving a dated stub with the reason. Raises on "reason"."""
        reason = checks.line(reason, field="reason", limit=500)
        with self.incident.page.writing(by=by, at=at) as journal:
            self._refuse_if_redacted("reason")
            wipe(journal, self, reason)
            journal.append("update.redacted", self, incident=self.incident)

    def state_reach(self, reached: Sequence[Mapping[str, Any]], *, by: Actor, at: datetime) -> None:
        """State who was told of it by now: `[{"channel": "email", "sent": 12431, "of": 12500}]`."""
        with self.incident.page.writing(by=by, at=at) as journal:
            self.reached, self.reached_at = [dict(each) for each in reached], at
            self.save(update_fields=["reached", "reached_at"])
            journal.append(
                "update.reached", self, incident=self.incident, after={"reached": self.reached}
            )

    @classmethod
    def redacted_since(cls, since: datetime) -> list["Update"]:
        """Return those whose words were removed lately, for whoever has kept a copy."""
        events = Event.objects.filter(kind="update.redacted", at__gte=since)
        names = list(events.values_list("object_id", flat=True))
        return list(cls.objects.filter(public_id__in=names).select_related("incident__page"))

    @property
    def shown_at(self) -> datetime:
        """The time that readers see: the stated one, else that of posting."""
        return self.happened_at or self.posted_at

    @property
    def anchor(self) -> str:
        """The fragment that names this update on its incident's page."""
        return f"update-{self.public_id}"

    @property
    def public_url(self) -> str:
        """The permalink of this very update."""
        return f"{self.incident.public_url}#{self.anchor}"

    def check_correctable(self, incident: "Incident") -> None:
        """Raise on "corrects" unless an update of `incident` may put this one right."""
        if self.incident_id != incident.pk:
            raise checks.refusal("corrects", "That update belongs to another incident.")
        self.refresh_from_db(fields=["redacted_at"])
        if self.redacted_at:
            raise checks.refusal(
                "corrects", "That update was redacted: there are no words left to correct."
            )

    def is_editable(self, at: datetime) -> bool:
        """Whether a slip can still be mended in place."""
        return at - self.posted_at <= GRACE and not self.redacted_at

    def _refuse_if_redacted(self, field: str) -> None:
        self.refresh_from_db(fields=["redacted_at"])
        if self.redacted_at:
            raise checks.refusal(field, "This was redacted already; its words are gone for good.")

    def _turn_status(self, moment: datetime) -> None:
        incident = self.incident
        incident.status, incident.updated_at = self.status, self.posted_at
        if self.status == Status.MONITORING and incident.monitoring_at is None:
            incident.monitoring_at = moment
        incident.save(update_fields=["status", "updated_at", "monitoring_at"])

    def _turn_levels(self, levels: Mapping["Component", str], moment: datetime) -> None:
        incident = self.incident
        source = Source.MAINTENANCE if incident.is_maintenance else Source.INCIDENT
        for component, level in levels.items():
            others = self._level_by_others(component, moment)
            UpdateLevel.objects.create(
                update=self,
                component=component,
                old_level=self._level_before(component, moment),
                new_level=level,
                held_level=others if worst([others, level]) != level else "",
            )
            ImpactWindow.turn(
                component, Level(level), source=source, moment=moment, at=self.posted_at,
                incident=incident,
            )  # fmt: skip

    def _level_before(self, component: "Component", moment: datetime) -> Level:
        before = moment - timedelta(microseconds=1)
        windows = self.incident.windows.filter(component=component, superseded_at=None, cohort=None)
        held = [w for w in windows if w.start <= before and (w.end is None or w.end > before)]
        return worst(window.level for window in held)

    def _level_by_others(self, component: "Component", moment: datetime) -> Level:
        """What holds a component whatever becomes of this incident."""
        counting = ImpactWindow.objects.counting().filter(component=component, start__lte=moment)
        going_on = counting.filter(Q(end=None) | Q(end__gt=moment))
        return worst(each.page_level for each in going_on.exclude(incident=self.incident))


def _stated(happened_at: datetime | None, at: datetime) -> datetime:
    if happened_at is None:
        return at
    moment = require_aware(happened_at, "happened_at")
    return checks.not_in_future(moment, at, field="happened_at")


def _check_has_no_verb(incident: "Incident", step: str) -> None:
    if step == incident.status:
        return
    if step in OVER:
        raise checks.refusal(
            "status", "Ending has a verb of its own: resolve, complete, cancel or end."
        )
    if Status.SCHEDULED in {step, incident.status}:
        raise checks.refusal("status", "Planned work gets its dates, and begins, by its own verbs.")


def _check_levels(incident: "Incident", levels: Mapping["Component", str], status: str) -> None:
    for component, level in levels.items():
        if component.page_id != incident.page_id:
            raise checks.refusal("levels", f"“{component}” is a component of another page.")
        checks.choice(level, Level.values, field="levels")
        if status in OVER and level != Level.OPERATIONAL:
            raise checks.refusal("levels", f"“{component}” cannot fail in what is over; reopen it.")
