"""What hangs on an incident beside its updates: windows, notes, promises, cohorts, links."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field

from api.fields import Time
from incidents.core.levels import Level
from incidents.core.lifecycles import Kind
from incidents.models import (
    Cohort,
    CohortProgress,
    Component,
    ImpactKind,
    ImpactWindow,
    Incident,
    LinkKind,
    Note,
    NoteChange,
    NoteKind,
    NoteState,
    Precision,
    ScheduledWindow,
)


class ComponentNamed(BaseModel):
    """A component by id and name."""

    id: str
    name: str

    @classmethod
    def of(cls, component: Component) -> Self:
        """Name `component`."""
        return cls(id=component.public_id, name=component.name)


class WindowShown(BaseModel):
    """A half-open stretch in which a component was at a level; `end` null is "still"."""

    id: str
    component: ComponentNamed
    cohort_id: str | None
    level: Level
    kind: ImpactKind
    start: Time
    end: Time | None
    precision: Precision
    share_percent: int | None
    count_affected: int | None
    count_unit: str
    note: str
    recorded_at: Time

    @classmethod
    def of(cls, window: ImpactWindow) -> Self:
        """Show `window`."""
        return cls(
            recorded_at=window.recorded_at,
            id=window.public_id,
            component=ComponentNamed.of(window.component),
            cohort_id=window.cohort.public_id if window.cohort else None,
            level=Level(window.level),
            kind=ImpactKind(window.kind),
            start=window.start,
            end=window.end,
            precision=Precision(window.precision),
            share_percent=window.share_percent,
            count_affected=window.count_affected,
            count_unit=window.count_unit,
            note=window.note,
        )


class ProgressShown(BaseModel):
    """How far work had come, at a stated time."""

    at: Time
    done_percent: int
    text: str


class EarlierShown(BaseModel):
    """What a note was until `at`; `headline` and `html` are blank where the words stayed."""

    at: Time
    state: NoteState
    headline: str
    html: str


class CorrectionShown(BaseModel):
    """A window that was put right, or taken back where `replaced_by` is null."""

    window: WindowShown
    at: Time
    because: str
    replaced_by: str | None

    @classmethod
    def of(cls, window: ImpactWindow) -> Self:
        """Show what stood there before."""
        return cls(
            window=WindowShown.of(window),
            at=window.superseded_at or window.recorded_at,
            because=window.superseded_because,
            replaced_by=window.superseded_by.public_id if window.superseded_by else None,
        )


class NoteShown(BaseModel):
    """What is known beside the timeline, with its life."""

    id: str
    kind: NoteKind
    state: NoteState
    headline: str
    body: str
    html: str
    answer: str
    answer_html: str
    happened_at: Time | None
    precision: Precision
    created_at: Time
    changed_at: Time
    done_percent: int | None
    progress: list[ProgressShown]
    earlier: list[EarlierShown]
    told_in: str | None

    @classmethod
    def of(cls, note: Note) -> Self:
        """Show `note`."""
        return cls(
            id=note.public_id,
            kind=NoteKind(note.kind),
            state=NoteState(note.state),
            headline=note.headline,
            body=note.body,
            html=note.html,
            answer=note.answer,
            answer_html=note.answer_html,
            happened_at=note.happened_at,
            precision=Precision(note.precision),
            created_at=note.created_at,
            changed_at=note.changed_at,
            done_percent=note.done_percent,
            progress=[_progress(change) for change in note.reports],
            earlier=[_earlier(change) for change in note.earlier],
            told_in=note.told_in.public_id if note.told_in else None,
        )


def _progress(change: NoteChange) -> ProgressShown:
    done = change.done_percent or 0
    return ProgressShown(at=change.at, done_percent=done, text=change.text)


def _earlier(change: NoteChange) -> EarlierShown:
    return EarlierShown(
        at=change.at,
        state=NoteState(change.state),
        headline=change.headline,
        html=change.html,
    )


class CohortReportShown(BaseModel):
    """One dated report."""

    at: Time
    done_percent: int

    @classmethod
    def of(cls, report: CohortProgress) -> Self:
        """Show `report`."""
        return cls(at=report.at, done_percent=report.done_percent)


class CohortShown(BaseModel):
    """A named share of the accounts, and how far the work on it has come."""

    id: str
    name: str
    size: int | None
    share_percent: int | None
    done_percent: int | None
    progress: list[CohortReportShown]

    @classmethod
    def of(cls, cohort: Cohort) -> Self:
        """Show `cohort`."""
        return cls(
            id=cohort.public_id,
            name=cohort.name,
            size=cohort.size,
            share_percent=cohort.share_percent,
            done_percent=cohort.done_percent,
            progress=[CohortReportShown.of(report) for report in cohort.reports],
        )


class LinkShown(BaseModel):
    """How an incident hangs together with another: "out" reads this, kind, other."""

    kind: LinkKind
    direction: Literal["out", "in"]
    other_id: str
    other_kind: Kind
    other_title: str
    other_url: str

    @classmethod
    def of(cls, kind: str, direction: Literal["out", "in"], other: Incident) -> Self:
        """Show a link to or from `other`."""
        return cls(
            kind=LinkKind(kind),
            direction=direction,
            other_id=other.public_id,
            other_kind=Kind(other.kind),
            other_title=other.title,
            other_url=other.public_url,
        )


class ScheduledWindowShown(BaseModel):
    """When work is planned, on what, and how long it may last at most."""

    number: int = Field(description="Its name in the address that moves it.")
    start: Time
    end: Time
    max_minutes: int | None
    ends_by_itself: bool
    began_at: Time | None
    ended_at: Time | None
    overrun_minutes: int = Field(description="By how much it lasts, or lasted, longer than said.")
    superseded_at: Time | None = Field(description="When it was moved, or fell away.")
    superseded_by: int | None = Field(description="The number of the window in its place.")
    reminders: list[int] = Field(description="Minutes before its start.")
    reminded_at: Time | None
    components: list[ComponentNamed]

    @classmethod
    def of(cls, window: ScheduledWindow, at: datetime) -> Self:
        """Show `window` as it stands at `at`."""
        reminders = window.reminders.all()
        sent = [reminder.sent_at for reminder in reminders if reminder.sent_at]
        return cls(
            number=window.pk,
            start=window.start,
            end=window.end,
            max_minutes=window.max_minutes,
            ends_by_itself=window.ends_by_itself,
            began_at=window.began_at,
            ended_at=window.ended_at,
            overrun_minutes=int(window.overrun_at(at).total_seconds()) // 60,
            superseded_at=window.superseded_at,
            superseded_by=window.superseded_by_id,
            reminders=[reminder.minutes_before for reminder in reminders],
            reminded_at=max(sent, default=None),
            components=[ComponentNamed.of(component) for component in window.components.all()],
        )
