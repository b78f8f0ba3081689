"""Side threads of a sender: what reads ahead, marks behind, and keeps the lease meanwhile."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.db import Error, connection

from notifications.clock import Stopwatch
from notifications.models import Chunk
from notifications.models.chunk import LEASE

logger = logging.getLogger(__name__)

RENEW_EVERY: Final = 10.0
# Before a lease is over, with room for a clock that runs a little differently.
GOOD_FOR: Final = LEASE - timedelta(seconds=20)

type Renew = Callable[[str, datetime], None]


class Here(Executor):
    """Does at once what a side thread would do later."""

    def submit[**P, T](
        self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Returns what is done already."""
        future: Future[T] = Future()
        try:
            future.set_result(work(*args, **kwargs))
        except Exception as problem:  # noqa: BLE001 -- it is raised where the result is asked for
            future.set_exception(problem)
        return future


@contextmanager
def side_thread(name: str) -> Iterator[Executor]:
    """A thread of its own; within somebody's transaction none, since it would see no row of it."""
    if connection.in_atomic_block:
        yield Here()
        return
    with ThreadPoolExecutor(1, thread_name_prefix=name) as thread:
        yield thread
        thread.submit(_close)


def _close() -> None:
    """The connection of this very thread: named from outside it would be another one's."""
    connection.close()


class Lease:
    """What a sender holds, kept while it lives; a sender that was held up itself sees it lapse."""

    def __init__(self, owner: str, watch: Stopwatch, renew: Renew) -> None:
        self._owner, self._watch, self._renew = owner, watch, renew
        self._renewed, self._over = monotonic(), threading.Event()

    @property
    def is_good(self) -> bool:
        """Whether nobody else can have taken what we hold."""
        return monotonic() - self._renewed < GOOD_FOR.total_seconds()

    @classmethod
    @contextmanager
    def kept(cls, owner: str, watch: Stopwatch, renew: Renew = Chunk.renew) -> "Iterator[Lease]":
        """Renews it from a thread, so that a channel that hangs loses nothing."""
        lease = cls(owner, watch, renew)
        if connection.in_atomic_block:
            yield lease
            return
        keeper = threading.Thread(target=lease._keep, name="lease", daemon=True)
        keeper.start()
        try:
            yield lease
        finally:
            lease._over.set()
            keeper.join()

    def _keep(self) -> None:
        while not self._over.wait(RENEW_EVERY):
            began = monotonic()
            try:
                self._renew(self._owner, self._watch.now())
            except Error:
                logger.warning("A lease could not be renewed", exc_info=True)
                connection.close()
            else:
                self._renewed = began
        connection.close()
