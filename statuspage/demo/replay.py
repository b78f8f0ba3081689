"""Plays an outage again on a page of its own, minute by minute, by a faster clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from incidents.models import Incident, Page
from people.actors import Actor
from statuspage.demo import company
from statuspage.demo.clocks import Compressed, calendar
from statuspage.demo.mailstore import EVE, OUTAGE
from statuspage.demo.scene import Scene
from statuspage.demo.seed import play
from statuspage.demo.steps import Step, Story

SLUG: Final = "replay"
BY: Final = Actor.system("replay", face="command")
STOPPED: Final = "This replay was stopped before its end."


@dataclass(frozen=True)
class Tale:
    """A story that can be played again: what came before, and what is played step by step."""

    begins: str
    eve: Story
    outage: Story


TALES: Final = {"mailstore": Tale(begins="13 Dec 12:46", eve=EVE, outage=OUTAGE)}


@dataclass(frozen=True)
class Replay:
    """One run of a tale, from now on, `speed` times as fast as it was."""

    tale: Tale
    page: Page
    start: datetime
    speed: float

    def steps(self, wait_until: Callable[[datetime], None]) -> Iterator[Step]:
        """Play step after step, each once `wait_until` returns; yields what has been played."""
        scene = Scene(self.page, self.clock, BY, notify=True)
        play(scene, self.tale.eve)
        for step in self.tale.outage:
            wait_until(self.clock(step.at))
            step.play(scene)
            yield step

    @property
    def clock(self) -> Compressed:
        """The tale's calendar, moved to now and compressed."""
        return Compressed(calendar(self.tale.begins), self.start, self.speed)


def stage(*, at: datetime) -> Page:
    """Return the page that replays are played on, founded if need be and swept clean."""
    found = Page.objects.filter(slug=SLUG).first()
    page = found or company.found(name="Northmail, replayed", slug=SLUG, by=BY, at=at)
    clear(page, at=at)
    return page


def clear(page: Page, *, at: datetime) -> int:
    """Withdraw what an unfinished replay left open; returns how much that was."""
    left = list(Incident.objects.filter(page=page, withdrawn_at=None).unresolved())
    for incident in left:
        incident.withdraw(STOPPED, by=BY, at=at)
    return len(left)
