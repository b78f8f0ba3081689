"""Brings one target what it lacks: at once, again when it failed, whole after a gap."""

import logging
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final

from django.utils import timezone

from publishing.elsewhere.filled import Filled
from publishing.elsewhere.trouble import Trouble, problems
from publishing.published.outgoing import paths_of
from publishing.targets import PAGE, NotOursError, PushError, Target, target_for

logger = logging.getLogger(__name__)

LOOKS_EVERY: Final = 0.5
# What nobody told of is found by comparing: a bucket that somebody emptied, a host that slept.
COMPARE_AFTER: Final = 3600.0
# More than this is brought faster by comparing.
MANY: Final = 5000
# For so long, in seconds, a folder that refers to what is still being made is not brought. Where
# changes never stop, what is new comes that often.
HELD_AT_MOST: Final = 3.0
# A round that spent so many seconds in failures ends, so that what is new elsewhere goes first.
FAILING_AT_MOST: Final = 30.0
NOTHING: Final = Path(os.devnull) / "nothing"

type Pushed = Callable[[str, Sequence[str]], None]


@dataclass
class Load:
    """What one place still has to be brought of one page."""

    page_id: str
    folder: Path
    paths: dict[str, None] = field(default_factory=dict)
    whole: bool = False
    """Whether the folder holds everything, so that it may be compared with."""
    compare: bool = False
    compared: float = 0.0
    held_since: float = 0.0
    """Since when the folder refers to what is still being made; 0 where it does not."""
    trouble: Trouble = field(default_factory=Trouble)
    """The place's: another page that belongs there finds the place as it is."""

    def is_due(self, now: float) -> bool:
        """Whether there is anything to bring; a folder that is missing is being made anew."""
        if self.whole and now - self.compared > COMPARE_AFTER:
            self.compare = True
        if now < self.trouble.not_before:
            return False
        if self.held_since and now - self.held_since < HELD_AT_MOST:
            return False
        wanted = bool(self.paths) or (self.whole and self.compare)
        return wanted and (self.folder is NOTHING or self.folder.is_dir())

    def hold(self, *, complete: bool) -> None:
        """Wait, or wait no more, for what the folder refers to."""
        self.held_since = 0.0 if complete else self.held_since or monotonic()

    def take(self) -> "Load":
        """Return what is to be brought now, and note it no more."""
        taken = replace(self, paths=dict(self.paths))
        taken.compare = self.whole and (self.compare or len(self.paths) > MANY)
        self.paths.clear()
        self.compare, self.held_since = False, 0.0
        return taken

    def left_for(self, page_id: str, folder: Path, *, is_whole: bool) -> "Load":
        """Return what the same place has to be brought of another page."""
        return Load(page_id, folder, whole=is_whole, compare=is_whole, trouble=self.trouble)

    def give_back(self, taken: "Load") -> None:
        """Note again what could not be brought; then all is compared, where that may be."""
        self.paths = taken.paths | self.paths
        self.compare = True


@dataclass(frozen=True)
class Report:
    """How a target does, all its places together, without a secret."""

    name: str
    waiting: int = 0
    pushed_at: datetime | None = None
    failing_since: datetime | None = None
    problem: str = ""


