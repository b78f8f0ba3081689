"""Who is looking: the one word that decides what of the record may be seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Final


class Viewer(Enum):
    """PUBLIC sees what was published; STAFF sees drafts, rehearsals and private pages too."""

    PUBLIC = "public"
    STAFF = "staff"


PUBLIC = Viewer.PUBLIC
STAFF = Viewer.STAFF
_let_in: Final[ContextVar[int | None]] = ContextVar("let_in", default=None)


@contextmanager
def let_in(page: int) -> Iterator[None]:
    """Within, PUBLIC sees what is published on this private page, too (its primary key)."""
    token = _let_in.set(page)
    try:
        yield
    finally:
        _let_in.reset(token)


def let_in_to() -> int | None:
    """Which private page is open to whoever is looking."""
    return _let_in.get()
