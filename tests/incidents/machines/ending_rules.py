"""What an incident may turn out to be: a false alarm, a duplicate, a rehearsal that is over."""

from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.incidents.machines.model import MINUTE, Stretch
from tests.incidents.machines.stage import BY, NUMBERS, Stage, some

NOW_AND_THEN = st.sampled_from([True, False, False])


class EndingRules(Stage):
    """Call a false alarm, merge two incidents, put a rehearsal away."""

    @some("incidents")
    @rule(pick=NUMBERS, stale=st.booleans(), really=NOW_AND_THEN)
    def call_false_alarm(self, pick: int, stale: bool, really: bool) -> None:
        """Nothing was broken."""
        if really:
            key = self.incident(pick)
            self.both(
                "call_false_alarm",
                lambda: self.fetch(key, stale=stale).call_false_alarm(
                    body="Nothing was broken.", by=BY, at=self.now
                ),
                lambda model: model.call_false_alarm(key),
            )

    @some("incidents")
    @rule(pick=NUMBERS, other=NUMBERS, stale=st.booleans())
    def merge(self, pick: int, other: int, stale: bool) -> None:
        """Two are one: no minute of harm is lost, and none counts twice."""
        key, to = self.incident(pick), self.incident(other)
        before = self._harm(key, to)
        merged = self.both(
            "merge",
            lambda: self.fetch(key, stale=stale).merge_into(
                self.fetch(to, stale=stale), body="The same.", by=BY, at=self.now
            ),
            lambda model: model.merge(key, to),
        )
        if merged:
            self._adopt()
            assert self._harm(key, to) == before
            assert not any(each.entry == key and not each.replaced for each in self.model.stretches)

    @some("incidents")
    @rule(pick=NUMBERS)
    def close_rehearsal(self, pick: int) -> None:
        """It was only an exercise."""
        key = self.incident(pick)
        self.both(
            "close_rehearsal",
            lambda: self.fetch(key).close_rehearsal(by=BY, at=self.now),
            lambda model: model.close_rehearsal(key),
        )

    def _harm(self, *keys: int) -> dict[bool, list[dict[datetime, str]]]:
        """What these incidents did to each component, with and without what does not count."""
        alone = self.model.copy()
        alone.stretches = [
            each for each in alone.stretches if each.entry in keys and not each.replaced
        ]
        alone.entries = [each._replace(withdrawn=False, rehearsal=False) for each in alone.entries]
        alone.now += MINUTE
        first = min((each.start for each in alone.stretches), default=alone.now)
        return {
            counted: [
                alone.ill(number, first, alone.now, self.excluded if counted else ())
                for number in alone.components
            ]
            for counted in (True, False)
        }

    def _adopt(self) -> None:
        """Take over how the windows were cut; that nothing is lost is checked beside it."""
        keys = {incident.pk: key for key, incident in enumerate(self.known)}
        numbers = {each.pk: number for number, each in enumerate(self.components)}
        cohorts = {each.pk: place for place, each in enumerate(self.page.cohorts.order_by("pk"))}
        self.model.stretches = [
            Stretch(
                numbers[row.component_id], keys.get(row.incident_id or 0),
                cohorts.get(row.cohort_id or 0), row.level, row.kind, row.start, row.end,
                row.superseded_at is not None,
            )
            for row in self.page.windows.order_by("pk")
        ]  # fmt: skip
