"""What is going on, as staff need it: which promise runs, how long nothing was said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Self

from console.ready import ready
from incidents.core.silence import OWING
from incidents.core.viewers import STAFF
from incidents.models import (
    Commitment,
    Component,
    Draft,
    DraftKind,
    Incident,
    IncidentTemplate,
    Page,
    Update,
)
from incidents.models.afterwards import owed
from incidents.reading import PageState
from publishing.story.planned import soonest
from publishing.story.story import Story


@dataclass(frozen=True)
class Running:
    """One open incident: its last word and the promises that stand."""

    incident: Incident
    at: datetime

    @property
    def last(self) -> Update | None:
        """The newest update."""
        return max(self.incident.updates.all(), key=lambda each: each.number, default=None)

    @property
    def promises(self) -> list[Commitment]:
        """The promises that stand and have a time, of whatever kind; the soonest first."""
        dated = [(each.due, each) for each in self.incident.commitments.all() if each.due]
        standing = [pair for pair in dated if not (pair[1].met_at or pair[1].withdrawn_at)]
        return [promise for _due, promise in sorted(standing, key=lambda pair: pair[0])]

    @property
    def is_silent(self) -> bool:
        """Whether readers wait, and nothing was said for longer than the page allows itself."""
        if self.incident.status not in OWING:
            return False
        limit = timedelta(minutes=self.incident.page.silence_limit_minutes)
        return self.last is not None and self.at - self.last.posted_at > limit

    @property
    def drafts(self) -> list[Draft]:
        """What is kept to be said on it."""
        return list(self.incident.drafts.filter(published_at=None))

    @property
    def ready(self) -> list[IncidentTemplate]:
        """The templates that an update can begin with."""
        return list(ready(self.incident.page, DraftKind.UPDATE))

    @property
    def hurt(self) -> list[tuple[Component, str]]:
        """The components that are down through this, and how."""
        open_windows = [window for window in self.incident.windows.all() if window.end is None]
        return [(window.component, window.level) for window in open_windows]


@dataclass(frozen=True)
class Now:
    """The page at this moment, drafts and rehearsals included."""

    state: PageState
    running: list[Running]

    @classmethod
    def of(cls, page: Page, at: datetime) -> Self:
        """Read it in a constant number of queries."""
        state = PageState.of(page, at=at, viewer=STAFF)
        live = [incident for incident in state.incidents if incident.withdrawn_at is None]
        return cls(state, [Running(incident, at) for incident in live])

    @cached_property
    def unexplained(self) -> list[Incident]:
        """What was bad, is over for a while, and has no postmortem that readers can read."""
        return owed.unexplained(self.state.page, at=self.state.at)

    @property
    def maintenances(self) -> list[Story]:
        """Planned work ahead or under way; of what comes back, the next date."""
        live = [entry for entry in self.state.maintenances if entry.withdrawn_at is None]
        return [Story(entry, self.state.at) for entry in soonest(live)]
