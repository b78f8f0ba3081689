"""Promises, what they come to, and what was thought of the cause."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.fields import Time
from incidents.core.promises import Figures
from incidents.core.silence import Word, longest
from incidents.models import (
    CauseJudgement,
    CauseState,
    Commitment,
    CommitmentKind,
    CommitmentState,
    Incident,
)


class CommitmentShown(BaseModel):
    """A promise and how it stands now."""

    id: str
    incident_id: str | None
    kind: CommitmentKind
    text: str
    state: CommitmentState
    due: Time | None
    unknown_because: str
    max_minutes: int | None = Field(description="Of a longest duration; due once it has begun.")
    made_at: Time
    made_in: str | None
    met_at: Time | None
    met_in: str | None
    withdrawn_at: Time | None
    withdrawal_reason: str
    replaced_by: str | None = Field(description="The promise with a time that took its place.")
    seconds_late: int

    @classmethod
    def of(cls, promise: Commitment, at: datetime) -> Self:
        """Show `promise` as it stands at `at`."""
        return cls(
            id=promise.public_id,
            incident_id=promise.incident.public_id if promise.incident else None,
            kind=CommitmentKind(promise.kind),
            text=promise.text,
            state=promise.state_at(at),
            due=promise.due,
            unknown_because=promise.unknown_because,
            max_minutes=promise.max_minutes,
            made_at=promise.made_at,
            made_in=promise.made_in.public_id if promise.made_in else None,
            met_at=promise.met_at,
            met_in=promise.met_in.public_id if promise.met_in else None,
            withdrawn_at=promise.withdrawn_at,
            withdrawal_reason=promise.withdrawal_reason,
            replaced_by=promise.replaced_by.public_id if promise.replaced_by else None,
            seconds_late=int(promise.lateness_at(at).total_seconds()),
        )


class PromiseFiguresShown(BaseModel):
    """What the promises come to; where no time was named there was none to keep."""

    kept: int = Field(description="In time.")
    kept_late: int
    late: int = Field(description="Overdue now.")
    open: int
    withdrawn: int
    seconds_late_at_most: int
    longest_silence_seconds: int = Field(description="While readers waited for a word.")

    @classmethod
    def of(cls, incident: Incident, at: datetime) -> Self:
        """Add up the promises of an incident that was read with its story."""
        figures = Figures.of(incident.commitments.all(), at)
        silence = longest(list(_words(incident)), at if incident.is_open else None)
        return cls(
            kept=figures.kept,
            kept_late=figures.kept_late,
            late=figures.late,
            open=figures.open,
            withdrawn=figures.withdrawn,
            seconds_late_at_most=int(figures.most_late.total_seconds()),
            longest_silence_seconds=int(silence.length.total_seconds()) if silence else 0,
        )


class JudgementShown(BaseModel):
    """What was thought of the cause, and how surely, at one time."""

    at: Time
    state: CauseState
    cause: str
    category: str

    @classmethod
    def of(cls, judgement: CauseJudgement) -> Self:
        """Show `judgement`."""
        return cls(
            at=judgement.at,
            state=CauseState(judgement.state),
            cause=judgement.cause,
            category=judgement.category,
        )


def _words(incident: Incident) -> Iterable[Word]:
    return (Word(update.posted_at, update.status) for update in incident.updates.all())
