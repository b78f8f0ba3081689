"""Planned work: announced, scheduled, started and ended by the clock, never hiding an outage."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db import models

from incidents.core import checks
from incidents.core.instants import require_aware
from incidents.core.levels import Level
from incidents.core.lifecycles import Kind, Status, check_step
from incidents.models.planned.scheduled import ScheduledWindow
from incidents.models.site.page import Page
from incidents.models.story.incident import Incident
from incidents.models.story.link import IncidentLink, LinkKind
from incidents.models.story.update import Update, Wording
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.site.component import Component

logger = logging.getLogger(__name__)

CLOCK: Final = Actor.system("clock")


class MaintenanceManager(models.Manager["Maintenance"]):
    """Only planned work."""

    def get_queryset(self) -> models.QuerySet["Maintenance"]:
        """Leave out incidents and announcements."""
        return super().get_queryset().filter(kind=Kind.MAINTENANCE)


class Maintenance(Incident):
    """An incident of kind maintenance, with verbs of its own."""

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
        start: datetime,
        end: datetime,
        by: Actor,
        at: datetime,
        components: Sequence["Component"] = (),
        max_minutes: int | None = None,
        notify: bool = True,
        **wording: Any,
    ) -> "Maintenance":
        """Plan work from `start` to `end`. Raises ValidationError on the field at fault."""
        words, title = Wording.of(body=body, **wording), checks.line(title, field="title")
        _check_window(start, end, components, page)
        with page.writing(by=by, at=at) as journal:
            maintenance = cls._create(page, title, Status.SCHEDULED, start, at)
            maintenance._plan(start, end, components, max_minutes)
            maintenance._say(journal, words, Status.SCHEDULED, notify, "maintenance.scheduled")
        return maintenance

    @classmethod
    def announce(
        cls, page: Page, *, title: str, body: str, by: Actor, at: datetime, notify: bool = True,
        **wording: Any,
    ) -> "Maintenance":  # fmt: skip
        """Say that work is coming, without dates yet."""
        words, title = Wording.of(body=body, **wording), checks.line(title, field="title")
        with page.writing(by=by, at=at) as journal:
            maintenance = cls._create(page, title, Status.ANNOUNCED, at, at)
            maintenance._say(journal, words, Status.ANNOUNCED, notify, "maintenance.announced")
        return maintenance

    @classmethod
    def run_edges(cls, *, at: datetime) -> int:
        """Start what is due to start and end what is due to end; returns how many moved."""
        due = cls.objects.filter(withdrawn_at=None).select_related("page")
        starting = due.filter(status=Status.SCHEDULED, scheduled_windows__start__lte=at)
        ending = due.filter(
            status__in=[Status.IN_PROGRESS, Status.VERIFYING], scheduled_windows__end__lte=at
        )
        started = [each._moved_by_clock(at, starting=True) for each in starting.distinct()]
        ended = [each._moved_by_clock(at, starting=False) for each in ending.distinct()]
        return sum(started + ended)

    def set_dates(
        self,
        *,
        start: datetime,
        end: datetime,
        body: str,
        by: Actor,
        at: datetime,
        components: Sequence["Component"] = (),
        max_minutes: int | None = None,
        notify: bool = True,
    ) -> Update:
        """Give announced work its dates."""
        words = Wording.of(body=body)
        _check_window(start, end, components, self.page)
        with self.page.writing(by=by, at=at) as journal:
            self._step(Status.SCHEDULED)
            self.started_at = start
            self.save(update_fields=["started_at"])
            self._plan(start, end, components, max_minutes)
            return self._say(journal, words, Status.SCHEDULED, notify, "maintenance.scheduled")

    def start(
        self,
        *,
        by: Actor,
        at: datetime,
        body: str = "The maintenance has begun.",
        started_at: datetime | None = None,
        notify: bool = True,
    ) -> Update:
        """Begin: the planned components are under maintenance from `started_at` on."""
        words = Wording.of(body=body)
        moment = checks.not_in_future(started_at or at, at, field="started_at")
        with self.page.writing(by=by, at=at) as journal:
            self._step(Status.IN_PROGRESS)
            self.started_at = moment
            self.save(update_fields=["started_at"])
            levels = dict.fromkeys(self._components(), Level.UNDER_MAINTENANCE)
            return self._say(
                journal, words, Status.IN_PROGRESS, notify, "maintenance.started",
                levels=levels, moment=moment,
            )  # fmt: skip

    def complete(
        self,
        *,
        by: Actor,
        at: datetime,
        body: str = "The maintenance has been completed.",
        ended_at: datetime | None = None,
        notify: bool = True,
    ) -> Update:
        """End: closes the windows of this maintenance, and nobody else's."""
        words = Wording.of(body=body)
        moment = checks.not_in_future(ended_at or at, at, field="ended_at")
        with self.page.writing(by=by, at=at) as journal:
            self._step(Status.COMPLETED)
            if moment < self.started_at:
                raise checks.refusal(
                    "ended_at", f"It began at {self.started_at:%Y-%m-%d %H:%M} UTC, after that."
                )
            levels = self._close_windows(moment, at)
            self.resolved_at = moment
            self.save(update_fields=["resolved_at"])
            return self._say(
                journal, words, Status.COMPLETED, notify, "maintenance.completed",
                levels=levels, moment=moment,
            )  # fmt: skip

    def cancel(
        self,
        *,
        body: str,
        by: Actor,
        at: datetime,
        overtaken_by: Incident | None = None,
        notify: bool = True,
    ) -> Update:
        """Call it off; when an incident overtook it, the two are linked."""
        words = Wording.of(body=body)
        with self.page.writing(by=by, at=at) as journal:
            self._step(Status.CANCELLED)
            if overtaken_by is not None:
                IncidentLink.tie(overtaken_by, self, LinkKind.OVERTOOK, by=by, at=at)
            return self._say(journal, words, Status.CANCELLED, notify, "maintenance.cancelled")

    @classmethod
    def _create(
        cls, page: Page, title: str, status: str, start: datetime, at: datetime
    ) -> "Maintenance":
        return cls.objects.create(
            page=page,
            kind=Kind.MAINTENANCE,
            title=title,
            status=status,
            started_at=start,
            published_at=at,
            created_at=at,
            updated_at=at,
        )

    def _plan(
        self,
        start: datetime,
        end: datetime,
        components: Sequence["Component"],
        max_minutes: int | None,
    ) -> None:
        window = ScheduledWindow.objects.create(
            maintenance=self, start=start, end=end, max_minutes=max_minutes
        )
        window.components.set(components)

    def _step(self, status: Status) -> None:
        self.refresh_for_writing()
        check_step(self.kind, self.status, status)

    def _say(
        self,
        journal: "Journal",
        words: Wording,
        status: str,
        notify: bool,
        event: str,
        *,
        levels: Mapping["Component", str] | None = None,
        moment: datetime | None = None,
    ) -> Update:
        update = Update.append(
            journal, self, words, status=status, levels=levels or {},
            moment=moment or journal.at, happened_at=moment, notify=notify,
        )  # fmt: skip
        self.tell(journal, event, update)
        return update

    def _components(self) -> list["Component"]:
        planned = self.page.components.filter(scheduled_windows__maintenance=self)
        return list(planned.distinct())

    def _begun(self) -> list[datetime]:
        """When it began, and when what still goes on of it began: it cannot end before that."""
        going_on = self.windows.filter(end=None, superseded_at=None)
        return [self.started_at, *going_on.values_list("start", flat=True)]

    def _moved_by_clock(self, at: datetime, *, starting: bool) -> bool:
        """Take one edge; what cannot be moved now does not hold up what comes after it."""
        try:
            return self._by_clock(at, starting=starting)
        except ValidationError:
            logger.exception("The clock could not move the maintenance %s", self.public_id)
            return False

    def _by_clock(self, at: datetime, *, starting: bool) -> bool:
        """Take one edge; another clock that was quicker is no error."""
        with self.page.writing(by=CLOCK, at=at):
            self.refresh_for_writing()
            window = self.scheduled_windows.order_by("start").first()
            if window is None or (self.status == Status.SCHEDULED) != starting:
                return False
            if starting:
                self.start(by=CLOCK, at=at, started_at=window.start)
            else:
                self.complete(by=CLOCK, at=at, ended_at=max(window.end, *self._begun()))
        return True


def _check_window(
    start: datetime, end: datetime, components: Sequence["Component"], page: Page
) -> None:
    checks.ordered(require_aware(start, "start"), require_aware(end, "end"))
    for component in components:
        if component.page_id != page.pk:
            raise checks.refusal("components", f"“{component}” is a component of another page.")
