"""Wakes the notifier from a thread of its own: no request ever waits for the broker."""

import logging
import os
import threading
from typing import Final

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

OPEN_TASK: Final = "notifications.open_broadcasts"


class Bell:
    """One waiting ring at most: a second one before the first is heard says nothing new."""

    def __init__(self) -> None:
        self.missed = 0
        self._rung = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._process: int | None = None
        self._lock = threading.Lock()

    def ring(self) -> None:
        """Asks for a round of telling, and returns at once."""
        self._idle.clear()
        self._rung.set()
        if self._process != os.getpid():
            self._start()

    def wait(self, seconds: float) -> bool:
        """Whether everything rung so far was passed on, or given up, in time."""
        return self._idle.wait(seconds)

    def _start(self) -> None:
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                threading.Thread(target=self._pass_on, name="doorbell", daemon=True).start()

    def _pass_on(self) -> None:
        while self._rung.wait():
            self._rung.clear()
            self._call()
            if not self._rung.is_set():
                self._idle.set()

    def _call(self) -> None:
        try:
            current_app.send_task(OPEN_TASK, queue="clock", retry=False, ignore_result=True)
        except OperationalError as error:
            # It is away, and every post says so: one line each, and no time for more.
            self.missed += 1
            logger.warning("The broker did not take a ring; the sweep will: %s", error)
        except Exception:
            self.missed += 1
            logger.exception("A ring was lost; the sweep finds what it was about")


bell: Final = Bell()


def ring(_page_id: int) -> None:
    """Called after each commit that wrote to the journal."""
    bell.ring()
