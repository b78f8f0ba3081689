"""From a duplicate to the incident that stays: all harm moves, nothing counts twice."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from incidents.core.impacts import ImpactKind
from incidents.core.intervals import Span, subtract
from incidents.core.levels import SEVERITY
from incidents.models.story.window import ImpactWindow
from incidents.models.story.window_rules import FOR_EVER

if TYPE_CHECKING:
    from incidents.models.story.incident import Incident


def carry_over(duplicate: "Incident", target: "Incident", because: str, at: datetime) -> int:
    """Let `target` hold what `duplicate` held, within a verb; returns how many windows moved.

    What the target covers already is superseded by it; where the duplicate knew worse, the
    target's own window gives way for that time. Its cohorts go along.
    """
    duplicate.cohorts.update(incident=target)
    held = duplicate.windows.current().select_related("component", "cohort")
    return sum(_carry(window, target, because, at) for window in list(held))


def _carry(window: ImpactWindow, target: "Incident", because: str, at: datetime) -> int:
    covering = [rival for rival in _rivals(window, target) if _covers(rival, window)]
    left = subtract([_whole(window)], map(_whole, covering))
    heirs = [_write(window, piece, target, because, at) for piece in left]
    window.retire(at, because, by=[*heirs, *covering][0])
    return len(heirs)


def _write(
    window: ImpactWindow, piece: Span, target: "Incident", because: str, at: datetime
) -> ImpactWindow:
    """Record one piece of a window on the target; whatever says no more than it makes room."""
    lesser = [rival for rival in _rivals(window, target) if _covers(window, rival)]
    swallowed = [rival for rival in lesser if not _make_room(rival, piece, because, at)]
    heir = ImpactWindow.write(at, **_fields(window, piece, incident=target))
    for rival in swallowed:
        rival.retire(at, because, by=heir)
    return heir


def _make_room(rival: ImpactWindow, piece: Span, because: str, at: datetime) -> bool:
    """Cut `piece` out of a window; returns whether anything of it is left."""
    whole = _whole(rival)
    left = subtract([whole], [piece])
    if left == [whole]:
        return True
    rival.retire(at, because)
    parts = [ImpactWindow.write(at, **_fields(rival, part)) for part in left]
    if parts:
        rival.retire(at, because, by=parts[0])
    return bool(parts)


def _rivals(window: ImpactWindow, target: "Incident") -> list[ImpactWindow]:
    same = target.windows.current().filter(component=window.component, cohort=window.cohort)
    return list(same.touching(window.start, window.end or FOR_EVER))


def _covers(rival: ImpactWindow, window: ImpactWindow) -> bool:
    """Whether one says all of what the other does: what is unavailable is degraded as well."""
    kinds = (
        {window.kind, ImpactKind.UNAVAILABLE}
        if window.kind == ImpactKind.DEGRADED
        else {window.kind}
    )
    return rival.kind in kinds and SEVERITY[rival.level] >= SEVERITY[window.level]


def _whole(window: ImpactWindow) -> Span:
    return Span(window.start, window.end or FOR_EVER)


def _fields(window: ImpactWindow, piece: Span, **changes: Any) -> dict[str, Any]:
    end = None if piece.end == FOR_EVER else piece.end
    return window.carried() | {"start": piece.start, "end": end} | changes
