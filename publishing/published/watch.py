"""The publisher's own thread in a web process: woken by this process, by a look otherwise."""

import logging
import sqlite3
import time
from threading import Event, Thread
from typing import Final

from django.db import DatabaseError, InterfaceError, connection

from incidents.doorbell import on_ring
from publishing.published.publisher import Publisher
from publishing.published.troubles import Stuck

logger = logging.getLogger(__name__)

# How long another process's change can go unseen, in seconds.
PAUSE: Final = 0.2
PAUSE_IN_TROUBLE: Final = 1.0
# Longer without a look, and what stands here may not be so any more.
LONGEST: Final = 30.0
# Between two batches, so that a long list holds up nobody in this process.
BREATH: Final = 0.02


class Watch(Thread):
    """Looks for what is new until it is told to stop; trouble is logged once and waited out."""

    def __init__(self, publisher: Publisher) -> None:
        super().__init__(name="publisher", daemon=True)
        self.publisher = publisher
        self.looked_at = 0.0
        self.trouble = ""
        # The short names of pages that cannot be turned, while the others are kept current.
        self.stuck = ""
        self._bell = Event()
        self._over = False

    def start(self) -> None:
        """Begin, and listen at the doorbell."""
        on_ring(self.ring)
        super().start()

    def ring(self, _page: int = 0) -> None:
        """Look now."""
        self._bell.set()

    def stop(self) -> None:
        """Leave off after what is being made."""
        self._over = True
        self._bell.set()

    @property
    def age(self) -> float:
        """Seconds since the last look that went well."""
        return time.monotonic() - self.looked_at

    @property
    def is_current(self) -> bool:
        """Whether what stands here is what the record gives, or is just being made."""
        return self.age < LONGEST

    def run(self) -> None:
        """Look, make, and wait to be woken."""
        while not self._over:
            self._bell.clear()
            left = self._look()
            in_trouble = self.trouble or self.stuck
            self._bell.wait(BREATH if left else PAUSE_IN_TROUBLE if in_trouble else PAUSE)
        connection.close()

    def _look(self) -> bool:
        try:
            left = self.publisher.look()
        except Stuck as stuck:
            left = self._leave_aside(stuck)
        except (DatabaseError, InterfaceError, OSError, sqlite3.OperationalError) as error:
            self._say(f"{type(error).__name__}: {error}")
            connection.close()
            return False
        except Exception:
            if not self.trouble:
                logger.exception("The publisher could not look")
            self._say("an error of our own")
            return False
        else:
            self.stuck = ""
        self._say("")
        self.looked_at = time.monotonic()
        return left

    def _leave_aside(self, stuck: Stuck) -> bool:
        """The other pages are as the record gives them: only that these are not is said, once."""
        pages = str(stuck)
        if pages != self.stuck:
            logger.error("Cannot be published just now: %s", pages, exc_info=stuck.__cause__)
        self.stuck = pages
        # What the database refused for one page must not hold up the next look.
        connection.close()
        return stuck.left

    def _say(self, trouble: str) -> None:
        if trouble and not self.trouble:
            logger.warning("Publishing waits (what stands is still served): %s", trouble)
        if self.trouble and not trouble:
            logger.warning("Publishing goes on")
        self.trouble = trouble
