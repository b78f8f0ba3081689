"""What broke, from when to when, how much of it: the exact figures of one incident."""

from dataclasses import dataclass
from datetime import datetime

from incidents.core.impacts import usual_kind
from incidents.core.instants import between, spell
from incidents.core.levels import SEVERITY, Level
from incidents.models import (
    Cohort,
    CohortProgress,
    ImpactWindow,
    Incident,
    Note,
    NoteKind,
    Precision,
)
from publishing.words import phrases


@dataclass(frozen=True)
class Stretch:
    """One impact window, as a row to read."""

    window: ImpactWindow
    at: datetime

    @property
    def about(self) -> bool:
        """Whether its times and amounts are only roughly known."""
        return self.window.precision == Precision.ABOUT

    @property
    def length(self) -> str:
        """How long it lasted, or lasts by now."""
        return spell(between(self.window.start, self.window.end or self.at))

    @property
    def kind(self) -> str:
        """What kind of harm, where somebody said another than goes without saying at its level."""
        usual = usual_kind(Level(self.window.level))
        return "" if self.window.kind == usual else self.window.get_kind_display()

    @property
    def amount(self) -> str:
        """How much was hit, as far as that was recorded."""
        window = self.window
        if window.count_affected is not None:
            return phrases.amount(window.count_affected, window.count_unit, about=self.about)
        if window.share_percent is not None:
            return phrases.percent(window.share_percent, window.count_unit, about=self.about)
        return ""


@dataclass(frozen=True)
class Milestone:
    """Something reached, and how long after the beginning."""

    note: Note
    origin: datetime

    @property
    def about(self) -> bool:
        """Whether its time is only roughly known."""
        return self.note.precision == Precision.ABOUT

    @property
    def offset(self) -> str:
        """`+31 h 59 min`."""
        return phrases.offset(self.note.happened_at, self.origin) if self.note.happened_at else ""


@dataclass(frozen=True)
class Progress:
    """How far the work for a cohort has come."""

    cohort: Cohort

    @property
    def done(self) -> int | None:
        """Percent done, by the newest report."""
        return self.cohort.done_percent

    @property
    def left(self) -> int | None:
        """Percent still to go."""
        return None if self.done is None else 100 - self.done

    @property
    def as_of(self) -> datetime | None:
        """When the newest report was made."""
        return max((report.at for report in self.cohort.progress.all()), default=None)

    @property
    def fell_from(self) -> CohortProgress | None:
        """The report before the newest one, where the work has fallen back since."""
        before, newest = [None, None, *self.cohort.reports][-2:]
        fell = before and newest and newest.done_percent < before.done_percent
        return before if fell else None


def stretches(incident: Incident, at: datetime) -> list[Stretch]:
    """The impact windows in the order of their beginnings."""
    windows = sorted(incident.windows.all(), key=lambda window: (window.start, window.pk))
    return [Stretch(window, at) for window in windows if window.superseded_at is None]


def origin(incident: Incident) -> datetime:
    """The instant from which lengths are told: when the worst of it began."""
    windows = [window for window in incident.windows.all() if window.cohort_id is None]
    if not windows:
        return incident.started_at
    worst = max(SEVERITY[window.level] for window in windows)
    return min(window.start for window in windows if SEVERITY[window.level] == worst)


def milestones(incident: Incident) -> list[Milestone]:
    """What was reached, in order of time."""
    start = origin(incident)
    reached = notes(incident, NoteKind.MILESTONE)
    dated = sorted(reached, key=lambda note: (note.happened_at or note.created_at, note.pk))
    return [Milestone(note, start) for note in dated]


def cohorts(incident: Incident) -> list[Progress]:
    """Named shares of the accounts, with how far each has come."""
    return [Progress(cohort) for cohort in incident.cohorts.all()]


def notes(incident: Incident, *kinds: NoteKind) -> list[Note]:
    """Notes of these kinds that stand."""
    return [
        note for note in incident.notes.all() if note.kind in kinds and note.state != "withdrawn"
    ]


def withdrawn_advice(incident: Incident) -> list[Note]:
    """Advice that no longer holds: it stays readable, struck through."""
    return [
        note
        for note in incident.notes.all()
        if note.kind == NoteKind.ADVICE and note.state == "withdrawn"
    ]
