"""Posting chunks: one goes out while the next is read and the last one is marked.

What the other side took is written into a journal before anything further is sent, so that a sender
that is killed costs at most what was in flight.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from datetime import timedelta
from time import sleep
from typing import Final

from django.conf import settings
from django.db import Error, connection

from notifications.channels import BulkChannel
from notifications.clock import Stopwatch
from notifications.models import Chunk
from notifications.outcomes import Away, Outcome
from notifications.parcels import Parcel, Settled
from notifications.senders.journal import Journal
from notifications.senders.loads import Load, load
from notifications.senders.marks import mark, mark_sent
from notifications.senders.side import Lease, side_thread

logger = logging.getLogger(__name__)

# Without a journal: marks are written after this many, which with one round more makes 64.
AT_ONCE: Final = 48
MARK_EVERY: Final = 1.0
LOOK_EVERY: Final = 1.0
MOST_UNMARKED: Final = 4
PAUSES: Final = (0.1, 0.5, 2.0)

type Going = Callable[[], bool]


def post(channel: BulkChannel, owner: str, watch: Stopwatch, going: Going) -> int:
    """Sends chunks of a channel as long as there are some and `going`; returns how much it tried.

    `going` also ends a chunk in its middle once it says no; what is left of it stays open.
    """
    if not Chunk.objects.due(watch.now()).filter(channel=channel.name).exists():
        return 0
    with ExitStack() as stack:
        # The journal first: whoever finds it knows what its owner held.
        book = Book(owner)
        marker = Marker(stack.enter_context(side_thread("marker")), channel, owner, watch)
        reader = stack.enter_context(side_thread("reader"))
        lease = stack.enter_context(Lease.kept(owner, watch))
        run = Run(channel, Reader(reader, channel, owner, watch, going), marker, book, lease)
        tried = run.through(watch)
        book.close(whole=marker.finish())
        return tried


class Run:
    """One stretch of a channel's `post`: parcels out, outcomes back."""

    def __init__(
        self, channel: BulkChannel, reader: "Reader", marker: "Marker", book: "Book", lease: Lease
    ) -> None:
        self._channel, self._reader, self._marker = channel, reader, marker
        self._book, self._lease = book, lease
        self._loads: list[Load] = []
        self._out: dict[int, Load] = {}
        self._taken: set[int] = set()
        self._unmarked: dict[int, Load] = {}
        self._marked_at = 0.0

    def through(self, watch: Stopwatch) -> int:
        """Posts until nothing is left to send, or the time is over."""
        tried, rest = 0, timedelta()
        try:
            for settled in self._channel.post(self._parcels(), self._accept, watch.now()):
                tried += len(settled)
                self._note(settled)
                self._mark_now_and_then(watch.seconds())
        except Away as away:
            rest = away.wait
            self._give_up(str(away))
        except Exception as broken:
            logger.exception("The channel %s broke in the middle of a chunk", self._channel.name)
            self._give_up(f"{type(broken).__name__}: {broken}")
        if unsent := self._reader.put_back():
            self._loads.append(unsent)
        for each in self._loads:
            each.rest = rest
            self._marker.put(each, done=True)
        return tried

    def _parcels(self) -> Iterator[Parcel]:
        while loaded := self._reader.next():
            self._loads.append(loaded)
            for parcel in loaded.parcels:
                if not (self._reader.going() and self._lease.is_good and self._marker.is_well):
                    return
                if not self._reader.may_go_on(loaded):
                    break
                self._out[parcel.delivery] = loaded
                yield parcel

    def _accept(self, keys: Sequence[int]) -> None:
        self._taken.update(keys)
        if self._book.accept(keys):
            return
        self._unmarked |= {key: self._out[key] for key in keys}
        if len(self._unmarked) >= AT_ONCE:
            self._marker.mark_sent(self._unmarked)
            self._unmarked = {}

    def _note(self, settled: Sequence[Settled]) -> None:
        for key, outcome in settled:
            self._taken.discard(key)
            mine = self._out.pop(key)
            mine.settle(key, outcome)
            if not mine.waiting:
                self._loads.remove(mine)
                self._marker.put(mine, done=True)

    def _mark_now_and_then(self, seconds: float) -> None:
        """Shows how far a slow channel has got, long before its chunk is done."""
        if seconds - self._marked_at > MARK_EVERY:
            self._marked_at = seconds
            for each in self._loads:
                self._marker.put(each)

    def _give_up(self, problem: str) -> None:
        """Settles what the channel left open: what was taken was taken."""
        for key in list(self._out):
            sent = key in self._taken
            self._note([(key, Outcome.sent() if sent else Outcome.retry(problem))])


