"""Whoever is writing goes first, and then what is made of it: both compute in one interpreter."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic
from typing import Final

# How long one writer is waited for, in seconds: as long as a post may take at most. Whoever takes
# longer waits for something else.
LONGEST: Final = 0.2


class Courtesy:
    """Knows who is writing in this process; threads that can wait ask it to let them finish."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._changed = Condition()
        self._writers = 0
        self._not_before = 0.0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Within, somebody writes."""
        with self._changed:
            self._writers += 1
        try:
            yield
        finally:
            with self._changed:
                self._writers -= 1
                self._changed.notify_all()

    def give_way(self) -> None:
        """Wait while somebody writes: not for long, and never for more than half of the time."""
        began = monotonic()
        if not self._writers or began < self._not_before:
            return
        with self._changed:
            self._changed.wait_for(lambda: not self._writers, self._longest)
        ended = monotonic()
        self._not_before = ended + (ended - began)
