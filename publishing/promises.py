"""Promises as readers see them: running with a clock, late by so much, kept, kept late."""

from dataclasses import dataclass
from datetime import datetime

from incidents.core.instants import spell
from incidents.models import Commitment, CommitmentKind, CommitmentState, Incident


@dataclass(frozen=True)
class Promise:
    """One commitment as it stands at `at`."""

    commitment: Commitment
    at: datetime

    @property
    def state(self) -> CommitmentState:
        """open, late, kept, kept_late or withdrawn."""
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
        return {"kept": "check", "withdrawn": "minus", "open": "clock"}.get(self.state, "alarm")


def promises(incident: Incident, at: datetime) -> list[Promise]:
    """Everything promised about an incident, in the order in which it was."""
    return [Promise(commitment, at) for commitment in incident.commitments.all()]


def next_word(incident: Incident, at: datetime) -> Promise | None:
    """The promise of a next update that runs, if there is one."""
    running = [
        promise
        for promise in promises(incident, at)
        if promise.runs and promise.commitment.kind == CommitmentKind.NEXT_UPDATE
    ]
    return running[-1] if running else None
