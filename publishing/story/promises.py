"""Promises as readers see them: running with a clock, late by so much, kept, kept late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from incidents.core.instants import spell
from incidents.core.promises import Figures
from incidents.core.silence import Silence, longest
from incidents.models import Commitment, CommitmentKind, CommitmentState, Incident
from publishing.story.timeline import words


@dataclass(frozen=True)
class Promise:
    """One commitment as it stands at `at`."""

    commitment: Commitment
    at: datetime

    @property
    def state(self) -> CommitmentState:
        """open, late, kept, kept_late, withdrawn or replaced."""
        return self.commitment.state_at(self.at)

    @property
    def runs(self) -> bool:
        """Whether readers still wait for it."""
        return self.state in {CommitmentState.OPEN, CommitmentState.LATE}

    @property
    def is_late(self) -> bool:
        """Whether it is overdue now."""
        return self.state == CommitmentState.LATE

    @property
    def was_late(self) -> bool:
        """Whether it was kept, but too late."""
        return self.state == CommitmentState.KEPT_LATE

    @property
    def lapsed(self) -> bool:
        """Whether it was overdue already when it was taken back: that stays said."""
        was_overdue = self.commitment.lateness_at(self.at) > timedelta()
        return was_overdue and self.state == CommitmentState.WITHDRAWN

    @property
    def lateness(self) -> str:
        """`10 min`."""
        return spell(self.commitment.lateness_at(self.at))

    @property
    def left(self) -> str:
        """How long until it is due; empty when that is unknown or past."""
        due = self.commitment.due
        return spell(due - self.at) if due and due > self.at else ""

    @property
    def icon(self) -> str:
        """The sign that goes with its state."""
        return _ICONS.get(self.state, "alarm")


@dataclass(frozen=True)
class Record:
    """What the promises about something come to, and the longest silence in it."""

    figures: Figures
    silence: Silence | None = None

    @property
    def most_late(self) -> str:
        """`10 min`; empty while none was late."""
        return spell(self.figures.most_late) if self.figures.most_late else ""

    @property
    def longest_silence(self) -> str:
        """`8 h 14 min`; empty where readers never waited for a minute."""
        enough = self.silence is not None and self.silence.length >= timedelta(minutes=1)
        return spell(self.silence.length) if self.silence and enough else ""


def record(incidents: Iterable[Incident], at: datetime) -> Record:
    """Add up what was promised about incidents that were read with their story."""
    told = list(incidents)
    promises = [promise for incident in told for promise in incident.commitments.all()]
    quiet = [silence for incident in told if (silence := _longest_silence(incident, at))]
    longest_one = max(quiet, key=lambda each: each.length, default=None)
    return Record(Figures.of(promises, at), longest_one)


def promises(incident: Incident, at: datetime) -> list[Promise]:
    """Everything promised about an incident, in the order in which it was."""
    return [Promise(commitment, at) for commitment in incident.commitments.all()]


def next_word(incident: Incident, at: datetime) -> Promise | None:
    """The promise of a next update that runs, if there is one."""
    running = _running(incident, at, CommitmentKind.NEXT_UPDATE)
    return running[-1] if running else None


def next_fix(incident: Incident, at: datetime) -> Promise | None:
    """The promise with a time of its own that says when it will be over, if one runs."""
    return _soonest(_running(incident, at, CommitmentKind.FIX, CommitmentKind.MAX_DURATION))


def next_dates(incident: Incident, at: datetime) -> Promise | None:
    """The promise with a time of its own that says when the dates of work come, if one runs."""
    return _soonest(_running(incident, at, CommitmentKind.MAINTENANCE_DATES))


def _soonest(running: Iterable[Promise]) -> Promise | None:
    dated = [(promise.commitment.due, promise) for promise in running if promise.commitment.due]
    return min(dated, key=lambda each: each[0])[1] if dated else None


def _running(incident: Incident, at: datetime, *kinds: CommitmentKind) -> list[Promise]:
    found = promises(incident, at)
    return [each for each in found if each.runs and each.commitment.kind in kinds]


def _longest_silence(incident: Incident, at: datetime) -> Silence | None:
    return longest(words(incident), at if incident.is_open else None)


_ICONS: Final = {
    "kept": "check",
    "withdrawn": "minus",
    "replaced": "minus",
    "open": "clock",
}
