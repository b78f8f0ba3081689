"""What staff and the clock do to planned work."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from incidents.derived import turn_days
from incidents.models import Maintenance, ScheduledWindow
from incidents.models.planned.plan import Plan
from tests.incidents.machines import clocks
from tests.incidents.machines.planned import Times
from tests.incidents.machines.stage import BY, NUMBERS, Stage, some

# Minutes from now to the start, and how long it lasts; some of them make no sense.
SPELL = st.tuples(
    st.sampled_from([-60 * 30, -60, 0, 5, 60, 60 * 7, 60 * 30]),
    st.sampled_from([-5, 30, 60, 60 * 8]),
)
SPELLS = st.lists(SPELL, min_size=1, max_size=3)
HIT = st.sets(st.integers(0, 2), max_size=3)


class MaintenanceRules(Stage):
    """Schedule, announce, date, move, extend, begin, end, cancel; and the clock."""

    @rule(spells=SPELLS, hit=HIT, by_itself=st.sampled_from([True, True, False]))
    def schedule(self, spells: list[tuple[int, int]], hit: set[int], by_itself: bool) -> None:
        """Somebody plans work, in one window or in several."""
        times, parts = self._times(spells), self._parts(hit)

        def act() -> None:
            self._plan(Maintenance.schedule, windows=self._plans(times, parts, by_itself=by_itself))

        self.both("schedule", act, lambda model: model.schedule(times, parts, by_itself=by_itself))

    @rule(hit=HIT)
    def announce(self, hit: set[int]) -> None:
        """Somebody says that work is coming, without dates yet."""
        components = [self.components[number] for number in self._parts(hit)]
        self.both(
            "announce",
            lambda: self._plan(Maintenance.announce, components=components),
            lambda model: model.announce(),
        )

    @some("works")
    @rule(pick=NUMBERS, stale=st.booleans(), spells=SPELLS, hit=HIT)
    def set_dates(
        self, pick: int, stale: bool, spells: list[tuple[int, int]], hit: set[int]
    ) -> None:
        """Announced work gets its dates."""
        key, times, parts = self._work(pick), self._times(spells), self._parts(hit)
        plans = self._plans(times, parts, by_itself=True)
        self.both(
            "set_dates",
            lambda: self._fetch(key, stale=stale).set_dates(
                body="Dates.", windows=plans, by=BY, at=self.now
            ),
            lambda model: model.set_dates(key, times, parts),
        )

    @some("works")
    @rule(pick=NUMBERS, stale=st.booleans(), spell=SPELL, hit=HIT)
    def add_window(self, pick: int, stale: bool, spell: tuple[int, int], hit: set[int]) -> None:
        """One more window."""
        key, (start, end), parts = self._work(pick), self._times([spell])[0], self._parts(hit)
        components = [self.components[number] for number in parts]
        self.both(
            "add_window",
            lambda: ScheduledWindow.add(
                self.fetch(key, stale=stale), start=start, end=end, components=components,
                body="One more.", by=BY, at=self.now,
            ),
            lambda model: model.add_window(key, start, end, parts),
        )  # fmt: skip

    @some("slots")
    @rule(pick=NUMBERS, spell=SPELL)
    def reschedule(self, pick: int, spell: tuple[int, int]) -> None:
        """A window is moved."""
        number, (start, end) = pick % len(self.model.slots), self._times([spell])[0]
        self.both(
            "reschedule",
            lambda: self._slot(number).reschedule(
                start=start, end=end, body="Moved.", by=BY, at=self.now
            ),
            lambda model: model.reschedule(number, start, end),
        )

    @some("slots")
    @rule(pick=NUMBERS, more=st.sampled_from([-60, 0, 30, 60 * 9]))
    def extend(self, pick: int, more: int) -> None:
        """A window that is under way takes longer."""
        number = pick % len(self.model.slots)
        end = self.now + timedelta(minutes=more)
        self.both(
            "extend",
            lambda: self._slot(number).extend(end=end, body="Longer.", by=BY, at=self.now),
            lambda model: model.extend(number, end),
        )

    @some("works")
    @rule(pick=NUMBERS, stale=st.booleans(), age=clocks.STATED)
    def start(self, pick: int, stale: bool, age: timedelta | None) -> None:
        """Somebody begins by hand."""
        key, started = self._work(pick), self.ago(age)
        self.both(
            "start",
            lambda: self._fetch(key, stale=stale).start(started_at=started, by=BY, at=self.now),
            lambda model: model.start(key, started=started),
        )

    @some("works")
    @rule(
        pick=NUMBERS, stale=st.booleans(), age=clocks.STATED,
        verb=st.sampled_from(["end_window", "complete"]),
    )  # fmt: skip
    def end_by_hand(self, pick: int, stale: bool, age: timedelta | None, verb: str) -> None:
        """Somebody ends a window, or all of it."""
        key, ended = self._work(pick), self.ago(age)
        self.both(
            verb,
            lambda: getattr(self._fetch(key, stale=stale), verb)(
                ended_at=ended, by=BY, at=self.now
            ),
            lambda model: getattr(model, verb)(key, ended=ended),
        )

    @some("works")
    @rule(pick=NUMBERS, stale=st.booleans(), overtaken=st.none() | NUMBERS)
    def cancel(self, pick: int, stale: bool, overtaken: int | None) -> None:
        """Somebody calls it off, perhaps because an incident came first."""
        key, trouble = self._work(pick), self.model.incidents
        by_what = trouble[overtaken % len(trouble)] if trouble and overtaken is not None else None
        self.both(
            "cancel",
            lambda: self._fetch(key, stale=stale).cancel(
                body="Called off.", by=BY, at=self.now,
                overtaken_by=None if by_what is None else self.fetch(by_what),
            ),
            lambda model: model.cancel(key, overtaken_by=by_what),
        )  # fmt: skip

    @rule(pause=clocks.PAUSES)
    def the_clock_turns(self, pause: timedelta) -> None:
        """Planned work begins and ends by itself, if late; days that are over are kept."""
        self.model.now += pause

        def act() -> None:
            Maintenance.run_edges(at=self.now)
            turn_days(at=self.now)

        self.both("the_clock_turns", act, lambda model: model.run_edges())

    def _plan(self, verb: Any, **terms: Any) -> None:
        title = f"Work-{len(self.known)}-end"
        self.known.append(verb(self.page, title=title, body="Soon.", by=BY, at=self.now, **terms))

    def _work(self, pick: int) -> int:
        return self.model.works[pick % len(self.model.works)]

    def _fetch(self, key: int, *, stale: bool) -> Maintenance:
        found = self.fetch(key, stale=stale)
        assert isinstance(found, Maintenance)
        return found

    def _slot(self, number: int) -> ScheduledWindow:
        """The model keeps its slots in the order in which they were written down."""
        slots = ScheduledWindow.objects.filter(maintenance__page=self.page)
        return slots.order_by("pk")[number]

    def _times(self, spells: list[tuple[int, int]]) -> Times:
        starts = [self.now + timedelta(minutes=start) for start, _length in spells]
        lengths = [timedelta(minutes=length) for _start, length in spells]
        return [(start, start + length) for start, length in zip(starts, lengths, strict=True)]

    def _parts(self, hit: set[int]) -> tuple[int, ...]:
        return tuple(sorted(number for number in hit if number < len(self.components)))

    def _plans(self, times: Times, parts: tuple[int, ...], *, by_itself: bool) -> list[Plan]:
        components = [self.components[number] for number in parts]
        return [
            Plan(start=start, end=end, components=components, ends_by_itself=by_itself)
            for start, end in times
        ]
