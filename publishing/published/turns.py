"""Whose turn it is: what was just touched goes before what others still owe.

Periods long over are owed last: they wait until nobody is writing, or are made a few at a time.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from incidents.models import Page
from publishing.published.inventory import Stage

# How long nobody writes before the past is made without a pause, and that pause, in seconds.
QUIET: Final = timedelta(seconds=30)
PAUSE: Final = 5.0


class Turns:
    """Remembers up to where each page was read, what it owes, and when it had its last turn."""

    def __init__(self, clock: Callable[[], datetime], quiet: timedelta) -> None:
        self._clock, self._quiet = clock, quiet
        self._noted: dict[str, int] = {}
        self._due: dict[str, datetime] = {}
        self._owes: dict[str, int] = {}
        self._turned: dict[str, float] = {}

    def touched(self, pages: Iterable[Page]) -> list[Page]:
        """The pages on which something was written since they were read, the latest first."""
        found = [
            page for page in pages if self._noted.get(page.public_id) not in {None, page.version}
        ]
        return sorted(found, key=lambda page: page.changed_at, reverse=True)

    def others(self, pages: Iterable[Page]) -> list[Page]:
        """These by how soon what they owe has to be right; whoever waits longest first."""

        def urgency(page: Page) -> tuple[int, float, float]:
            name = page.public_id
            newest = -page.changed_at.timestamp()
            return self._owes.get(name, Stage.STATE), self.last(page), newest

        return sorted(pages, key=urgency)

    def last(self, page: Page) -> float:
        """When a page had its last turn, on the clock that only goes on."""
        return self._turned.get(page.public_id, 0.0)

    def are_overtaken(self, seen: Mapping[str, int], now: Mapping[str, int]) -> bool:
        """Whether something was written since these versions were seen, and was not read yet."""
        known = ((version, seen.get(name), self._noted.get(name)) for name, version in now.items())
        return any(version not in {before, read} for version, before, read in known)

    def is_fresh(self, page: Page) -> bool:
        """Whether a page has to be read: it is another one, or its time has come."""
        name = page.public_id
        return self._noted.get(name) != page.version or self._clock() >= self._due[name]

    def may_go_on(self, page: Page) -> bool:
        """Whether something is owed that may be made now."""
        owes = self._owes.get(page.public_id)
        if owes is None or owes < Stage.PAST:
            return owes is not None
        silence = self._clock() - page.changed_at
        is_quiet = not timedelta(0) <= silence < self._quiet
        return is_quiet or monotonic() - self.last(page) > PAUSE

    def note(self, page: Page, due: datetime) -> None:
        """A page was read, and has not to be read before `due` unless somebody writes."""
        self._noted[page.public_id], self._due[page.public_id] = page.version, due

    def end(self, page: Page, owes: int | None) -> None:
        """A page had its turn; what it owes soonest is of this stage, or it owes nothing."""
        self._turned[page.public_id] = monotonic()
        if owes is None:
            self._owes.pop(page.public_id, None)
        else:
            self._owes[page.public_id] = owes

    def forget(self, *pages: Page) -> None:
        """Have these pages read again, or all of them."""
        for name in [page.public_id for page in pages] or list(self._noted):
            self._noted.pop(name, None)
