"""A private page of which a group of readers sees a part."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from incidents.core.viewers import Sight, let_in
from incidents.models import Component, Incident, Maintenance, Page, Postmortem
from people.actors import Actor
from publishing.artefact import Missing, Moved
from publishing.published.inventory import everything
from publishing.rendering import render
from publishing.sitting import sitting
from tests.publishing.world import est

NOW = est(1, 5, 12)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass
class Part:
    """Three components, of which the group sees the first."""

    by: Actor
    page: Page
    seen: Component
    hidden: Component
    elsewhere: Component

    @classmethod
    def of_three(cls, by: Actor) -> "Part":
        """Found a page on which something hit what the group sees, and nothing else."""
        founded = NOW - 60 * DAY
        page = Page.found(name="Eyes", slug="eyes", visibility="private", by=by, at=founded)
        names = ("Aaa", "Bbbhidden", "Ccchidden")
        part = cls(by, page, *(Component.add(page, each, by=by, at=founded) for each in names))
        over = part.hit(part.seen, title="It was slow", ago=3 * DAY)
        over.resolve(body="Over.", by=by, at=NOW - 2 * DAY)
        part.explain(over, title="Why it was slow", ago=DAY)
        part.hit(part.seen, title="It goes on")
        part.plan(part.seen, title="Moving it")
        return part

    def hit(self, *components: Component, title: str = "Trouble", ago: timedelta = DAY) -> Incident:
        """Something is wrong with these."""
        levels = dict.fromkeys(components, "partial_outage")
        return Incident.open(
            self.page, title=title, body="It is down.", levels=levels, by=self.by, at=NOW - ago
        )

    def plan(self, *components: Component, title: str, ago: timedelta = DAY) -> Maintenance:
        """Work on these, tomorrow."""
        return Maintenance.schedule(
            self.page, title=title, body="We work.", components=components, start=NOW + DAY,
            end=NOW + DAY + 60 * MINUTE, by=self.by, at=NOW - ago,
        )  # fmt: skip

    def explain(self, *incidents: Incident, title: str, ago: timedelta = MINUTE) -> Postmortem:
        """Publish a postmortem."""
        when: dict[str, Any] = {"by": self.by, "at": NOW - ago}
        told = Postmortem.draft(self.page, title=title, incidents=incidents, **when)
        told.write_section("summary", "It broke.", **when)
        told.publish(**when)
        return told

    def paths(self) -> set[str]:
        """Wherever anything may stand for anybody who is let in."""
        with let_in(Sight(self.page.pk)):
            return set(everything(self.page, NOW))

    def read(self, paths: Iterable[str]) -> dict[str, bytes | None]:
        """What stands there for the group; None where nothing does."""
        with self.looking(), sitting():
            return {path: self._body(path) for path in paths}

    def looking(self) -> Any:
        """Within, the group is looking."""
        return let_in(Sight(self.page.pk, frozenset({self.seen.pk})))

    def telling(self, *words: str) -> list[tuple[str, str]]:
        """Where the group reads any of these words."""
        return [(path, word) for path, body in self._texts() for word in words if word in body]

    def _texts(self) -> Iterator[tuple[str, str]]:
        for path, body in self.read(self.paths()).items():
            yield path, (body or b"").decode("utf-8", "replace")

    def _body(self, path: str) -> bytes | None:
        try:
            return render(self.page, path, NOW).body
        except (Missing, Moved):
            return None
