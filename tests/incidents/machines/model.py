"""The record as plain lists of tuples: what page, uptime and journal have to agree with.

Nothing of the product is used here. A verb returns the kinds of event that it leaves in the
journal, or raises Refused and has changed nothing that anybody keeps.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple, Self

LEVELS = (
    "operational",
    "under_maintenance",
    "degraded_performance",
    "partial_outage",
    "major_outage",
)
LIVE = ("investigating", "identified", "monitoring")
MINUTE = timedelta(minutes=1)

type Events = list[str]
type Levels = Mapping[int, str]


class Refused(Exception):
    """The model would not do this."""


class Stretch(NamedTuple):
    """A component at a level for a while; `entry` None is "set by hand", `end` None is "still"."""

    component: int
    entry: int | None
    cohort: int | None
    level: str
    kind: str
    start: datetime
    end: datetime | None = None
    replaced: bool = False

    @property
    def shown(self) -> str:
        """A share of the accounts is a partial outage at most."""
        return "partial_outage" if self.cohort is not None and self.is_major else self.level

    @property
    def is_major(self) -> bool:
        return self.level == "major_outage"

    @property
    def is_open(self) -> bool:
        return self.end is None and not self.replaced

    def covers(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or self.end > at)


class Entry(NamedTuple):
    """An incident or planned work."""

    kind: str
    status: str
    start: datetime
    end: datetime | None = None
    impact: str = ""
    rehearsal: bool = False
    withdrawn: bool = False
    promised: bool = False
    outcome: str = ""
    leads_to: int | None = None

    @property
    def is_over(self) -> bool:
        return self.status in {"resolved", "completed", "cancelled"}

    @property
    def is_public(self) -> bool:
        return not (self.rehearsal or self.withdrawn)


class Cohort(NamedTuple):
    """A share of the accounts of an incident."""

    entry: int
    done: bool = False


class Model:
    """A page with a few components, at `now`."""

    def __init__(self, now: datetime, components: int) -> None:
        self.now = now
        self.components = range(components)
        self.entries: list[Entry] = []
        self.cohorts: list[Cohort] = []
        self.stretches: list[Stretch] = []

    def copy(self) -> Self:
        """A model to try something on."""
        twin = type(self)(self.now, len(self.components))
        twin.entries, twin.cohorts = list(self.entries), list(self.cohorts)
        twin.stretches = list(self.stretches)
        return twin

    # What staff do to an incident

    def open(
        self,
        *,
        status: str,
        levels: Levels,
        started: datetime,
        due: datetime | None,
        rehearsal: bool,
        impact: str,
    ) -> Events:
        self._refuse_future(started)
        entry = Entry("incident", status, started, impact=impact, rehearsal=rehearsal)
        self.entries.append(entry)
        return [*self._say(len(self.entries) - 1, levels, started, due), "incident.opened"]

    def post(
        self,
        key: int,
        *,
        status: str | None,
        levels: Levels,
        happened: datetime | None,
        due: datetime | None,
    ) -> Events:
        entry = self._living(key)
        moment = happened or self.now
        self._refuse_future(moment)
        if status not in {None, entry.status} and (entry.is_over or status not in LIVE):
            raise Refused("no such step")
        self._set(key, status=status or entry.status)
        return [*self._say(key, levels, moment, due), "incident.updated"]

    def resolve(self, key: int, *, resolved: datetime | None) -> Events:
        entry, end = self._living(key), resolved or self.now
        self._refuse_future(end)
        harm = [each.start for each in self.stretches if each.entry == key and not each.replaced]
        began = min(entry.start, *harm) if harm else entry.start
        if entry.is_over or (end < entry.start and end <= began):
            raise Refused("over, or over before it began")
        self._set(key, start=began if end < entry.start else entry.start)
        self._end_all(key, end)
        self._set(key, status="resolved", end=end)
        return [*self._say(key, {}, end, None), "incident.resolved"]

    def reopen(self, key: int, *, levels: Levels, due: datetime | None) -> Events:
        if self._living(key).status != "resolved":
            raise Refused("not resolved")
        unlinked = ["incident.unlinked"] * (self.entries[key].leads_to is not None)
        self._set(key, status="investigating", end=None, outcome="", leads_to=None)
        return [*unlinked, *self._say(key, levels, self.now, due), "incident.reopened"]

    def call_false_alarm(self, key: int) -> Events:
        entry = self._living(key)
        if entry.outcome:
            raise Refused("is one already, or a duplicate")
        for number, each in enumerate(self.stretches):
            if each.entry == key and each.is_open and each.cohort is None:
                self._end(number, self.now)
        self._replace_all(key)
        self._set(key, status="resolved", end=entry.end or self.now, outcome="false_alarm")
        return [*self._say(key, {}, self.now, None), "incident.false_alarm"]

    def merge(self, key: int, other: int) -> Events:
        """What the windows come to is left to `same_harm`: the pieces are the product's business."""
        entry, to = self._living(key), self._living(other)
        if key == other or "duplicate" in {entry.outcome, to.outcome}:
            raise Refused("the same, or a duplicate already")
        if entry.rehearsal != to.rehearsal:
            raise Refused("one is a rehearsal")
        if to.is_over and any(each.entry == key and each.is_open for each in self.stretches):
            raise Refused("that is over, and this goes on")
        self._set(key, status="resolved", end=entry.end or self.now, outcome="duplicate")
        self._set(key, leads_to=other)
        self.cohorts = [
            each._replace(entry=other) if each.entry == key else each for each in self.cohorts
        ]
        kept = self._say(key, {}, self.now, None)
        told = ["incident.linked", "incident.merged", "incident.absorbed", "incident.updated"]
        return [*kept, *told]

    def close_rehearsal(self, key: int) -> Events:
        if not self.entries[key].rehearsal:
            raise Refused("readers saw it")
        return self.withdraw(key)

    def withdraw(self, key: int) -> Events:
        self._living(key)
        self._set(key, withdrawn=True)
        self._replace_all(key)
        return ["incident.withdrawn"]

    # What staff do to windows and components

    def set_level(self, component: int, level: str, *, happened: datetime | None) -> Events:
        self._refuse_future(happened or self.now)
        self._turn(component, None, level, happened or self.now)
        return ["component.level_set"]

    def name_cohort(self, key: int) -> Events:
        self._living(key)
        self.cohorts.append(Cohort(key))
        return ["cohort.named"]

    def close_cohort(self, number: int, *, ended: datetime | None) -> Events:
        cohort, moment = self.cohorts[number], ended or self.now
        self._refuse_future(moment)
        self._living(cohort.entry)
        held = [place for place, each in enumerate(self.stretches) if each.cohort == number]
        held = [place for place in held if self.stretches[place].is_open]
        if not held and cohort.done:
            raise Refused("done already")
        for place in held:
            self._end(place, moment)
        self.cohorts[number] = cohort._replace(done=True)
        return ["cohort.closed"]

    def record(self, key: int, new: Stretch) -> Events:
        self._living(key)
        self._check_window(new)
        self.stretches.append(new)
        return ["window.recorded"]

    def close(self, number: int, end: datetime) -> Events:
        held = self._standing(number)
        if held.end is not None:
            raise Refused("has an end")
        self._check_times(held.start, end)
        self.stretches[number] = held._replace(end=end)
        return ["window.closed"]

    def supersede(self, number: int, changes: Mapping[str, Any]) -> Events:
        new = self._standing(number)._replace(**changes)
        if new == self.stretches[number]:
            raise Refused("nothing is different")
        self._check_window(new, but=number)
        was = self.stretches[number]
        self.stretches[number] = was._replace(replaced=True)
        self.stretches.append(new)
        if new.entry is not None and was.start == self.entries[new.entry].start < new.start:
            self._begin_later(new.entry)
        return ["window.superseded"]

    def _begin_later(self, key: int) -> None:
        """The harm of which the start was said was later."""
        entry = self.entries[key]
        harm = [each.start for each in self.stretches if each.entry == key and not each.replaced]
        if entry.kind == "incident" and (entry.end is None or min(harm) < entry.end):
            self._set(key, start=max(entry.start, min(harm)))

    def retract(self, number: int) -> Events:
        self.stretches[number] = self._standing(number)._replace(replaced=True)
        return ["window.retracted"]

    # What readers see

    @property
    def incidents(self) -> list[int]:
        """Which entries are incidents."""
        return [key for key, entry in enumerate(self.entries) if entry.kind == "incident"]

    @property
    def counting(self) -> list[Stretch]:
        """What is believed now, of what is no rehearsal and was not withdrawn."""
        return [
            each
            for each in self.stretches
            if not each.replaced and (each.entry is None or self.entries[each.entry].is_public)
        ]

    def level(self, component: int) -> str:
        """The worst that holds now."""
        held = [s.shown for s in self.counting if s.component == component and s.covers(self.now)]
        return max([*held, "operational"], key=LEVELS.index)

    def roll_up(self) -> str:
        """The words on top of the page."""
        levels = [self.level(component) for component in self.components]
        ill = [level for level in levels if level == max(levels, key=LEVELS.index)]
        return _WORDS[ill[0]][len(ill) == len(levels)]

    def headline(self) -> str:
        """What readers see of it: no green page while staff work on anything, nor a blue one."""
        at_work = any(
            entry.is_public and entry.status in {"investigating", "identified"}
            for key, entry in enumerate(self.entries)
            if key in self.incidents and not entry.is_over and entry.impact != "none"
        )
        mild = self.roll_up() in {"All Systems Operational", "Service Under Maintenance"}
        return "We are working on a problem" if mild and at_work else self.roll_up()

    def impact(self, key: int) -> str:
        """How heavy one incident is."""
        own = [s for s in self.stretches if s.entry == key and not s.replaced]
        worst = max([*(s.shown for s in own), "operational"], key=LEVELS.index)
        return self.entries[key].impact or _IMPACTS[worst]

    def ill(
        self, component: int, start: datetime, end: datetime, leaving_out: Collection[str] = ()
    ) -> dict[datetime, str]:
        """The worst level of every single minute of a period that was not well."""
        minutes: dict[datetime, str] = {}
        for each in self.counting:
            if each.component == component and each.kind not in leaving_out:
                for minute in _minutes(max(each.start, start), min(each.end or self.now, end)):
                    so_far = minutes.get(minute, "operational")
                    minutes[minute] = max(so_far, each.shown, key=LEVELS.index)
        return minutes

    def uptime(
        self, component: int, start: datetime, end: datetime, leaving_out: Collection[str] = ()
    ) -> Fraction | None:
        """The share of a period that was up, minute by minute."""
        ill = self.ill(component, start, end, leaving_out)
        down = sum((_WEIGHTS.get(level, Fraction(0)) for level in ill.values()), Fraction(0))
        return 1 - down / Fraction((end - start) // MINUTE) if end > start else None

    # How it is kept

    def _set(self, key: int, **changes: Any) -> None:
        self.entries[key] = self.entries[key]._replace(**changes)

    def _living(self, key: int) -> Entry:
        if self.entries[key].withdrawn:
            raise Refused("withdrawn")
        return self.entries[key]

    def _standing(self, number: int) -> Stretch:
        held = self.stretches[number]
        if held.replaced:
            raise Refused("replaced already")
        if held.entry is not None:
            self._living(held.entry)
        return held

    def _say(self, key: int, levels: Levels, moment: datetime, due: datetime | None) -> Events:
        """A post: it turns levels, keeps the promise of one, and may make the next."""
        entry = self.entries[key]
        if entry.is_over and any(level != "operational" for level in levels.values()):
            raise Refused("nothing fails in what is over")
        for component, level in levels.items():
            self._turn(component, key, level, moment)
        if due is not None and (due <= self.now or entry.is_over):
            raise Refused("promised for the past, or for what is over")
        self._set(key, promised=due is not None)
        return ["commitment.met"] * entry.promised + ["commitment.made"] * (due is not None)

    def _turn(self, component: int, key: int | None, level: str, moment: datetime) -> None:
        """From `moment` on, as far as this entry (or the hand) is concerned."""
        held = [
            number
            for number, each in enumerate(self.stretches)
            if (each.component, each.entry, each.cohort) == (component, key, None)
            and not each.replaced
            and each.end is None
        ]
        as_before = False
        for number in held:
            if self.stretches[number].level == level and self.stretches[number].start <= moment:
                as_before = True
            else:
                self._end(number, moment)
        if level != "operational" and not as_before:
            kind = "degraded" if level == "degraded_performance" else "unavailable"
            self.stretches.append(Stretch(component, key, None, level, kind, moment))

    def _end(self, number: int, moment: datetime) -> None:
        held = self.stretches[number]
        if moment < held.start:
            raise Refused("ends before it begins")
        ended: dict[str, Any] = {"replaced": True} if moment == held.start else {"end": moment}
        self.stretches[number] = held._replace(**ended)

    def _end_all(self, key: int, end: datetime) -> None:
        for number, each in enumerate(self.stretches):
            if each.entry == key and each.end is None and not each.replaced:
                self._end(number, end)

    def _replace_all(self, key: int) -> None:
        self.stretches = [
            each._replace(replaced=True) if each.entry == key else each for each in self.stretches
        ]

    def _check_window(self, new: Stretch, but: int | None = None) -> None:
        self._check_times(new.start, new.end)
        if new.entry is not None and new.end is None and self._living(new.entry).is_over:
            raise Refused("still going on in what is over")
        for number, each in enumerate(self.stretches):
            alike = (each.component, each.entry, each.cohort, each.kind) == (
                new.component, new.entry, new.cohort, new.kind,
            )  # fmt: skip
            if alike and number != but and not each.replaced and _share_time(each, new):
                raise Refused("two of a kind at once")

    def _check_times(self, start: datetime, end: datetime | None) -> None:
        self._refuse_future(start)
        if end is not None:
            self._refuse_future(end)
            if end <= start:
                raise Refused("ends before it begins")

    def _refuse_future(self, moment: datetime) -> None:
        if moment > self.now:
            raise Refused("has not come yet")


def _share_time(one: Stretch, other: Stretch) -> bool:
    return (one.end is None or one.end > other.start) and (
        other.end is None or other.end > one.start
    )


def _minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += MINUTE


# Some of the components, all of them.
_WORDS = {
    "operational": ("", "All Systems Operational"),
    "under_maintenance": ("Service Under Maintenance", "Service Under Maintenance"),
    "degraded_performance": ("Partially Degraded Service", "Degraded System Service"),
    "partial_outage": ("Minor Service Outage", "Partial System Outage"),
    "major_outage": ("Partial System Outage", "Major System Outage"),
}
_WEIGHTS = {"major_outage": Fraction(1), "partial_outage": Fraction(3, 10)}
_IMPACTS = {
    "operational": "none",
    "under_maintenance": "none",
    "degraded_performance": "minor",
    "partial_outage": "major",
    "major_outage": "critical",
}