class Courier:
    """One target with a thread of its own, so that a slow one holds up no other."""

    def __init__(
        self,
        root: Path,
        address: str,
        *,
        may_push: Callable[[], bool],
        pushed: Pushed,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.address, self._clock = address, clock
        self._root, self._filled = root, Filled(root, address)
        self._may_push, self._pushed = may_push, pushed
        self._loads: dict[str, Load] = {}
        self._targets: dict[str, Target] = {}
        self._lock, self._wake, self._stopping = Lock(), Event(), Event()
        self._report = Report(target_for(address).name)
        self._thread = Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to bring."""
        self._thread.start()

    def stop(self, patience: float) -> None:
        """Leave off after what is being brought."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(patience)

    def take_places(self, places: Mapping[str, str], whole: Collection[str] = ()) -> None:
        """Learn which page (by its id) belongs at which place; what belongs nowhere goes.

        Places are named by what stands for `{page}` in the address. Where the page is `whole`, the
        place is made equal to it at once: what stood there may be for nobody any more.
        """
        with self._lock:
            for place in (self._loads.keys() | self._filled.places()) - places.keys():
                load = self._loads.get(place, Load("", NOTHING))
                self._loads[place] = load.left_for(load.page_id, NOTHING, is_whole=True)
            for place, page_id in places.items():
                load = self._loads.get(place, Load("", NOTHING))
                if (load.page_id, load.folder) != (page_id, self._root / page_id):
                    self._loads[place] = load.left_for(
                        page_id, self._root / page_id, is_whole=page_id in whole
                    )
        self._wake.set()

    def take_paths(self, page_id: str, paths: Iterable[str], *, complete: bool = True) -> None:
        """Note what became another or stands no more; returns at once.

        It is brought when the folder is `complete`: when what it refers to stands in it, too.
        """
        with self._lock:
            for load in self._of(page_id):
                load.paths.update(dict.fromkeys(paths))
                load.hold(complete=complete)
        self._wake.set()

    def take_whole(self, page_id: str) -> None:
        """Note that the folder is complete: from now on its place is made equal to it."""
        with self._lock:
            for load in self._of(page_id):
                load.hold(complete=True)
                if not load.whole:
                    load.whole = load.compare = True
        self._wake.set()

    def take_stranger(self, page_id: str) -> None:
        """Note that somebody else wrote in the folder: what lies elsewhere has to be compared.

        They may be still at it.
        """
        with self._lock:
            for load in self._of(page_id):
                load.compare = True
                load.hold(complete=False)
        self._wake.set()

    def status(self) -> Report:
        """Return how the target does; it fails as long as one of its places does."""
        with self._lock:
            waiting = sum(len(load.paths) for load in self._loads.values())
            failing = {
                place if PAGE in self.address else "": load.trouble
                for place, load in self._loads.items()
                if load.trouble.since
            }
            since = min((each.since for each in failing.values() if each.since), default=None)
            return replace(
                self._report, waiting=waiting, failing_since=since, problem=problems(failing)
            )

    def _of(self, page_id: str) -> Iterable[Load]:
        return (load for load in self._loads.values() if load.page_id == page_id)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(LOOKS_EVERY)
            self._wake.clear()
            try:
                self._look()
            except Exception:
                # Without this thread nothing is brought, while the lease keeps others from it.
                logger.exception("%s: the round was broken off", self._report.name)

    def _look(self) -> None:
        if self._may_push():
            self._round()
        else:
            self._leave_to_others()

    def _leave_to_others(self) -> None:
        """Another host pushes; should we take over, we compare, and need not remember.

        Nor do we know any more how the places do: their failures are the other host's to tell of.
        """
        with self._lock:
            for load in self._loads.values():
                load.trouble = Trouble()
                if load.whole:
                    load.take()
                    load.compare = True

    def _round(self) -> None:
        """Bring what is due: first to places that took the last, then to new ones, then to others.

        A failure may take as long as a time-out. So a round ends with one more at a place that
        failed before, and when those of places that did not took FAILING_AT_MOST together; what
        is new by then comes before the rest. No place is known to take anything before its first
        turn: behind many new ones that hang it waits for these.
        """
        now, failing = self._clock(), 0.0
        with self._lock:
            due = [(place, load) for place, load in self._loads.items() if load.is_due(now)]
        for place, load in sorted(due, key=lambda each: each[1].trouble.rank):
            if not self._may_push() or self._stopping.is_set():
                return
            failed_before, began = load.trouble.failures > 0, self._clock()
            self._bring(place, load)
            if load.trouble.failures:
                failing += self._clock() - began
                if failed_before or failing >= FAILING_AT_MOST:
                    return

    def _bring(self, place: str, load: Load) -> None:
        with self._lock:
            taken = load.take()
        try:
            if place not in self._targets:
                self._targets[place] = target_for(self.address.replace(PAGE, place))
            if taken.folder is not NOTHING:
                self._filled.add(place)
            if taken.compare:
                found = self._targets[place].level(taken.folder)
                taken.paths |= dict.fromkeys(paths_of(found))
            else:
                self._targets[place].push(taken.folder, list(taken.paths))
        except NotOursError as error:
            # Nothing of ours is there, so there is nothing that would ever have to go.
            if taken.folder is NOTHING:
                logger.info("%s: %s; it is left", self._report.name.replace(PAGE, place), error)
                self._forget(place, load)
            else:
                self._filled.discard(place)
                self._failed(place, load, taken, error)
        except Exception as error:  # noqa: BLE001 -- said by `_failed`; the thread goes on
            self._failed(place, load, taken, error)
        else:
            self._succeeded(load, taken)
            self._forget(place, load)

    def _succeeded(self, load: Load, taken: Load) -> None:
        with self._lock:
            load.trouble.end()
        if taken.compare:
            load.compared = self._clock()
        self._report = replace(self._report, pushed_at=timezone.now())
        self._tell(taken)

    def _tell(self, taken: Load) -> None:
        try:
            self._pushed(taken.page_id, list(taken.paths))
        except Exception:
            # It is there: to bring it once more would not help whoever was to hear of it.
            logger.exception("%s: nobody could be told what was pushed", self._report.name)

    def _forget(self, place: str, load: Load) -> None:
        """What belongs nowhere is gone now, or somebody else's, and no longer ours."""
        with self._lock:
            if load.folder is NOTHING and self._loads.get(place) is load:
                del self._loads[place]
                self._filled.discard(place)

    def _failed(self, place: str, load: Load, taken: Load, error: Exception) -> None:
        foreseen = isinstance(error, PushError)
        problem = str(error) if foreseen else type(error).__name__
        with self._lock:
            load.give_back(taken)
            wait = load.trouble.grow(problem, timezone.now())
        name = self._report.name.replace(PAGE, place)
        words = "%s: %s; again in %.0f s"
        logger.warning(words, name, problem, wait, exc_info=not foreseen)