class Reader:
    """Claims and reads one chunk ahead of the one that goes out."""

    def __init__(
        self, thread: Executor, channel: BulkChannel, owner: str, watch: Stopwatch, going: Going
    ) -> None:
        self._thread, self._channel, self._owner, self._watch = thread, channel, owner, watch
        self.going, self._looked_at = going, watch.seconds()
        self._ahead: Future[Load | None] | None = thread.submit(self._claim)

    def next(self) -> Load | None:
        """The chunk that was read meanwhile, if any; the one after it is begun."""
        loaded = self.put_back()
        if loaded is not None and self.going():
            self._ahead = self._thread.submit(self._claim)
        return loaded

    def put_back(self) -> Load | None:
        """The chunk that was read meanwhile, and nothing after it."""
        ahead, self._ahead = self._ahead, None
        try:
            return ahead.result() if ahead else None
        except Exception:
            # What is on its way must come to its end all the same.
            logger.exception("The next chunk could not be read")
            return None

    def may_go_on(self, loaded: Load) -> bool:
        """Whether nobody has paused or cancelled it; asked of the database once a second."""
        now = self._watch.seconds()
        if now - self._looked_at > LOOK_EVERY:
            self._looked_at = now
            return self._ask(loaded.chunk)
        return True

    def _ask(self, chunk: Chunk) -> bool:
        """A database that cannot be asked says nothing against it: what is in flight must land."""
        try:
            return chunk.may_go_on()
        except Error:
            logger.warning("Whether to go on could not be asked", exc_info=True)
            if not connection.in_atomic_block:
                connection.close()
            return True

    def _claim(self) -> Load | None:
        while self.going():
            chunk = Chunk.claim(self._channel.name, self._owner, self._watch.now())
            if chunk is None:
                return None
            loaded = load(chunk, self._watch.now())
            if loaded.parcels:
                return loaded
            mark(loaded, [], self._owner, self._channel, self._watch.now(), done=True)
        return None


class Marker:
    """Marks behind the one that goes out, never further behind than a few chunks."""

    def __init__(
        self, thread: Executor, channel: BulkChannel, owner: str, watch: Stopwatch
    ) -> None:
        self._thread, self._channel, self._owner, self._watch = thread, channel, owner, watch
        self._under_way: deque[Future[None]] = deque()
        self.is_well = True

    def put(self, loaded: Load, *, done: bool = False) -> None:
        """Has marked what came since the last time."""
        if not self.is_well:
            return
        self._under_way.append(self._thread.submit(self._mark, loaded, loaded.unmarked(), done))
        while len(self._under_way) > MOST_UNMARKED:
            self._under_way.popleft().result()

    def mark_sent(self, taken: Mapping[int, Load]) -> None:
        """Marks here and now what was accepted, before anything further is sent."""
        for loaded in set(taken.values()):
            keys = [key for key, each in taken.items() if each is loaded]
            self._insist(lambda: mark_sent(loaded, keys, self._watch.now()))  # noqa: B023

    def finish(self) -> bool:
        """Waits for all marks; whether each of them is in the database."""
        for future in self._under_way:
            future.result()
        return self.is_well

    def _mark(self, loaded: Load, settled: Sequence[Settled], done: bool) -> None:
        at = self._watch.now()
        self._insist(lambda: mark(loaded, settled, self._owner, self._channel, at, done=done))

    def _insist(self, write: Callable[[], None]) -> None:
        """Tries again over a new connection; a database that is away for longer ends the run."""
        for pause in (*PAUSES, None):
            try:
                return write()
            except Exception as problem:
                if pause is None or connection.in_atomic_block or not isinstance(problem, Error):
                    logger.exception("What was sent could not be marked")
                    self.is_well = False
                    return None
                connection.close()
                sleep(pause)
        return None


class Book:
    """The journal of a run, or none where a setting, or a full disk, wants marks at once."""

    def __init__(self, owner: str) -> None:
        folder = settings.SENDER_JOURNAL
        self._journal: Journal | None = None
        self._writes = folder is not None
        try:
            self._journal = Journal.begin(folder, owner) if folder else None
        except OSError as problem:
            self._unwritable(problem)

    def accept(self, keys: Sequence[int]) -> bool:
        """Whether the keys are in the journal; otherwise the caller marks them."""
        if self._journal is None or not self._writes:
            return False
        try:
            self._journal.accept(keys)
        except OSError as problem:
            self._unwritable(problem)
        return self._writes

    def close(self, *, whole: bool) -> None:
        """Removes the journal when all of it is in the database."""
        if self._journal and whole:
            self._journal.end()
        elif self._journal:
            self._journal.leave()

    def _unwritable(self, problem: OSError) -> None:
        logger.error("No journal can be written, what is sent is marked at once: %s", problem)
        self._writes = False
