"""What went out within the last moment: a sender that is killed sends these twice, and what hangs.

How long a moment is, answers say: where all of them are slow, a slow one does not hang.
"""

from collections import deque
from statistics import median
from typing import Final

from notifications.outbound.calling.line import Line

MOST: Final = 16
TIMES_THE_USUAL: Final = 8
# In seconds.
SHORTEST: Final = 0.05
LONGEST: Final = 1.0


class Moments:
    """Lines whose call has just gone out, in their order; times are those of `monotonic`."""

    def __init__(self) -> None:
        self._since: dict[Line, float] = {}
        self._took: deque[float] = deque(maxlen=MOST)

    @property
    def are_full(self) -> bool:
        """Whether nothing more should go out for now."""
        return len(self._since) >= MOST

    def __bool__(self) -> bool:
        return bool(self._since)

    def begin(self, line: Line) -> None:
        """A call has gone out."""
        self._since[line] = line.began

    def end(self, line: Line, seconds: float) -> None:
        """It is over, after so long."""
        if self._since.pop(line, None) is not None:
            self._took.append(seconds)

    def forget(self, asked_at: float) -> None:
        """What had no answer when lines were asked for one, a moment after it, holds up no other.

        The time of asking counts: a process that stood still meanwhile knows nothing of answers.
        """
        if self._since and self._oldest() < asked_at - SHORTEST:
            past = asked_at - self._moment()
            while self._since and self._oldest() < past:
                del self._since[next(iter(self._since))]

    def _oldest(self) -> float:
        return next(iter(self._since.values()))

    def _moment(self) -> float:
        usual = median(self._took) if self._took else 0.0
        return min(max(TIMES_THE_USUAL * usual, SHORTEST), LONGEST)
