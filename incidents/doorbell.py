"""The doorbell: tells upper floors, after the commit, that the journal has grown.

It is only ever a hint. Whoever misses it finds the event by its own sweep.
"""

import logging
from collections.abc import Callable
from typing import Final

logger = logging.getLogger(__name__)

Ringer = Callable[[int], None]
_ringers: Final[list[Ringer]] = []
missed = 0


def on_ring(ringer: Ringer) -> None:
    """Have `ringer` called with the page's primary key after each commit that wrote an event."""
    if ringer not in _ringers:
        _ringers.append(ringer)


def ring(page_id: int) -> None:
    """Call every ringer; a failing one is logged and counted, and never fails the request."""
    global missed  # noqa: PLW0603 -- a counter of this process, read by the metrics
    for ringer in _ringers:
        try:
            ringer(page_id)
        except Exception:
            missed += 1
            logger.exception("The doorbell of page %s was not heard by %s", page_id, ringer)
