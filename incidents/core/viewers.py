"""Who is looking: the one word that decides what of the record may be seen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Final


class Viewer(Enum):
    """PUBLIC sees what was published; STAFF sees drafts, rehearsals and private pages too."""

    PUBLIC = "public"
    STAFF = "staff"


@dataclass(frozen=True)
class Sight:
    """A private page that is open to whoever is looking, and how much of it."""

    page: int
    """Its primary key."""
    components: frozenset[int] | None = None
    """Primary keys of those that are seen, and what hit none is seen, too; None for all of it."""


PUBLIC = Viewer.PUBLIC
STAFF = Viewer.STAFF
_sight: Final[ContextVar[Sight | None]] = ContextVar("sight", default=None)


@contextmanager
def let_in(sight: Sight | None) -> Iterator[None]:
    """Within, PUBLIC sees what is published on this private page, as far as the sight goes."""
    token = _sight.set(sight)
    try:
        yield
    finally:
        _sight.reset(token)


def let_in_to() -> int | None:
    """Which private page is open to whoever is looking."""
    sight = _sight.get()
    return sight.page if sight else None


def limited_to() -> frozenset[int] | None:
    """Which components whoever is looking sees, where they do not see all."""
    sight = _sight.get()
    return sight.components if sight else None


def for_everybody[**P, T](make: Callable[P, T]) -> Callable[P, T]:
    """Let `make` know nothing of who is looking: what it makes is kept for whoever comes next."""

    @wraps(make)
    def alone(*args: P.args, **kwargs: P.kwargs) -> T:
        with let_in(None):
            return make(*args, **kwargs)

    return alone
