"""The updates of an incident as a reader meets them, with the silence between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from incidents.core.instants import between, spell
from incidents.core.lifecycles import OVER, Status
from incidents.core.silence import OWING, Word
from incidents.models import Incident, Update, UpdateLevel


@dataclass(frozen=True)
class Entry:
    """One update as it stands in the timeline, headed by when it was said."""

    update: Update
    afterwards: bool = False
    """Whether it was written down when all was over, so that its stated time heads it."""
    later: Sequence[Update] = ()
    """What was said after it."""
    is_silence = False

    @property
    def said_at(self) -> datetime:
        """The time that heads it, by which others name it, too."""
        return self.update.shown_at if self.afterwards else self.update.posted_at

    @property
    def tells_of(self) -> datetime | None:
        """The stated time, where it is another than that of saying."""
        stated = self.update.happened_at
        apart = stated is not None and abs(stated - self.said_at) >= timedelta(minutes=1)
        return stated if apart else None

    @property
    def changes(self) -> list[UpdateLevel]:
        """The component levels that it changed."""
        return list(self.update.levels.all())

    @property
    def corrects(self) -> Self | None:
        """What it puts right, if anything."""
        wrong = self.update.corrects
        return self._beside(wrong) if wrong else None

    @property
    def corrections(self) -> list[Self]:
        """Later updates that put this one right."""
        return [self._beside(each) for each in self.update.corrected_by.all()]

    @property
    def taken_back_by(self) -> Self | None:
        """What took a resolution back, if anything did."""
        found = taken_back(self.update, self.later)
        return self._beside(found) if found else None

    def _beside(self, other: Update) -> Self:
        return type(self)(other, self.afterwards)


@dataclass(frozen=True)
class Silence:
    """A stretch without a word that was longer than the page allows itself."""

    start: datetime
    end: datetime
    is_silence = True

    @property
    def length(self) -> str:
        """`8 h 14 min`."""
        return spell(between(self.start, self.end))

    @property
    def form(self) -> str:
        """Clocks alone say enough within a day."""
        return "clock" if self.end - self.start < timedelta(days=1) else "moment"


def timeline(incident: Incident) -> list[Entry | Silence]:
    """Entries and silences; the newest first while it goes on, in order once it is over."""
    told = list(_with_silences(incident, entries(incident)))
    return told[::-1] if incident.is_open else told


def entries(incident: Incident) -> list[Entry]:
    """The updates in the order of their numbers."""
    afterwards = recorded_afterwards(incident)
    updates = list(incident.updates.all())
    return [Entry(update, afterwards, updates[place:]) for place, update in enumerate(updates, 1)]


def taken_back(update: Update, later: Iterable[Update]) -> Update | None:
    """The update that took a resolution back, if one did: the old one stays, and says so."""
    if update.status != Status.RESOLVED:
        return None
    return next((each for each in later if each.status not in OVER), None)


def words(incident: Incident) -> list[Word]:
    """When something was said, and what that left open."""
    return [Word(entry.said_at, entry.update.status) for entry in entries(incident)]


def silences(incident: Incident) -> list[Silence]:
    """Only the silences, in order."""
    told = _with_silences(incident, entries(incident))
    return [item for item in told if isinstance(item, Silence)]


def recorded_afterwards(incident: Incident) -> bool:
    """Whether it was over before it was written down, so that posting times say nothing.

    What was posted while it seemed to go on keeps its times, even where the end that was found
    later lies before them.
    """
    if incident.resolved_at is None or incident.resolved_at >= incident.created_at:
        return False
    first = next(iter(incident.updates.all()), None)
    return first is not None and first.happened_at is not None


def silence_limit(incident: Incident) -> timedelta:
    """How long this page may say nothing about something that goes on."""
    return timedelta(minutes=incident.page.silence_limit_minutes)


def _with_silences(incident: Incident, told: list[Entry]) -> Iterator[Entry | Silence]:
    limit = silence_limit(incident)
    for before, entry in zip([None, *told], told, strict=False):
        if before is not None and _went_on(before) and entry.said_at - before.said_at >= limit:
            yield Silence(before.said_at, entry.said_at)
        yield entry


def _went_on(entry: Entry) -> bool:
    return entry.update.status in OWING
