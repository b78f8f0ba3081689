"""Impact that was put right: what was said of it before, what is said now, and why."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from incidents.models import ImpactWindow, Incident
from incidents.models.sight import in_sight
from publishing.story.overview import Stretch


class Change(NamedTuple):
    """One fact before and after; times are instants, "goes on" is None."""

    label: str
    old: Any
    new: Any

    @property
    def is_time(self) -> bool:
        """Whether this is about when."""
        return any(isinstance(each, datetime) for each in (self.old, self.new))


@dataclass(frozen=True)
class Corrected:
    """One window that was replaced, or taken back."""

    window: ImpactWindow

    @property
    def at(self) -> datetime | None:
        """When it was put right."""
        return self.window.superseded_at

    @property
    def because(self) -> str:
        """Why, in staff's words, if they gave any; not where these may name what is hidden."""
        is_hidden = self.window.superseded_by_id is not None and self.taken_back
        return "" if is_hidden else self.window.superseded_because

    @property
    def taken_back(self) -> bool:
        """Whether nothing stands in its place, for all that whoever is looking sees."""
        return self.replacement is None

    @cached_property
    def replacement(self) -> ImpactWindow | None:
        """What stands in its place."""
        found = self.window.superseded_by
        return found if found and in_sight([found], ImpactWindow) else None

    @property
    def end_then(self) -> datetime | None:
        """Its end as readers knew it until then."""
        window = self.window
        known = (
            window.closed_at and window.superseded_at and window.closed_at < window.superseded_at
        )
        return window.end if known else None

    @property
    def kind(self) -> str:
        """What kind of harm was told, where it did not go without saying."""
        return Stretch(self.window, self.window.start).kind

    @property
    def changes(self) -> list[Change]:
        """What differs, fact by fact."""
        new = self.replacement
        if new is None:
            return []
        rows = [Change(label, old, value) for label, old, value in zip(
            _labels(), _facts(self.window, self.end_then), _facts(new, _first_end(new)), strict=True
        )]  # fmt: skip
        return [row for row in rows if row.old != row.new]


def corrected(incident: Incident) -> list[Corrected]:
    """What was put right after readers had seen it, the latest first."""
    return [Corrected(window) for window in incident.corrected_windows]


def _first_end(window: ImpactWindow) -> datetime | None:
    """The end that a correction gave; one that came later is no part of it."""
    return window.end if window.closed_at == window.recorded_at else None


def _labels() -> list[str]:
    return [_("What"), _("Level"), _("Kind"), _("From"), _("To"), _("How much"), _("Known")]


def _facts(window: ImpactWindow, end: datetime | None) -> list[Any]:
    stretch = Stretch(window, window.start)
    return [
        window.component.name,
        window.get_level_display(),
        stretch.kind,
        window.start,
        end,
        stretch.amount,
        window.get_precision_display(),
    ]
