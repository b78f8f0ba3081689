"""What several files of one moment have in common is read once."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from incidents.core.viewers import limited_to
from incidents.models import Page
from incidents.reading import Before, PageState

# How long what was read of a version is used on.
YOUNG: Final = timedelta(seconds=5)


@dataclass
class Seat:
    """Where somebody sits down for one page, again and again.

    What was read of one version at one instant lies there until it is cleared; what the state was
    read from stays, so that what is as it was need not become instances anew.
    """

    version: int = 0
    at: datetime | None = None
    # Called wherever whoever sits here may be held up for a moment.
    give_way: Callable[[], None] = lambda: None
    kept: dict[Hashable, Any] = field(default_factory=dict)
    before: Before = field(default_factory=Before)

    def at_hand(self, version: int, now: datetime) -> datetime | None:
        """The instant of what lies there, as long as that is good for this version."""
        is_young = self.at is not None and abs(now - self.at) < YOUNG
        return self.at if is_young and self.version == version else None

    def clear(self, version: int = 0, at: datetime | None = None) -> None:
        """Make room for another version, or another instant."""
        self.version, self.at, self.kept = version, at, {}


_taken: Final[ContextVar[Seat | None]] = ContextVar("taken", default=None)


@contextmanager
def sitting(seat: Seat | None = None) -> Iterator[None]:
    """Within, the same is read only once; what was read is for looking at alone."""
    token = _taken.set(seat or Seat())
    try:
        yield
    finally:
        _taken.reset(token)


def once[T](read: Callable[[Page, datetime], T], page: Page, at: datetime) -> T:
    """Return what `read` makes of a page; in a sitting, once for each version and instant."""
    return shared((read, page.pk, page.version, at), lambda: read(page, at))


def shared[T](key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` returns; in a sitting, once for each key."""
    seat = _taken.get()
    if seat is None:
        return make()
    seen = limited_to(), key
    if seen not in seat.kept:
        seat.kept[seen] = make()
    found: T = seat.kept[seen]
    return found


def step_by_step[T](found: Iterable[T]) -> Iterator[T]:
    """Return these one by one; in a sitting, others may go first between any two of them."""
    seat = _taken.get()
    for each in found:
        if seat is not None:
            seat.give_way()
        yield each


def state_of(page: Page, at: datetime) -> PageState:
    """The page as readers find it at `at`."""
    return once(_read, page, at)


def _read(page: Page, at: datetime) -> PageState:
    seat = _taken.get()
    return PageState.of(page, at=at, before=seat.before if seat else None)
