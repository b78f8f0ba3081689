"""Planned work in the model: windows that begin and end by the clock, or by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, Self

from tests.incidents.machines.model import Entry, Events, Model, Refused

DAY = timedelta(days=1)
UNDER_WAY = ("in_progress", "verifying")

type Times = Sequence[tuple[datetime, datetime]]


class Slot(NamedTuple):
    """One window of planned work."""

    entry: int
    start: datetime
    end: datetime
    components: tuple[int, ...] = ()
    by_itself: bool = True
    began: datetime | None = None
    ended: datetime | None = None
    replaced: bool = False

    @property
    def is_waiting(self) -> bool:
        return self.began is None and not self.replaced

    @property
    def is_running(self) -> bool:
        return self.began is not None and self.ended is None and not self.replaced

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return not self.replaced and self.ended is None and self.start < end and start < self.end


class World(Model):
    """A page with planned work too."""

    def __init__(self, now: datetime, components: int) -> None:
        super().__init__(now, components)
        self.slots: list[Slot] = []

    def copy(self) -> Self:
        twin = super().copy()
        twin.slots = list(self.slots)
        return twin

    @property
    def works(self) -> list[int]:
        """Which entries are planned work."""
        return [key for key, entry in enumerate(self.entries) if entry.kind == "maintenance"]

    # What staff do

    def schedule(self, times: Times, components: tuple[int, ...], *, by_itself: bool) -> Events:
        first = self._check_times_of(times)
        self.entries.append(Entry("maintenance", "scheduled", first))
        self._plan(len(self.entries) - 1, times, components, by_itself=by_itself)
        return ["maintenance.scheduled"]

    def announce(self) -> Events:
        self.entries.append(Entry("maintenance", "announced", self.now))
        return ["maintenance.announced"]

    def set_dates(self, key: int, times: Times, components: tuple[int, ...]) -> Events:
        first = self._check_times_of(times)
        if self._living(key).status != "announced":
            raise Refused("has its dates")
        self._set(key, status="scheduled", start=first)
        self._plan(key, times, components, by_itself=True)
        return ["maintenance.scheduled"]

    def add_window(
        self, key: int, start: datetime, end: datetime, components: tuple[int, ...]
    ) -> Events:
        self._check_times_of([(start, end)])
        if self._living(key).status not in {"scheduled", *UNDER_WAY}:
            raise Refused("no dates yet, or over")
        self._refuse_overlap(key, start, end)
        self._plan(key, [(start, end)], components, by_itself=True)
        return ["maintenance.window_added"]

    def reschedule(self, number: int, start: datetime, end: datetime) -> Events:
        slot = self._movable(number)
        if slot.began is not None:
            raise Refused("has begun")
        self._check_times_of([(start, end)])
        self._move(number, start, end)
        if not any(each.began for each in self._own(slot.entry)):
            self._set(slot.entry, start=min(each.start for each in self._own(slot.entry)))
        return ["maintenance.rescheduled"]

    def extend(self, number: int, end: datetime) -> Events:
        slot = self._movable(number)
        if slot.began is None or end <= max(self.now, slot.end):
            raise Refused("not begun, or no extension")
        self._move(number, slot.start, end)
        return ["maintenance.extended"]

    def start(self, key: int, *, started: datetime | None = None) -> Events:
        moment = started or self.now
        self._refuse_future(moment)
        entry = self._living(key)
        if entry.status != "scheduled":
            raise Refused("cannot begin")
        own = self._own(key)
        if any(each.began for each in own):
            if any(each.ended and moment < each.ended for each in own):
                raise Refused("before the last window ended")
        else:
            self._set(key, start=moment)
        waiting = self._numbers(key, waiting=True)
        if waiting:
            number = min(waiting, key=lambda each: (self.slots[each].start, each))
            self.slots[number] = self.slots[number]._replace(began=moment)
            for component in self.slots[number].components:
                self._turn(component, key, "under_maintenance", moment)
        self._set(key, status="in_progress")
        return ["maintenance.started"]

    def end_window(self, key: int, *, ended: datetime | None = None) -> Events:
        if not self._numbers(key, waiting=True):
            return self.complete(key, ended=ended)
        self._refuse_future(ended or self.now)
        if self._living(key).status not in UNDER_WAY:
            raise Refused("not under way")
        self._finish(key, ended or self.now)
        self._set(key, status="scheduled")
        return ["maintenance.window_ended"]

    def complete(self, key: int, *, ended: datetime | None = None) -> Events:
        moment = ended or self.now
        self._refuse_future(moment)
        if self._living(key).status not in UNDER_WAY:
            raise Refused("not under way")
        self._finish(key, moment)
        self._retire_waiting(key)
        self._set(key, status="completed", end=moment)
        return ["maintenance.completed"]

    def cancel(self, key: int, *, overtaken_by: int | None) -> Events:
        if self._living(key).is_over:
            raise Refused("over")
        if any(each.began for each in self._own(key)):
            self._finish(key, self.now)
        self._retire_waiting(key)
        self._set(key, status="cancelled")
        return ["incident.linked"] * (overtaken_by is not None) + ["maintenance.cancelled"]

    # What the clock does

    def run_edges(self) -> Events:
        """Round after round, until nothing is due any more."""
        told: Events = []
        while passed := [*self._starts_due(), *self._ends_due()]:
            told += passed
        return told

    def _starts_due(self) -> Events:
        told: Events = []
        for key in self._living_works():
            due = [self.slots[each] for each in self._numbers(key, waiting=True)]
            starts = [slot.start for slot in due if slot.start <= self.now]
            if starts and self.entries[key].status == "scheduled":
                ended = [each.ended for each in self._own(key) if each.ended]
                told += self.start(key, started=max([min(starts), *ended]))
        return told

    def _ends_due(self) -> Events:
        told: Events = []
        for key in self._living_works():
            running = [slot for slot in self._own(key) if slot.is_running and slot.by_itself]
            ends = [slot.end for slot in running if slot.end <= self.now]
            if ends and self.entries[key].status in UNDER_WAY:
                told += self.end_window(key, ended=max([*ends, *self._begun(key)]))
        return told

    # How it is kept

    def _own(self, key: int) -> list[Slot]:
        return [slot for slot in self.slots if slot.entry == key and not slot.replaced]

    def _numbers(self, key: int, *, waiting: bool) -> list[int]:
        return [
            number
            for number, slot in enumerate(self.slots)
            if slot.entry == key and (slot.is_waiting if waiting else slot.is_running)
        ]

    def _living_works(self) -> list[int]:
        living = [key for key in self.works if not self.entries[key].withdrawn]
        return sorted(living, key=lambda key: (self.entries[key].start, key))

    def _begun(self, key: int) -> list[datetime]:
        held = [each.start for each in self.stretches if each.entry == key and each.is_open]
        return [self.entries[key].start, *held]

    def _plan(
        self, key: int, times: Times, components: tuple[int, ...], *, by_itself: bool
    ) -> None:
        for start, end in sorted(times):
            self.slots.append(Slot(key, start, end, components, by_itself))

    def _finish(self, key: int, moment: datetime) -> None:
        running = self._numbers(key, waiting=False)
        began = self.slots[running[0]].began if running else self.entries[key].start
        if began is not None and moment < began:
            raise Refused("ends before it began")
        self._end_all(key, moment)
        for number in running:
            self.slots[number] = self.slots[number]._replace(ended=moment)

    def _retire_waiting(self, key: int) -> None:
        for number in self._numbers(key, waiting=True):
            self.slots[number] = self.slots[number]._replace(replaced=True)

    def _movable(self, number: int) -> Slot:
        slot = self.slots[number]
        if self._living(slot.entry).is_over or slot.replaced or slot.ended is not None:
            raise Refused("over, or moved before")
        return slot

    def _move(self, number: int, start: datetime, end: datetime) -> None:
        slot = self.slots[number]
        self.slots[number] = slot._replace(replaced=True)
        self._refuse_overlap(slot.entry, start, end)
        self.slots.append(slot._replace(start=start, end=end))

    def _refuse_overlap(self, key: int, start: datetime, end: datetime) -> None:
        if any(slot.entry == key and slot.overlaps(start, end) for slot in self.slots):
            raise Refused("two windows at once")

    def _check_times_of(self, times: Times) -> datetime:
        """Return when the first one starts."""
        ordered = sorted(times)
        for start, end in ordered:
            if end <= max(start, self.now) or start < self.now - DAY:
                raise Refused("ends before it begins or in the past, or begins long past")
        for (_start, end), (following, _end) in pairwise(ordered):
            if following < end:
                raise Refused("two windows at once")
        return ordered[0][0]
