"""When work is planned, on what, and how long it may last at most."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import F, Q

from incidents.core import checks
from incidents.core.clocks import minute
from incidents.core.instants import require_aware
from incidents.core.lifecycles import Status
from incidents.models.clock import CLOCK, one_by_one
from incidents.models.planned.picking import ScheduledWindowQuerySet
from incidents.models.planned.plan import Plan, overlap
from incidents.models.planned.saying import say
from incidents.models.sight import SomeInSight
from incidents.models.story.incident import Incident
from incidents.models.story.update import Update, Wording
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.site.component import Component

UNDER_WAY: Final = (Status.IN_PROGRESS, Status.VERIFYING)


class ScheduledWindow(models.Model):
    """One planned stretch of a maintenance; moving it supersedes, so that readers see the move."""

    maintenance = models.ForeignKey(Incident, models.CASCADE, related_name="scheduled_windows")
    start = models.DateTimeField()
    end = models.DateTimeField()
    max_minutes = models.PositiveIntegerField(null=True, blank=True)
    ends_by_itself = models.BooleanField(default=True)
    components = models.ManyToManyField(
        "incidents.Component", related_name="scheduled_windows", blank=True
    )
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    overrun_noted_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="supersedes")

    objects = SomeInSight.from_queryset(ScheduledWindowQuerySet)()

    class Meta:
        ordering = ("start", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")), name="scheduled_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(
                fields=["start"],
                condition=Q(superseded_at=None, ended_at=None),
                name="scheduled_not_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M}"

    @classmethod
    def plan(cls, maintenance: Incident, plan: Plan, at: datetime) -> "ScheduledWindow":
        """Store a window with its reminders, within a verb; one whose time passed is not made."""
        window = cls.objects.create(
            maintenance=maintenance,
            start=plan.start,
            end=plan.end,
            max_minutes=plan.max_minutes,
            ends_by_itself=plan.ends_by_itself,
        )
        window.components.set(plan.components)
        window._remind(plan.reminders, at)
        return window

    @classmethod
    def add(
        cls,
        maintenance: Incident,
        *,
        start: datetime,
        end: datetime,
        body: str,
        by: Actor,
        at: datetime,
        components: "Sequence[Component]" = (),
        max_minutes: int | None = None,
        ends_by_itself: bool = True,
        reminders: Sequence[int] = (),
        notify: bool = True,
        **wording: str,
    ) -> Update:
        """Plan a further window. Raises ValidationError on "status" or what a `Plan` refuses."""
        words = Wording.of(body=body, **wording)
        plan = Plan(
            start=start, end=end, components=components,
            max_minutes=max_minutes or maintenance.max_minutes,
            ends_by_itself=ends_by_itself, reminders=reminders,
        )  # fmt: skip
        plan.check(maintenance.page, at)
        with maintenance.page.writing(by=by, at=at) as journal:
            maintenance.refresh_for_writing()
            if maintenance.status not in {Status.SCHEDULED, *UNDER_WAY}:
                raise checks.refusal("status", "Only work that has dates gets a further window.")
            _check_apart(maintenance.scheduled_windows.current(), plan)
            cls.plan(maintenance, plan, at)
            return say(
                journal, maintenance, words, status=maintenance.status, notify=notify,
                event="maintenance.window_added",
            )  # fmt: skip

    @classmethod
    def note_overruns(cls, *, at: datetime) -> int:
        """Tell staff, once, of work that lasts longer than was said; returns of how much."""
        unnoted = cls.objects.running().filter(overrun_noted_at=None, began_at__lte=at)
        live = unnoted.filter(maintenance__withdrawn_at=None)
        late = [
            window
            for window in live.filter(Q(end__lt=at) | Q(max_minutes__isnull=False))
            .select_related("maintenance__page")
            if window.overrun_at(at)
        ]  # fmt: skip
        return one_by_one(late, lambda window: window._note_overrun(at))

    def reschedule(
        self,
        *,
        start: datetime,
        end: datetime,
        body: str,
        by: Actor,
        at: datetime,
        components: "Sequence[Component] | None" = None,
        max_minutes: int | None = None,
        reminders: Sequence[int] | None = None,
        notify: bool = True,
        **wording: str,
    ) -> Update:
        """Move a window that has not begun; readers see both times, reminders move along.

        Raises ValidationError on "start", "end", "status" or what a `Plan` refuses.
        """
        words = Wording.of(body=body, **wording)
        with self.maintenance.page.writing(by=by, at=at) as journal:
            maintenance = self._refresh_for_moving()
            if self.began_at is not None:
                raise checks.refusal("start", "This has begun already; extend it instead.")
            plan = Plan(
                start=start,
                end=end,
                components=list(self.components.all()) if components is None else components,
                max_minutes=max_minutes or self.max_minutes,
                ends_by_itself=self.ends_by_itself,
                reminders=self._kept_reminders(start, at) if reminders is None else reminders,
            )
            plan.check(maintenance.page, at)
            moved = self._replace(plan, at)
            self._start_maintenance_at_first_window()
            return say(
                journal, moved.maintenance, words, status=maintenance.status, notify=notify,
                event="maintenance.rescheduled",
            )  # fmt: skip

    def extend(
        self,
        *,
        end: datetime,
        body: str,
        by: Actor,
        at: datetime,
        notify: bool = True,
        **wording: str,
    ) -> Update:
        """Move the end of a window that is under way. Raises ValidationError on "end"."""
        words, end = Wording.of(body=body, **wording), require_aware(end, "end")
        with self.maintenance.page.writing(by=by, at=at) as journal:
            maintenance = self._refresh_for_moving()
            if self.began_at is None:
                raise checks.refusal("end", "This has not begun; reschedule it instead.")
            if end <= max(at, self.end):
                raise checks.refusal(
                    "end", f"Extend it beyond {minute(max(at, self.end))}, or end it."
                )
            plan = Plan(
                start=self.start,
                end=end,
                components=list(self.components.all()),
                max_minutes=self.max_minutes,
                ends_by_itself=self.ends_by_itself,
            )
            self._replace(plan, at)
            return say(
                journal, maintenance, words, status=maintenance.status, notify=notify,
                event="maintenance.extended",
            )  # fmt: skip

    @property
    def is_running(self) -> bool:
        """Whether it has begun and goes on."""
        return self.began_at is not None and self.ended_at is None and not self.superseded_at

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to come."""
        return self.began_at is None and self.ended_at is None and not self.superseded_at

    @property
    def deadline(self) -> datetime:
        """When it has to be over by what was said: its end, or the longest that was promised."""
        if self.max_minutes is None:
            return self.end
        longest = (self.began_at or self.start) + timedelta(minutes=self.max_minutes)
        return min(self.end, longest)

    def overrun_at(self, at: datetime) -> timedelta:
        """By how much it lasts, or lasted, longer than was said; counted from a minute on."""
        if self.began_at is None or self.superseded_at:
            return timedelta()
        beyond = (self.ended_at or at) - self.deadline
        return beyond if beyond >= timedelta(minutes=1) else timedelta()

    def begin(self, moment: datetime) -> None:
        """It begins, within a verb; what was to remind of it is past."""
        self.began_at = moment
        self.save(update_fields=["began_at"])
        self.drop_reminders()

    def finish(self, moment: datetime) -> None:
        """It ends, within a verb."""
        self.ended_at = moment
        self.save(update_fields=["ended_at"])

    def retire(self, at: datetime) -> None:
        """It will not take place, within a verb."""
        self.superseded_at = at
        self.save(update_fields=["superseded_at"])
        self.drop_reminders()

    def drop_reminders(self) -> None:
        """Nothing reminds of it any more."""
        self.reminders.filter(sent_at=None).delete()

    def _remind(self, reminders: Iterable[int], at: datetime) -> None:
        for minutes in sorted(set(reminders), reverse=True):
            due = self.start - timedelta(minutes=minutes)
            if due > at:
                self.reminders.create(minutes_before=minutes, due=due)

    def _kept_reminders(self, start: datetime, at: datetime) -> list[int]:
        """Those still to come; one that was sent comes again a day later at the earliest."""
        again = at + timedelta(days=1)
        return [
            each.minutes_before
            for each in self.reminders.all()
            if each.sent_at is None or start - timedelta(minutes=each.minutes_before) >= again
        ]

    def _replace(self, plan: Plan, at: datetime) -> "ScheduledWindow":
        _check_apart(self.maintenance.scheduled_windows.current().exclude(pk=self.pk), plan)
        replacement = type(self).plan(self.maintenance, plan, at)
        replacement.began_at = self.began_at
        still_late = self.overrun_noted_at and replacement.overrun_at(at)
        replacement.overrun_noted_at = self.overrun_noted_at if still_late else None
        replacement.save(update_fields=["began_at", "overrun_noted_at"])
        self.superseded_by = replacement
        self.save(update_fields=["superseded_by"])
        self.retire(at)
        return replacement

    def _start_maintenance_at_first_window(self) -> None:
        maintenance = self.maintenance
        windows = maintenance.scheduled_windows.current()
        if not windows.begun().exists():
            maintenance.started_at = windows.order_by("start")[0].start
            maintenance.save(update_fields=["started_at"])

    def _refresh_for_moving(self) -> Incident:
        """Read it anew with its work, as both stand now whoever wrote meanwhile."""
        self.refresh_from_db()
        self.maintenance.refresh_for_writing()
        if not self.maintenance.is_open:
            label = self.maintenance.get_status_display().lower()
            raise checks.refusal("status", f"This is {label}; plan new work instead.")
        if self.superseded_at is not None or self.ended_at is not None:
            raise checks.refusal("start", "This window was moved or is over; use the newer one.")
        return self.maintenance

    def _note_overrun(self, at: datetime) -> bool:
        """Note it once, whichever clock is quicker."""
        maintenance = self.maintenance
        with maintenance.page.writing(by=CLOCK, at=at) as journal:
            unnoted = type(self).objects.running().filter(pk=self.pk, overrun_noted_at=None)
            if not unnoted.update(overrun_noted_at=at):
                return False
            minutes = int(self.overrun_at(at).total_seconds()) // 60
            journal.append(
                "maintenance.overran", maintenance, incident=maintenance, after={"minutes": minutes}
            )
        return True


def at_hand(windows: Iterable[ScheduledWindow]) -> ScheduledWindow | None:
    """Return the window that matters now: the one under way, else the next, else the last."""
    standing = [window for window in windows if window.superseded_at is None]
    running = [window for window in standing if window.is_running]
    waiting = [window for window in standing if window.is_waiting]
    return next(iter(running + waiting + standing[::-1]), None)


def _check_apart(others: ScheduledWindowQuerySet, plan: Plan) -> None:
    clash = others.filter(start__lt=plan.end, end__gt=plan.start, ended_at=None).first()
    if clash is not None:
        raise checks.refusal("start", overlap(clash.start, clash.end))
