"""Since when something goes on: harm may begin before, or after, staff write of it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from incidents.core import checks
from incidents.core.clocks import minute
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
        # Of two that began together, the one that is known exactly says when.
        about, first = min(
            ((window.precision == Precision.ABOUT, window.start) for window in windows),
            key=lambda known: (known[1], known[0]),
            default=(False, None),
        )
        at = beginning(entry.started_at, entry.resolved_at, first)
        return cls(at, about and at == first)


def corrected(entry: "Entry", was: datetime, now: datetime) -> datetime:
    """Return the stated start after harm of the entry was corrected from `was` to `now`.

    Where it was stated of that very harm it moves along, as far as other harm and the end let it.
    """
    if was != entry.started_at or now <= was or entry.kind != Kind.INCIDENT:
        return entry.started_at
    first = first_harm(entry) or was
    is_within = entry.resolved_at is None or first < entry.resolved_at
    return max(was, first) if is_within else was


def before(entry: "Entry", end: datetime) -> datetime:
    """Return a stated start that lies before `end`: harm recorded since may have begun earlier.

    Raises ValidationError on "resolved_at" where nothing was broken until then.
    """
    if end >= entry.started_at:
        return entry.started_at
    began = min(entry.started_at, first_harm(entry) or entry.started_at)
    if end <= began:
        raise checks.refusal(
            "resolved_at",
            f"It began at {minute(began)}, after that: name a later time, or call it a false "
            "alarm if nothing was broken.",
        )
    return began


def first_harm(entry: Any) -> datetime | None:
    """When the earliest harm on record began, asked anew: for verbs."""
    first = entry.windows.filter(superseded_at=None).order_by("start").first()
    return first.start if first else None


def current(entry: Any) -> "list[ImpactWindow]":
    """The windows that none replaced, of those that were prefetched."""
    return [window for window in entry.windows.all() if window.superseded_at is None]
