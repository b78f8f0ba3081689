"""How many are at the front door: while many are, what computes for one reader leaves them time."""

from collections.abc import Callable
from time import monotonic
from typing import Final

# Answers a second that make a crowd; handing them out takes about a tenth of the interpreter.
MANY: Final = 1000
# Of the time that goes by, a single reader's share is one part in so many.
PARTS: Final = 4
# How long at most nobody computes, in seconds: whoever writes may have to wait for it, too.
LONGEST: Final = 0.05


class Crowd:
    """Counts what is handed out. Belongs to the event loop: nothing here is safe for threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self.handed_out = 0
        self._seen, self._seen_at = 0, clock()
        self._owed_until = 0.0

    def worked(self, seconds: float) -> None:
        """Note that something was computed for one reader, just now and so long."""
        now = self._clock()
        elapsed = now - self._seen_at
        is_crowd = elapsed > 0 and (self.handed_out - self._seen) / elapsed >= MANY
        self._seen, self._seen_at = self.handed_out, now
        self._owed_until = now + min(seconds * (PARTS - 1), LONGEST) if is_crowd else 0.0

    def owed(self) -> float:
        """How long it is still theirs, in seconds."""
        return max(self._owed_until - self._clock(), 0.0)
