"""What staff do to impact windows, to cohorts, and to components by hand."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from incidents.models import Cohort, ImpactWindow
from tests.incidents.machines import clocks
from tests.incidents.machines.model import LEVELS, Stretch
from tests.incidents.machines.stage import BY, NUMBERS, Stage, some

KINDS = st.sampled_from(["unavailable", "degraded", "data_loss", "wrong_data"])
LEVEL = st.sampled_from(LEVELS)
ILL = st.sampled_from(LEVELS[1:])


class WindowRules(Stage):
    """Record, close, supersede; name cohorts; set a level by hand."""

    @rule(component=NUMBERS, level=LEVEL, age=clocks.STATED)
    def set_level(self, component: int, level: str, age: timedelta | None) -> None:
        """Somebody sets a component by hand."""
        number, happened = component % len(self.components), self.ago(age)
        self.both(
            "set_level",
            lambda: self.components[number].set_level(
                level, happened_at=happened, by=BY, at=self.now
            ),
            lambda model: model.set_level(number, level, happened=happened),
        )

    @some("incidents")
    @rule(pick=NUMBERS)
    def name_cohort(self, pick: int) -> None:
        """Somebody names a share of the accounts."""
        key, name = self.incident(pick), f"Share-{len(self.model.cohorts)}"
        self.both(
            "name_cohort",
            lambda: Cohort.name_one(self.fetch(key), name, by=BY, at=self.now),
            lambda model: model.name_cohort(key),
        )

    @some("incidents")
    @rule(
        pick=NUMBERS, component=NUMBERS, level=ILL, kind=KINDS, age=clocks.AGES,
        until=clocks.STATED, cohort=st.none() | NUMBERS, stale=st.booleans(),
    )  # fmt: skip
    def record(
        self,
        pick: int,
        component: int,
        level: str,
        kind: str,
        age: timedelta,
        until: timedelta | None,
        cohort: int | None,
        stale: bool,
    ) -> None:
        """Somebody adds a window, apart from any post, perhaps for some of the accounts."""
        key = self.incident(pick)
        share = self._cohort_of(key, cohort)
        new = Stretch(
            component % len(self.components), key, share, level, kind,
            self.now - age, self.ago(until),
        )  # fmt: skip
        self.both(
            "record",
            lambda: ImpactWindow.record(
                self.components[new.component], incident=self.fetch(key, stale=stale), level=level,
                kind=kind, start=new.start, end=new.end, cohort=self._cohort(share),
                by=BY, at=self.now,
            ),
            lambda model: model.record(key, new),
        )  # fmt: skip

    @some("stretches")
    @rule(pick=NUMBERS, age=clocks.AGES)
    def close(self, pick: int, age: timedelta) -> None:
        """Somebody gives a window its end."""
        number, end = self._likely(pick), self.now - age
        self.both(
            "close",
            lambda: self._window(number).close(end, by=BY, at=self.now),
            lambda model: model.close(number, end),
        )

    @some("stretches")
    @rule(
        pick=NUMBERS, level=st.none() | ILL, kind=st.none() | KINDS,
        start=clocks.STATED, end=st.none() | clocks.STATED,
    )  # fmt: skip
    def supersede(
        self,
        pick: int,
        level: str | None,
        kind: str | None,
        start: timedelta | None,
        end: timedelta | None,
    ) -> None:
        """Somebody corrects a window."""
        number = pick % len(self.model.stretches)
        given = {"level": level, "kind": kind, "start": self.ago(start), "end": self.ago(end)}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value}
        self.both(
            "supersede",
            lambda: self._window(number).supersede(by=BY, at=self.now, **changes),
            lambda model: model.supersede(number, changes),
        )

    @some("stretches")
    @rule(pick=NUMBERS, really=st.sampled_from([True, False, False]))
    def retract(self, pick: int, really: bool) -> None:
        """Somebody takes back a window that never was."""
        if really:
            number = self._likely(pick)
            self.both(
                "retract",
                lambda: self._window(number).retract("It never was.", by=BY, at=self.now),
                lambda model: model.retract(number),
            )

    @some("cohorts")
    @rule(pick=NUMBERS, age=clocks.STATED)
    def close_cohort(self, pick: int, age: timedelta | None) -> None:
        """The work for a share of the accounts is done."""
        number, ended = pick % len(self.model.cohorts), self.ago(age)
        self.both(
            "close_cohort",
            lambda: self.page.cohorts.order_by("pk")[number].close(
                ended_at=ended, by=BY, at=self.now
            ),
            lambda model: model.close_cohort(number, ended=ended),
        )

    def _likely(self, pick: int) -> int:
        """Mostly a window that stands open, now and then one that cannot be closed."""
        every = range(len(self.model.stretches))
        waiting = [number for number in every if self.model.stretches[number].is_open]
        return pick % len(every) if pick % 5 == 0 or not waiting else waiting[pick % len(waiting)]

    def _window(self, number: int) -> ImpactWindow:
        """The model keeps its stretches in the order in which windows were written down."""
        return self.page.windows.order_by("pk")[number]

    def _cohort_of(self, key: int, pick: int | None) -> int | None:
        own = [number for number, each in enumerate(self.model.cohorts) if each.entry == key]
        return own[pick % len(own)] if own and pick is not None else None

    def _cohort(self, number: int | None) -> Cohort | None:
        return None if number is None else self.page.cohorts.order_by("pk")[number]
