"""What can be promised in public, how a promise stands, and what many of them come to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CommitmentKind(TextChoices):
    """What was promised."""

    NEXT_UPDATE = "next_update", _("Next update")
    FIX = "fix", _("Fix")
    POSTMORTEM = "postmortem", _("Postmortem")
    PERSONAL_NOTICE = "personal_notice", _("Personal notice")
    MAINTENANCE_DATES = "maintenance_dates", _("Maintenance dates")
    MAX_DURATION = "max_duration", _("Longest duration")


class CommitmentState(TextChoices):
    """How a promise stands at one instant."""

    OPEN = "open", _("Open")
    LATE = "late", _("Late")
    KEPT = "kept", _("Kept")
    KEPT_LATE = "kept_late", _("Kept late")
    WITHDRAWN = "withdrawn", _("Taken back")
    REPLACED = "replaced", _("Replaced")


class PromiseLike(Protocol):
    """What the figures read of a promise."""

    @property
    def counts(self) -> bool: ...
    def state_at(self, at: datetime) -> CommitmentState: ...
    def lateness_at(self, at: datetime) -> timedelta: ...


@dataclass(frozen=True, slots=True)
class Figures:
    """What promises came to: kept in time, kept late, late by now, open, taken back."""

    kept: int = 0
    kept_late: int = 0
    late: int = 0
    open: int = 0
    withdrawn: int = 0
    most_late: timedelta = timedelta()

    @classmethod
    def of(cls, promises: Iterable[PromiseLike], at: datetime) -> Self:
        """Count promises as they stood at `at`; where no time was named there is none to keep."""
        counted = [promise for promise in promises if promise.counts]
        states = Counter(str(promise.state_at(at)) for promise in counted)
        late = [promise.lateness_at(at) for promise in counted]
        tally = {name: states[name] for name in ("kept", "kept_late", "late", "open", "withdrawn")}
        return cls(**tally, most_late=max(late, default=timedelta()))

    @property
    def held(self) -> int:
        """Those that were kept, late ones too."""
        return self.kept + self.kept_late

    @property
    def decided(self) -> int:
        """Those of which it is known by now whether they were kept in time."""
        return self.held + self.late + self.withdrawn

    @property
    def total(self) -> int:
        """All of them."""
        return self.decided + self.open
