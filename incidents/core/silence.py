"""How long nothing was said about something of which readers waited to hear more."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from incidents.core.lifecycles import OVER, Status

# Nobody waits for a word in these: before it begins, while a repair is watched, and afterwards.
QUIET: Final = OVER | {Status.ANNOUNCED, Status.SCHEDULED, Status.MONITORING, Status.PUBLISHED}
OWING: Final = frozenset(Status) - QUIET


class Word(NamedTuple):
    """One update: when it was said, and the status that it left."""

    said_at: datetime
    status: str


class Silence(NamedTuple):
    """A stretch without a word."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it was."""
        return self.end - self.start


def silences(words: Sequence[Word], until: datetime | None = None) -> Iterator[Silence]:
    """Every stretch between words in which more was owed; the last one lasts until `until`."""
    told = [*words, Word(until, "")] if until is not None else list(words)
    for before, after in pairwise(told):
        if before.status in OWING and after.said_at > before.said_at:
            yield Silence(before.said_at, after.said_at)


def longest(words: Sequence[Word], until: datetime | None = None) -> Silence | None:
    """The longest of them, if there was any."""
    return max(silences(words, until), key=lambda each: each.length, default=None)
