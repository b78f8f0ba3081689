"""Since when something goes on: harm may begin before, or after, staff write of it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from incidents.core.impacts import Precision, beginning
from incidents.core.lifecycles import Kind

if TYPE_CHECKING:
    from incidents.models.story.entry import Entry
    from incidents.models.story.window import ImpactWindow


class Beginning(NamedTuple):
    """When it began, and whether that is only roughly known."""

    at: datetime
    about: bool = False

    @classmethod
    def of(cls, entry: "Entry") -> Self:
        """Return that of the earliest window that counts; planned work begins by its own verbs."""
        windows = current(entry) if entry.kind == Kind.INCIDENT else []
        first = min(windows, key=lambda window: window.start, default=None)
        if first is None:
            return cls(entry.started_at)
        at = beginning(entry.started_at, entry.resolved_at, first.start)
        return cls(at, first.precision == Precision.ABOUT and at == first.start)


def current(entry: Any) -> "list[ImpactWindow]":
    """The windows that none replaced, of those that were prefetched."""
    return [window for window in entry.windows.all() if window.superseded_at is None]
