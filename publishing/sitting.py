"""What several files of one moment have in common is read once."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final

from incidents.models import Page
from incidents.reading import PageState

_kept: Final[ContextVar[dict[Hashable, Any] | None]] = ContextVar("kept", default=None)


@contextmanager
def sitting() -> Iterator[None]:
    """Within, the same is read only once; what was read is for looking at alone."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once[T](read: Callable[[Page, datetime], T], page: Page, at: datetime) -> T:
    """Return what `read` makes of a page; in a sitting, once for each version and instant."""
    return shared((read, page.pk, page.version, at), lambda: read(page, at))


def shared[T](key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` returns; in a sitting, once for each key."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    found: T = kept[key]
    return found


def state_of(page: Page, at: datetime) -> PageState:
    """The page as readers find it at `at`."""
    return once(_read, page, at)


def _read(page: Page, at: datetime) -> PageState:
    return PageState.of(page, at=at)
