"""Everything that a page tells about one incident, worked out from rows that were fetched."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from incidents.core.instants import between, spell
from incidents.core.levels import looks, worst
from incidents.core.lifecycles import OVER, Kind, Status
from incidents.core.silence import OWING
from incidents.models import (
    CauseJudgement,
    Component,
    Incident,
    LinkKind,
    Note,
    NoteKind,
    Postmortem,
    Update,
)
from incidents.models.planned.audience import audience_of
from incidents.models.sight import is_in_sight
from publishing.story import noted, overview
from publishing.story import promises as promised
from publishing.story import timeline as told
from publishing.story.credit import Statement, credit_of
from publishing.story.impact_history import Corrected, corrected
from publishing.story.links import Related, related
from publishing.story.planned import PlannedWindow, comes_back, window_of, windows_of
from publishing.story.plans import plan_of


@dataclass(frozen=True)
class Story:
    """One entry of the record at one instant; reads `with_story` rows, asks nothing itself."""

    incident: Incident
    at: datetime

    @property
    def level(self) -> str:
        """The word that colours it: the worst level that goes on, else its status or impact."""
        if self.incident.is_maintenance or not self.incident.is_open:
            return self.incident.status
        if self.going_on:
            return worst(stretch.window.page_level for stretch in self.going_on)
        return looks(self.incident.impact, self.incident.impact_override)

    @cached_property
    def credit(self) -> Statement | None:
        """What was given for it."""
        return credit_of(self.incident)

    @cached_property
    def stretches(self) -> list[overview.Stretch]:
        return overview.stretches(self.incident, self.at)

    @cached_property
    def impact_corrections(self) -> list[Corrected]:
        return corrected(self.incident)

    @cached_property
    def original(self) -> list[Related]:
        """What a duplicate leads to."""
        return [each for each in self.related if each.kind == LinkKind.DUPLICATE_OF and each.out]

    @cached_property
    def lost_original(self) -> Incident | None:
        """What a duplicate led to, where that was withdrawn since: nothing is told there."""
        out = self.incident.links_out.all()
        led_to = [link.target for link in out if link.kind == LinkKind.DUPLICATE_OF]
        return next((each for each in led_to if each.withdrawn_at and is_in_sight(each)), None)

    @cached_property
    def going_on(self) -> list[overview.Stretch]:
        """The windows that are open: whose thing it is, and since when."""
        return [stretch for stretch in self.stretches if stretch.window.end is None]

    @property
    def affected(self) -> list[Component]:
        """What is hit now, each part once, however many windows it has."""
        return list(dict.fromkeys(stretch.window.component for stretch in self.going_on))

    @property
    def hits_since(self) -> datetime:
        """Since when it hits what it hits now; of what hits nothing, since when it goes on."""
        starts = (stretch.window.start for stretch in self.going_on)
        return min(starts, default=self.began)

    @cached_property
    def origin(self) -> datetime:
        return overview.origin(self.incident)

    @cached_property
    def began(self) -> datetime:
        """When it began; worked out once, however many parts are hit."""
        return self.incident.began

    @cached_property
    def length(self) -> str:
        """From the beginning to the stated end, or to now."""
        return spell(between(self.began, self.incident.resolved_at or self.at))

    @cached_property
    def timeline(self) -> list[told.Entry | told.Silence]:
        return told.timeline(self.incident)

    @cached_property
    def timeline_in_order(self) -> list[told.Entry | told.Silence]:
        """As it happened, also while it goes on."""
        return self.timeline[::-1] if self.incident.is_open else self.timeline

    @property
    def newest_entry(self) -> told.Entry | told.Silence | None:
        """The word that readers wait for: the newest one while it goes on, or the only one."""
        leads = self.incident.is_open or len(self.timeline) == 1
        return self.timeline[0] if leads and self.timeline else None

    @property
    def further_entries(self) -> list[told.Entry | told.Silence]:
        """Everything but that one."""
        return self.timeline[1:] if self.newest_entry else self.timeline

    @cached_property
    def closing(self) -> told.Entry | None:
        """The words with which it ended, unless something above the updates says so already."""
        if self.newest_entry or self.incident.summary or self.incident.outcome:
            return None
        ending = None
        # Of what was said since it was over the first word ended it; later ones add to that.
        for entry in reversed(told.entries(self.incident)):
            if entry.update.status not in OVER:
                break
            ending = entry if not entry.update.redacted_at else ending
        return ending

    @cached_property
    def silences(self) -> list[told.Silence]:
        return told.silences(self.incident)

    @cached_property
    def newest(self) -> Update | None:
        """The newest update whose words still stand."""
        standing = [update for update in self.incident.updates.all() if not update.redacted_at]
        return standing[-1] if standing else None

    @cached_property
    def last_word(self) -> told.Entry | None:
        entries = told.entries(self.incident)
        return entries[-1] if entries else None

    @property
    def quiet_for(self) -> str:
        """How long nobody has said a word, once that is longer than the page allows itself."""
        if self.incident.status not in OWING or self.last_word is None:
            return ""
        quiet = self.at - self.last_word.said_at
        return spell(quiet) if quiet >= told.silence_limit(self.incident) else ""

    @property
    def quiet_percent(self) -> int | None:
        """How much of the page's own limit for silence is used up; None while nobody waits."""
        if self.incident.status not in OWING or self.last_word is None:
            return None
        quiet = self.at - self.last_word.said_at
        return max(0, min(100, int(100 * quiet / told.silence_limit(self.incident))))

    @cached_property
    def next_word(self) -> promised.Promise | None:
        return promised.next_word(self.incident, self.at)

    @cached_property
    def promises(self) -> list[promised.Promise]:
        return promised.promises(self.incident, self.at)

    @cached_property
    def next_fix(self) -> promised.Promise | None:
        return promised.next_fix(self.incident, self.at)

    @cached_property
    def next_dates(self) -> promised.Promise | None:
        return promised.next_dates(self.incident, self.at)

    @cached_property
    def record(self) -> promised.Record:
        """What the promises and the silence of it come to."""
        return promised.record([self.incident], self.at)

    @cached_property
    def judgements(self) -> list[CauseJudgement]:
        """How the cause was judged, from first to last; what is current stands apart."""
        return list(self.incident.judgements.all())

    @cached_property
    def milestones(self) -> list[overview.Milestone]:
        return overview.milestones(self.incident)

    @cached_property
    def cohorts(self) -> list[overview.Progress]:
        return overview.cohorts(self.incident)

    @cached_property
    def not_affected(self) -> list[Note]:
        return overview.notes(self.incident, NoteKind.NOT_AFFECTED)

    @cached_property
    def advice(self) -> list[Note]:
        return overview.notes(self.incident, NoteKind.ADVICE)

    @cached_property
    def past_advice(self) -> list[Note]:
        return overview.withdrawn_advice(self.incident)

    @cached_property
    def late_routes(self) -> list[str]:
        """The ways by which word may come late because of this very thing, in a sentence each."""
        return noted.late_routes(self.incident)

    @cached_property
    def questions(self) -> list[Note]:
        return overview.notes(self.incident, NoteKind.QUESTION)

    @cached_property
    def symptoms(self) -> list[Note]:
        return overview.notes(self.incident, NoteKind.SYMPTOM)

    @cached_property
    def works(self) -> list[noted.Work]:
        return noted.works(self.incident)

    @cached_property
    def attempts(self) -> list[noted.Attempt]:
        return noted.attempts(self.incident)

    @property
    def takes_messages(self) -> bool:
        """Whether readers may ask, or say that they are still affected."""
        return noted.may_write(self.incident, self.at)

    @cached_property
    def related(self) -> list[Related]:
        return related(self.incident)

    @cached_property
    def postmortems(self) -> list[Postmortem]:
        """Those whose published wording tells of it: a draft is visible nowhere."""
        return [each for each in self.incident.postmortems.all() if each.tells_of(self.incident)]

    @cached_property
    def planned(self) -> list[PlannedWindow]:
        return windows_of(self.incident, self.at)

    @cached_property
    def window(self) -> PlannedWindow | None:
        """The planned window that matters now, if dates are known."""
        return window_of(self.incident, self.at)

    @cached_property
    def further(self) -> int:
        """How many windows come after that one."""
        return sum(each.window.is_waiting and each != self.window for each in self.planned)

    @property
    def plan(self) -> list[str]:
        """When planned work is to be, on what, and for whom, a sentence each."""
        return list(plan_of(self.incident, self.at)) if self.incident.is_maintenance else []

    @property
    def audience(self) -> str:
        """Whom planned work concerns, if not everybody."""
        return audience_of(self.incident)

    @property
    def comes_back(self) -> str:
        """How often planned work comes back, if it does."""
        return comes_back(self.incident)

    @property
    def is_replayable(self) -> bool:
        """Whether its page can be read as it stood at an earlier time."""
        return self.incident.kind == Kind.INCIDENT and self.incident.is_public

    @property
    def owes_words(self) -> bool:
        """Whether something goes on of which readers expect to hear more."""
        waits = self.incident.status in {Status.ANNOUNCED, Status.SCHEDULED}
        return self.incident.is_open and not waits and self.incident.kind != Kind.ANNOUNCEMENT

    @property
    def recommends(self) -> str:
        """What an announcement leads to: the first thing of this page that its words link to."""
        site = re.escape(self.incident.page.url())
        linked = re.search(rf'href="{site}([^"]+)"', self.newest.html if self.newest else "")
        return linked[1] if linked else self.incident.public_path
