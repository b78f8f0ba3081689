"""Planned work: announced, scheduled, started and ended by the clock, never hiding an outage."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from incidents.core import checks, own_words
from incidents.core.clocks import minute
from incidents.core.levels import Level
from incidents.core.lifecycles import Kind, Status, check_step
from incidents.models.planned import edges
from incidents.models.planned import plan as rules
from incidents.models.planned.plan import Plan
from incidents.models.planned.saying import say
from incidents.models.planned.scheduled import UNDER_WAY, ScheduledWindow
from incidents.models.site.page import Page
from incidents.models.story.incident import Incident
from incidents.models.story.link import IncidentLink, LinkKind
from incidents.models.story.update import Update, Wording
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.planned.recurrence import Recurrence
    from incidents.models.site.component import Component
    from incidents.models.story.cohort import Cohort


class MaintenanceManager(models.Manager["Maintenance"]):
    """Only planned work."""

    def get_queryset(self) -> models.QuerySet["Maintenance"]:
        """Leave out incidents and announcements."""
        return super().get_queryset().filter(kind=Kind.MAINTENANCE)


class Maintenance(Incident):
    """An incident of kind maintenance, with verbs of its own; its windows have theirs."""

    objects = MaintenanceManager()  # type: ignore[assignment,misc]

    class Meta:
        proxy = True

    @classmethod
    def schedule(
        cls,
        page: Page,
        *,
        title: str,
        body: str,
        by: Actor,
        at: datetime,
        start: datetime | None = None,
        end: datetime | None = None,
        components: Sequence["Component"] = (),
        max_minutes: int | None = None,
        ends_by_itself: bool = True,
        reminders: Sequence[int] = (),
        further: Sequence[tuple[datetime, datetime]] = (),
        windows: Sequence[Plan] = (),
        audience: "Cohort | None" = None,
        follows_up: Incident | None = None,
        recurrence: "Recurrence | None" = None,
        recurs_on: datetime | None = None,
        notify: bool = True,
        **wording: Any,
    ) -> "Maintenance":
        """Plan work from `start` to `end`, in `further` windows alike, or in `windows` unlike.

        Raises ValidationError on "title", "body", "audience", "follows_up", "windows" or what a
        `Plan` refuses.
        """
        words, title = Wording.of(body=body, **wording), checks.line(title, field="title")
        first = rules.alike(
            start, end, further, components=components, max_minutes=max_minutes,
            ends_by_itself=ends_by_itself, reminders=reminders,
        )  # fmt: skip
        plans = rules.check_all([*first, *windows], page, at)
        rules.check_about(page, audience, follows_up)
        with page.writing(by=by, at=at) as journal:
            maintenance = cls._create(
                page, title, Status.SCHEDULED, plans[0].start, at, max_minutes=max_minutes,
                audience=audience, recurrence=recurrence, recurs_on=recurs_on,
            )  # fmt: skip
            for plan in plans:
                ScheduledWindow.plan(maintenance, plan, at)
            maintenance._follow(journal, follows_up)
            say(
                journal, maintenance, words, status=Status.SCHEDULED, notify=notify,
                event="maintenance.scheduled",
            )  # fmt: skip
        return maintenance

    @classmethod
    def announce(
        cls,
        page: Page,
        *,
        title: str,
        body: str,
        by: Actor,
        at: datetime,
        components: Sequence["Component"] = (),
        max_minutes: int | None = None,
        audience: "Cohort | None" = None,
        follows_up: Incident | None = None,
        notify: bool = True,
        **wording: Any,
    ) -> "Maintenance":
        """Say that work is coming, without dates yet; `max_minutes` bounds each window to come.

        Raises ValidationError on "title", "body", "components", "max_minutes", "audience" or
        "follows_up".
        """
        words, title = Wording.of(body=body, **wording), checks.line(title, field="title")
        rules.check_components(components, page)
        rules.check_bound(max_minutes)
        rules.check_about(page, audience, follows_up)
        with page.writing(by=by, at=at) as journal:
            maintenance = cls._create(
                page, title, Status.ANNOUNCED, at, at, max_minutes=max_minutes, audience=audience
            )
            maintenance.announced_for.set(components)
            maintenance._follow(journal, follows_up)
            say(
                journal, maintenance, words, status=Status.ANNOUNCED, notify=notify,
                event="maintenance.announced",
            )  # fmt: skip
        return maintenance

    @classmethod
    def run_edges(cls, *, at: datetime) -> int:
        """Start what is due to start and end what is due to end; returns how many edges passed."""
        return edges.run(cls.objects.all(), at)

    def set_dates(
        self,
        *,
        body: str,
        by: Actor,
        at: datetime,
        start: datetime | None = None,
        end: datetime | None = None,
        components: Sequence["Component"] = (),
        max_minutes: int | None = None,
        ends_by_itself: bool = True,
        reminders: Sequence[int] = (),
        further: Sequence[tuple[datetime, datetime]] = (),
        windows: Sequence[Plan] = (),
        notify: bool = True,
        **wording: Any,
    ) -> Update:
        """Give announced work its dates; components and bound are those announced, if not given.

        Raises ValidationError on "status", "windows" or what a `Plan` refuses.
        """
        words = Wording.of(body=body, **wording)
        hit = components or list(self.announced_for.all())
        bound = max_minutes or self.max_minutes
        first = rules.alike(
            start, end, further, components=hit, max_minutes=bound,
            ends_by_itself=ends_by_itself, reminders=reminders,
        )  # fmt: skip
        plans = rules.check_all([*first, *windows], self.page, at)
        with self.page.writing(by=by, at=at) as journal:
            already = "This has its dates; reschedule it, or add a window."
            self._step(Status.SCHEDULED, already, *UNDER_WAY)
            self.started_at, self.max_minutes = plans[0].start, bound
            self.save(update_fields=["started_at", "max_minutes"])
            for plan in plans:
                ScheduledWindow.plan(self, plan, at)
            return say(
                journal, self, words, status=Status.SCHEDULED, notify=notify,
                event="maintenance.scheduled",
            )  # fmt: skip

    def start(
        self,
        *,
        by: Actor,
        at: datetime,
        body: str = own_words.BEGUN,
        started_at: datetime | None = None,
        notify: bool = True,
    ) -> Update:
        """Begin the next window: its components are under maintenance from `started_at` on."""
        words = Wording.of_verb(self.page, body)
        moment = checks.not_in_future(started_at or at, at, field="started_at")
        with self.page.writing(by=by, at=at) as journal:
            self._step(Status.IN_PROGRESS, "This is under way already.", *UNDER_WAY)
            window = self.scheduled_windows.waiting().first()
            if any(moment < end for end in self.scheduled_windows.ends()):
                raise checks.refusal("started_at", "The window before had not ended by then.")
            if not self.scheduled_windows.begun().exists():
                self.started_at = moment
                self.save(update_fields=["started_at"])
            if window is not None:
                window.begin(moment)
            hit = window.components.all() if window else ()
            return say(
                journal, self, words, status=Status.IN_PROGRESS, notify=notify,
                event="maintenance.started", levels=dict.fromkeys(hit, Level.UNDER_MAINTENANCE),
                moment=moment,
            )  # fmt: skip

    def end_window(
        self,
        *,
        by: Actor,
        at: datetime,
        body: str = "",
        ended_at: datetime | None = None,
        notify: bool = True,
    ) -> Update:
        """End the window under way: work waits for its next window, or with the last is done."""
        if not self.scheduled_windows.waiting().exists():
            done = body or own_words.COMPLETED
            return self.complete(body=done, ended_at=ended_at, by=by, at=at, notify=notify)
        words = Wording.of_verb(self.page, body or own_words.PART_DONE)
        moment = checks.not_in_future(ended_at or at, at, field="ended_at")
        with self.page.writing(by=by, at=at) as journal:
            self._step(Status.SCHEDULED, "No window of this is under way.")
            levels = self._finish(moment, at)
            return say(
                journal, self, words, status=Status.SCHEDULED, notify=notify,
                event="maintenance.window_ended", levels=levels, moment=moment,
            )  # fmt: skip

    def complete(
        self,
        *,
        by: Actor,
        at: datetime,
        body: str = own_words.COMPLETED,
        ended_at: datetime | None = None,
        notify: bool = True,
    ) -> Update:
        """End: closes the windows of this maintenance, and nobody else's; none follows."""
        words = Wording.of_verb(self.page, body)
        moment = checks.not_in_future(ended_at or at, at, field="ended_at")
        with self.page.writing(by=by, at=at) as journal:
            self._step(Status.COMPLETED, "This is completed already.")
            levels = self._finish(moment, at)
            self.scheduled_windows.retire(at)
            self.resolved_at = moment
            self.save(update_fields=["resolved_at"])
            return say(
                journal, self, words, status=Status.COMPLETED, notify=notify,
                event="maintenance.completed", levels=levels, moment=moment,
            )  # fmt: skip

    def cancel(
        self,
        *,
        body: str,
        by: Actor,
        at: datetime,
        overtaken_by: Incident | None = None,
        notify: bool = True,
        **wording: Any,
    ) -> Update:
        """Call it off, or stop it; when an incident overtook it, the two are linked.

        What is under way ends at once; an outage of the same components goes on untouched.
        """
        words = Wording.of(body=body, **wording)
        with self.page.writing(by=by, at=at) as journal:
            self._step(Status.CANCELLED, "This is cancelled already.")
            levels = self._stop(at)
            self.scheduled_windows.retire(at)
            if overtaken_by is not None:
                IncidentLink.ensure(journal, overtaken_by, self, LinkKind.OVERTOOK)
            return say(
                journal, self, words, status=Status.CANCELLED, notify=notify,
                event="maintenance.cancelled", levels=levels,
            )  # fmt: skip

    @classmethod
    def _create(
        cls, page: Page, title: str, status: str, start: datetime, at: datetime, **more: Any
    ) -> "Maintenance":
        return cls.objects.create(
            page=page, kind=Kind.MAINTENANCE, title=title, status=status, started_at=start,
            published_at=at, created_at=at, updated_at=at, **more,
        )  # fmt: skip

    def _follow(self, journal: "Journal", incident: Incident | None) -> None:
        if incident is not None:
            IncidentLink.ensure(journal, self, incident, LinkKind.FOLLOW_UP)

    def _step(self, status: Status, already: str, *also: Status) -> None:
        """Check the step on fresh facts; what is so already is not said a second time."""
        self.refresh_for_writing()
        if self.status in {status, *also}:
            raise checks.refusal("status", already)
        check_step(self.kind, self.status, status)

    def _finish(self, moment: datetime, at: datetime) -> dict["Component", str]:
        """End what is under way; raises on "ended_at" for a time before it began."""
        window = self.scheduled_windows.running().first()
        began = window.began_at if window and window.began_at else self.started_at
        if moment < began:
            raise checks.refusal("ended_at", f"It began at {minute(began)}, after that.")
        levels = self._close_windows(moment, at)
        if window is not None:
            window.finish(moment)
        return levels

    def _stop(self, at: datetime) -> dict["Component", str]:
        """End at once what is under way, if anything is.

        What never began stands in the record where it was called off, not at a date to come.
        """
        if not self.scheduled_windows.begun().exists():
            self.started_at = min(self.started_at, at)
            self.save(update_fields=["started_at"])
            return {}
        moment = max(at, *self.begun())
        self.resolved_at = moment
        self.save(update_fields=["resolved_at"])
        return self._finish(moment, at)

    def begun(self) -> list[datetime]:
        """When it began, and when what still goes on of it began: it cannot end before that."""
        going_on = self.windows.filter(end=None, superseded_at=None)
        return [self.started_at, *going_on.values_list("start", flat=True)]
