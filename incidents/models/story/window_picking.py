"""Which impact windows: those that hold, those that count, those that were known then."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

if TYPE_CHECKING:
    from incidents.models.story.window import ImpactWindow


class ImpactWindowQuerySet(models.QuerySet["ImpactWindow"]):
    """Ways to pick windows."""

    def current(self) -> Self:
        """Return what is believed now: rows that no later one replaced."""
        return self.filter(superseded_at=None)

    def standing_last(self) -> Self:
        """Return what is believed now; of what nothing is left, what was given up last.

        So an incident that was a false alarm, a duplicate or a slip still is about something.
        """
        alike = self.model._base_manager.filter(incident=OuterRef("incident"))
        later = Q(superseded_at=None) | Q(superseded_at__gt=OuterRef("superseded_at"))
        return self.filter(Q(superseded_at=None) | ~Exists(alike.filter(later)))

    def counting(self) -> Self:
        """Return current windows that count for everybody: none of drafts and rehearsals."""
        real = Q(
            incident__published_at__isnull=False,
            incident__withdrawn_at=None,
            incident__rehearsal=False,
        )
        return self.current().filter(Q(incident=None) | real)

    def believed(self, at: datetime) -> Self:
        """Return the rows that held at `at`; an end that was written later still stands in them."""
        replaced_later = Q(superseded_at=None) | Q(superseded_at__gt=at)
        return self.filter(replaced_later, recorded_at__lte=at)

    def as_known(self, at: datetime) -> "list[ImpactWindow]":
        """Return what was known at `at`: a window whose end was written down later was open."""
        return [window.as_known(at) for window in self.believed(at)]

    def corrected(self) -> Self:
        """Return rows that readers had seen and that were put right, the latest correction first.

        One that was replaced in the moment in which it was written was never seen, and one that
        never lasted (ended where it began) was no mistake.
        """
        seen = self.filter(superseded_at__gt=F("recorded_at"))
        put_right = seen.exclude(superseded_by=None, superseded_because="")
        return put_right.order_by("-superseded_at", "pk")

    def covering(self, at: datetime) -> Self:
        """Return windows that hold the instant `at`."""
        return self.filter(Q(end=None) | Q(end__gt=at), start__lte=at)

    def touching(self, start: datetime, end: datetime) -> Self:
        """Return windows that share some time with [start, end)."""
        return self.filter(Q(end=None) | Q(end__gt=start), start__lt=end)
