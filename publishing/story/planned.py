"""Planned work as readers see it: what was planned, what was moved, and how it really went."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import ngettext

from incidents.core.instants import MINUTE, between, spell
from incidents.core.recurring import Rule
from incidents.models import Incident, ScheduledWindow
from incidents.models.planned.scheduled import at_hand


@dataclass(frozen=True)
class PlannedWindow:
    """One window as it stands at `at`."""

    window: ScheduledWindow
    at: datetime
    moved_from: tuple[ScheduledWindow, ...] = ()

    @property
    def length(self) -> str:
        """How long it is planned to last."""
        return spell(between(self.window.start, self.window.end))

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self.window.is_running

    @property
    def runs_off_plan(self) -> bool:
        """Whether it is under way since another time than was planned."""
        began = self.window.began_at
        return self.is_running and began is not None and abs(began - self.window.start) >= MINUTE

    @property
    def is_dropped(self) -> bool:
        """Whether it did not take place, and no other took its place."""
        return self.window.superseded_at is not None

    @property
    def overrun(self) -> str:
        """By how much it lasts, or lasted, longer than was said."""
        beyond = self.window.overrun_at(self.at)
        return spell(beyond) if beyond else ""

    @property
    def took(self) -> str:
        """How long it really took."""
        window = self.window
        if window.began_at is None or window.ended_at is None:
            return ""
        return spell(between(window.began_at, window.ended_at))


def windows_of(maintenance: Incident, at: datetime) -> list[PlannedWindow]:
    """The windows that stand, in order; what was called off before it began stays readable."""
    windows = list(maintenance.scheduled_windows.all())
    shown = [window for window in windows if window.superseded_by_id is None]
    return [PlannedWindow(window, at, tuple(_earlier(window, windows))) for window in shown]


def window_of(maintenance: Incident, at: datetime) -> PlannedWindow | None:
    """The window that matters now; of cancelled work, the one that was planned."""
    planned = windows_of(maintenance, at)
    found = at_hand(each.window for each in planned)
    return next((each for each in planned if found in {None, each.window}), None)


def comes_back(maintenance: Incident) -> str:
    """“every 2 weeks”; empty for what takes place once."""
    recurrence = maintenance.recurrence
    if recurrence is None or recurrence.ended_at is not None:
        return ""
    return every(recurrence.rule)


def every(text: str) -> str:
    """How often a rule lets something come back, in words."""
    rule = Rule.parse(text)
    n = rule.interval
    words = {
        "DAILY": ngettext("every day", "every %(n)d days", n),
        "WEEKLY": ngettext("every week", "every %(n)d weeks", n),
        "MONTHLY": ngettext("every month", "every %(n)d months", n),
        "YEARLY": ngettext("every year", "every %(n)d years", n),
    }
    return words[rule.frequency] % {"n": n}


def _earlier(window: ScheduledWindow, windows: list[ScheduledWindow]) -> Iterator[ScheduledWindow]:
    """The dates that it had before, the newest first."""
    for earlier in windows:
        if earlier.superseded_by_id == window.pk:
            yield earlier
            yield from _earlier(earlier, windows)


def soonest(planned: list[Incident]) -> list[Incident]:
    """Of what comes back, only the next date: the others are on its page."""
    seen: set[int] = set()
    shown = []
    for entry in planned:
        if entry.recurrence_id is None or entry.recurrence_id not in seen:
            shown.append(entry)
        if entry.recurrence_id is not None:
            seen.add(entry.recurrence_id)
    return shown
