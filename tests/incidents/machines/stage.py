"""Where the machines play: a page and its model side by side, in a transaction that is undone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from incidents.models import (
    Cohort,
    Commitment,
    Component,
    ComponentDay,
    Event,
    ImpactWindow,
    Incident,
    IncidentLink,
    Page,
    ScheduledWindow,
    Update,
)
from people.actors import Actor
from tests.incidents.machines import clocks
from tests.incidents.machines.model import LEVELS, Refused
from tests.incidents.machines.planned import World
from tests.incidents.machines.tally import TALLY

BY: Final = Actor.system("machine")
KEPT: Final[tuple[type[models.Model], ...]] = (
    Page, Component, Incident, Update, ImpactWindow, Cohort, Commitment, ScheduledWindow,
    IncidentLink, ComponentDay, Event,
)  # fmt: skip

NUMBERS: Final = st.integers(0, 99)
LEVELS_SAID: Final = st.dictionaries(st.integers(0, 2), st.sampled_from(LEVELS), max_size=2)

type Thinking = Callable[[World], list[str]]


class Stage(RuleBasedStateMachine):
    """The page, the clock, and the one way to do something to both sides."""

    page: Page
    model: World
    components: list[Component]
    excluded: tuple[str, ...]

    def __init__(self) -> None:
        super().__init__()
        TALLY.examples += 1
        self.known: list[Incident] = []
        self.journal: list[tuple[Any, ...]] = []
        self._undone = transaction.atomic()
        self._undone.__enter__()

    def teardown(self) -> None:
        """Leave nothing behind."""
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)

    @initialize(
        now=clocks.EVES, zone=clocks.ZONES, components=st.integers(1, 3),
        excluded=st.sampled_from([(), ("wrong_data",)]),
    )  # fmt: skip
    def found(self, now: datetime, zone: str, components: int, excluded: tuple[str, ...]) -> None:
        """Found the page, in a zone and on an evening worth it."""
        before = now - timedelta(days=120)
        self.excluded = excluded
        self.page = Page.found(
            name="Example", slug="machine", time_zone=zone, by=BY, at=before,
            uptime_excludes=[{"kind": kind, "reason": "By our terms."} for kind in excluded],
        )  # fmt: skip
        self.components = [
            Component.add(self.page, f"Part-{number}", by=BY, at=before)
            for number in range(components)
        ]
        self.model = World(now, components)
        self.journal = self._journal()

    @rule(pause=clocks.PAUSES)
    def time_passes(self, pause: timedelta) -> None:
        """Time goes by, and nobody looks at the clock."""
        self._count("time_passes")
        self.model.now += pause

    def both(self, name: str, act: Callable[[], object], think: Thinking) -> bool:
        """Do it to the record and to the model: both do it, or both refuse and nothing changed."""
        self._count(name)
        before, trial = self._everything(), self.model.copy()
        try:
            told = think(trial)
        except Refused as error:
            self._refused(name, act, before, str(error))
            return False
        with transaction.atomic():
            act()
        self.model = trial
        grown = self._journal()
        assert grown[: len(self.journal)] == self.journal, "the journal lost or changed a line"
        new = [event[1] for event in grown[len(self.journal) :]]
        assert sorted(new) == sorted(told), f"{name} left {new} in the journal, not {told}"
        self.journal = grown
        return True

    @property
    def now(self) -> datetime:
        """What the clock says."""
        return self.model.now

    def ago(self, age: timedelta | None) -> datetime | None:
        """The instant that was `age` ago."""
        return None if age is None else self.now - age

    def levels(self, said: dict[int, str]) -> dict[int, str]:
        """Only levels of components that there are."""
        return {number: level for number, level in said.items() if number < len(self.components)}

    def real(self, levels: dict[int, str]) -> dict[Component, str]:
        """The same, as verbs take it."""
        return {self.components[number]: level for number, level in levels.items()}

    def incident(self, pick: int) -> int:
        """One of the incidents."""
        return self.model.incidents[pick % len(self.model.incidents)]

    def fetch(self, key: int, *, stale: bool = False) -> Incident:
        """An entry as it is now, or as somebody's screen still has it from the beginning."""
        known = self.known[key]
        return known if stale else type(known)._default_manager.get(pk=known.pk)

    def _refused(self, name: str, act: Callable[[], object], before: object, why: str) -> None:
        try:
            with transaction.atomic():
                act()
        except ValidationError:
            TALLY.refused[name] += 1
            assert self._everything() == before, "a refused verb changed something"
        else:
            raise AssertionError(f"{name} was done, and should be refused: {why}")

    def _count(self, name: str) -> None:
        TALLY.rules[name] += 1

    def _everything(self) -> list[list[tuple[Any, ...]]]:
        """Every row and the page's version."""
        return [list(kept._default_manager.order_by("pk").values_list()) for kept in KEPT]

    def _journal(self) -> list[tuple[Any, ...]]:
        lines = self.page.events.order_by("pk")
        return list(lines.values_list("pk", "kind", "object_id", "at", "before", "after"))


def some(what: str) -> Any:
    """A rule that waits until there is one of what it needs."""
    return precondition(lambda self: bool(getattr(self.model, what)))
