"""The embedded worker: a real Celery worker and beat in threads of the web process.

It is what runs when no REDIS_URL is set. The queue lives in memory, which costs nothing when the
process dies: the record holds what is still owed, and the next sweep finds it.
"""

import concurrent.futures.thread  # noqa: F401 -- its own ending is to come after ours
import logging
import threading
from threading import Event, Thread
from typing import Final, Self

from celery.beat import Scheduler, Service
from celery.signals import worker_shutting_down
from celery.worker import WorkController, state

from notifications.lanes import LANES
from statuspage.celery import app

logger = logging.getLogger(__name__)

# As many as units have: a lane whose two hang leaves the clock, and every other lane, theirs.
THREADS: Final = 2 * len(LANES)
PATIENCE: Final = 8.0
# Before one that ended by itself is started anew, in seconds: no program stands by to do so.
BREATH: Final = 2.0


class EmbeddedWorker:
    """Worker and beat, started after the fork and stopped with the process.

    Each is started anew when it ends by an error of its own.
    """

    def __init__(self) -> None:
        self._over = Event()
        self.worker, self.beat = _worker(), _clock()
        self.threads = [
            Thread(target=self._keep, args=(part,), name=part, daemon=True)
            for part in ("worker", "beat")
        ]

    def start(self) -> Self:
        """Start both threads; they are stopped when the process is asked to end."""
        state.should_stop = None
        for thread in self.threads:
            thread.start()
        # Before the pool's threads are waited for: they leave off only once they are told to.
        threading._register_atexit(self.stop)  # type: ignore[attr-defined]
        return self

    def stop(self) -> None:
        """End what is running: tasks finish what they have claimed, or leave it to the lease."""
        self._over.set()
        worker_shutting_down.send(sender="embedded", sig="SIGTERM", how="warm", exitcode=0)
        self.beat.stop(wait=False)
        # The worker's own thread ends it: stopped from here, it would still take a message.
        state.should_stop = 0
        # It looks for messages for two seconds at a time: any one wakes it.
        app.control.broadcast("ping")
        for thread in self.threads:
            thread.join(PATIENCE)

    def _keep(self, part: str) -> None:
        # Celery keeps its current app per thread; without this a retry goes to no queue at all.
        app.set_current()
        app.set_default()
        while not self._over.is_set():
            try:
                getattr(self, part).start()
            except Exception:
                logger.exception("The embedded worker's %s failed", part)
            if not self._over.wait(BREATH):
                logger.error("The embedded worker's %s ended by itself; it is started anew", part)
                setattr(self, part, MAKERS[part]())


def _worker() -> WorkController:
    return WorkController(
        app=app,
        pool_cls="threads",
        concurrency=THREADS,
        queues=",".join(LANES),
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
        loglevel="WARNING",
    )


def _clock() -> Service:
    return Service(app, max_interval=1, scheduler_cls=Scheduler)


MAKERS: Final = {"worker": _worker, "beat": _clock}
