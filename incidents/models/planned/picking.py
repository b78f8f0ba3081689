"""Which windows of planned work: what stands, what waits, what is under way."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from incidents.models.planned.scheduled import (
        ScheduledWindow,  # noqa: F401 -- named in the base class
    )


class ScheduledWindowQuerySet(models.QuerySet["ScheduledWindow"]):
    """Ways to pick windows of planned work."""

    def current(self) -> Self:
        """Return what stands: no later window took its place."""
        return self.filter(superseded_at=None)

    def waiting(self) -> Self:
        """Return what has not begun, the next one first."""
        return self.current().filter(began_at=None, ended_at=None).order_by("start", "pk")

    def running(self) -> Self:
        """Return what is under way."""
        return self.begun().filter(ended_at=None)

    def begun(self) -> Self:
        """Return what has begun, whether it has ended or not."""
        return self.current().filter(began_at__isnull=False)

    def ends(self) -> list[datetime]:
        """Return when those that are over ended: the next one begins no earlier."""
        ended = self.current().filter(ended_at__isnull=False)
        return [end for end in ended.values_list("ended_at", flat=True) if end is not None]

    def retire(self, at: datetime) -> None:
        """Let what has not begun fall away, within a verb."""
        for window in self.waiting():
            window.retire(at)
