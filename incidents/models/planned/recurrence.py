"""Planned work that comes back by a rule, in a time zone of its own."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from incidents.core import checks, markup, zones
from incidents.core.instants import require_aware, spell
from incidents.core.lifecycles import Status
from incidents.core.recurring import Rule
from incidents.models.clock import CLOCK, one_by_one
from incidents.models.fields import PublicIdField
from incidents.models.planned import plan as rules
from incidents.models.planned.maintenance import Maintenance
from incidents.models.site.page import Page
from incidents.models.story.incident import Incident
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.site.component import Component

# How far ahead occurrences stand on the page, and how often the clock looks; after a failure, too.
HORIZON: Final = timedelta(days=35)
OFTEN: Final = timedelta(days=1)
AGAIN: Final = timedelta(hours=1)


class Recurrence(models.Model):
    """A rule (RFC 5545) from which maintenances are planned ahead; exceptions are local dates."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="recurrences")
    public_id = PublicIdField()
    title = models.CharField(max_length=checks.TITLE_LIMIT)
    body = models.TextField()
    rule = models.CharField(max_length=255)
    time_zone = models.CharField(max_length=64)
    first_start = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    max_minutes = models.PositiveIntegerField(null=True, blank=True)
    reminders = models.JSONField(default=list)
    exceptions = models.JSONField(default=list)
    components = models.ManyToManyField("incidents.Component", related_name="+", blank=True)
    notify = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    planned_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("first_start", "pk")

    def __str__(self) -> str:
        return self.title

    @classmethod
    def set_up(
        cls,
        page: Page,
        *,
        title: str,
        body: str,
        rule: str,
        first_start: datetime,
        minutes: int,
        by: Actor,
        at: datetime,
        time_zone: str = "",
        components: Sequence["Component"] = (),
        max_minutes: int | None = None,
        reminders: Sequence[int] = (),
        exceptions: Sequence[date] = (),
        notify: bool = True,
    ) -> "Recurrence":
        """Let work come back; what lies within five weeks is planned at once, the next one told.

        Raises ValidationError on "title", "body", "rule", "first_start", "minutes", "time_zone",
        "components", "max_minutes", "reminders" or "exceptions".
        """
        recurrence = cls(
            page=page,
            title=checks.line(title, field="title"),
            body=body,
            rule=rule.strip().upper().removeprefix("RRULE:"),
            time_zone=_known_zone(time_zone or page.time_zone),
            first_start=require_aware(first_start, "first_start"),
            minutes=minutes,
            max_minutes=max_minutes,
            reminders=sorted(set(reminders), reverse=True),
            exceptions=sorted(day.isoformat() for day in set(exceptions)),
            notify=notify,
            created_at=at,
        )
        if recurrence.first_start < at:
            raise checks.refusal("first_start", "This has passed; name the next date of the rule.")
        recurrence._check(components)
        with page.writing(by=by, at=at) as journal:
            recurrence.save()
            recurrence.components.set(components)
            journal.append("recurrence.set_up", recurrence, after={"rule": recurrence.rule})
            recurrence._plan(by, at, notify=notify)
        return recurrence

    @classmethod
    def plan_ahead(cls, *, at: datetime) -> int:
        """Plan what has come within five weeks, and the next one at least; returns how many."""
        look = Q(planned_until=None) | Q(planned_until__lt=at + HORIZON - OFTEN)
        due = cls.objects.filter(look, ended_at=None).select_related("page")
        return one_by_one(due, lambda recurrence: recurrence._planned_by_clock(at))

    def change(
        self,
        *,
        by: Actor,
        at: datetime,
        components: Sequence["Component"] | None = None,
        **changes: Any,
    ) -> None:
        """Change what is planned from now on: title, body, minutes, max_minutes, reminders, notify.

        Occurrences that stand on the page already are changed one by one. Another rule is another
        recurrence: end this one.
        """
        if unknown := sorted(set(changes) - _CHANGEABLE):
            raise checks.refusal(unknown[0], "This stays as it is; end it and set up another.")
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_running()
            for name, value in changes.items():
                setattr(self, name, value)
            hit = list(self.components.all()) if components is None else components
            self.title = checks.line(self.title, field="title")
            self._check(hit)
            self.save(update_fields=[*changes, "title"])
            self.components.set(hit)
            journal.append("recurrence.changed", self, after={"fields": sorted(changes)})

    def skip(self, day: date, *, body: str, by: Actor, at: datetime, notify: bool = True) -> None:
        """Leave out one date; work that is planned on it already is cancelled and told.

        Raises ValidationError on "day" for a date that is none of the rule's, or has passed.
        """
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_running()
            start = next((each for each in self.starts() if self._day(each) == day), None)
            if start is None or start <= at:
                raise checks.refusal("day", f"{day} is no date to come of this rule.")
            self.exceptions = sorted({*self.exceptions, day.isoformat()})
            self.save(update_fields=["exceptions"])
            for occurrence in self._waiting(at):
                if self._day_of(occurrence) == day:
                    occurrence.cancel(body=body, by=by, at=at, notify=notify)
            journal.append("recurrence.skipped", self, after={"day": day.isoformat()})
            self._plan(by, at)

    def end(self, *, body: str, by: Actor, at: datetime, notify: bool = True) -> None:
        """Let it come back no more; subscribers hear one word, on the next date that falls away.

        What is under way goes on; everything planned that has not begun is cancelled.
        """
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_running()
            for number, occurrence in enumerate(self._waiting(at)):
                occurrence.cancel(body=body, by=by, at=at, notify=notify and number == 0)
            self.ended_at = at
            self.save(update_fields=["ended_at"])
            journal.append("recurrence.ended", self)

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose clock the rule follows."""
        return ZoneInfo(self.time_zone)

    def starts(self) -> list[datetime]:
        """Every start that the rule gives, exceptions left out."""
        found = Rule.parse(self.rule).starts(self.first_start, self.zone)
        return [start for start in found if self._day(start).isoformat() not in self.exceptions]

    def _plan(self, by: Actor, at: datetime, *, notify: bool = False) -> int:
        """Plan what is due to stand on the page, within a verb; `notify` tells the first of it."""
        coming = [start for start in self.starts() if start > at]
        near = [start for start in coming if start <= at + HORIZON] or coming[:1]
        # By their days: new rules of a time zone give what is planned already other instants.
        planned = {self._day_of(occurrence) for occurrence in self.occurrences.only("recurs_on")}
        fresh = [start for start in near if self._day(start) not in planned]
        for number, start in enumerate(fresh):
            self._occur(start, by, at, notify=notify and number == 0)
        self.planned_until = at + HORIZON
        self.save(update_fields=["planned_until"])
        return len(fresh)

    def _occur(self, start: datetime, by: Actor, at: datetime, *, notify: bool) -> None:
        Maintenance.schedule(
            self.page,
            title=self.title,
            body=self.body,
            start=start,
            end=start + timedelta(minutes=self.minutes),
            components=list(self.components.all()),
            max_minutes=self.max_minutes,
            reminders=self.reminders if self.notify else (),
            recurrence=self,
            recurs_on=start,
            notify=notify,
            by=by,
            at=at,
        )

    def _waiting(self, at: datetime) -> models.QuerySet[Maintenance]:
        """Occurrences that are planned and have not begun, the next one first."""
        mine = Maintenance.objects.filter(recurrence=self, started_at__gt=at, withdrawn_at=None)
        return mine.filter(status=Status.SCHEDULED).order_by("started_at", "pk")

    def _day_of(self, occurrence: Incident) -> date | None:
        return self._day(occurrence.recurs_on) if occurrence.recurs_on else None

    def _day(self, start: datetime) -> date:
        return start.astimezone(self.zone).date()

    def _planned_by_clock(self, at: datetime) -> int:
        # Whatever comes of it: one that cannot be planned is not tried again at once.
        again = at + HORIZON - OFTEN + AGAIN
        type(self).objects.filter(pk=self.pk).update(planned_until=again)
        with self.page.writing(by=CLOCK, at=at):
            self.refresh_from_db()
            return 0 if self.ended_at else self._plan(CLOCK, at)

    def _refresh_running(self) -> None:
        self.refresh_from_db()
        if self.ended_at is not None:
            raise checks.refusal("status", "This has ended already; set up another.")

    def _check(self, components: "Iterable[Component]") -> None:
        markup.render(self.body)
        if not self.body.strip():
            raise checks.refusal("body", "Say something: readers need words, not dates alone.")
        rules.check_components(components, self.page)
        rules.check_bound(self.max_minutes)
        rules.check_reminders(self.reminders)
        if not 1 <= self.minutes <= rules.EARLIEST:
            raise checks.refusal("minutes", "Each lasts at least one minute, and 28 days at most.")
        starts = Rule.parse(self.rule).starts(self.first_start, self.zone)
        self._check_exceptions(starts)
        gaps = [later - earlier for earlier, later in pairwise(starts)]
        if gaps and min(gaps) < timedelta(minutes=self.minutes):
            raise checks.refusal(
                "minutes", f"The next one begins {spell(min(gaps))} later; make each shorter."
            )

    def _check_exceptions(self, starts: Sequence[datetime]) -> None:
        days = {self._day(start).isoformat() for start in starts}
        if strange := sorted(set(self.exceptions) - days):
            raise checks.refusal("exceptions", f"{strange[0]} is no date of this rule.")


def _known_zone(name: str) -> str:
    if name not in zones.names():
        raise checks.refusal(
            "time_zone", f"“{name[:64]}” is no time zone; use a name like Europe/Berlin or UTC."
        )
    return name


_CHANGEABLE: Final = frozenset("title body minutes max_minutes reminders notify".split())
