"""What one place of a target did not take: since when, why, and when it is asked again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 300.0
# Doubled so often, a wait is longer than the longest; without a bound it is soon no number.
MOST_DOUBLED: Final = 16
# So many places are told of by name.
NAMED: Final = 3


@dataclass
class Trouble:
    """A place's own: others are brought what is theirs meanwhile."""

    failures: int = 0
    """How many in a row."""
    not_before: float = 0.0
    since: datetime | None = None
    problem: str = ""
    took: bool = False
    """Whether it took what it was brought last; of a place that is new nobody knows."""

    @property
    def rank(self) -> tuple[bool, float]:
        """Sorts places: what took the last, then what is new, then what failed, by its time."""
        return not self.took, self.not_before

    def grow(self, problem: str, at: datetime) -> float:
        """Note one failure more; return for how many seconds the place is left alone."""
        wait = min(FIRST_WAIT * 2.0 ** min(self.failures, MOST_DOUBLED), LONGEST_WAIT)
        self.failures += 1
        self.not_before = monotonic() + wait
        self.since, self.problem, self.took = self.since or at, problem, False
        return wait

    def end(self) -> None:
        """Note that the place took what it was brought."""
        self.failures, self.not_before, self.since, self.problem = 0, 0.0, None, ""
        self.took = True


def problems(troubles: Mapping[str, Trouble]) -> str:
    """Return what is wrong at these places, of which each has its name, or none."""
    said = [f"{name}: {each.problem}" if name else each.problem for name, each in troubles.items()]
    further = len(said) - NAMED
    return "; ".join(said[:NAMED]) + (f"; and at {further} more places" if further > 0 else "")
