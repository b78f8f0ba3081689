"""Work that comes back."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, Field

from api.fields import Time
from api.shown.parts import ComponentNamed
from incidents.models import Recurrence

NEXT = 5


class RecurrenceShown(BaseModel):
    """A rule, and what is to come of it."""

    id: str
    page_id: str
    title: str
    body: str
    rule: str
    time_zone: str
    first_start: Time
    minutes: int
    max_minutes: int | None
    reminders: list[int]
    exceptions: list[date]
    components: list[ComponentNamed]
    created_at: Time
    ended_at: Time | None
    next_starts: list[Time] = Field(description="The next five.")
    maintenance_ids: list[str] = Field(description="What stands on the page of it, and is to come.")

    @classmethod
    def of(cls, recurrence: Recurrence, at: datetime) -> Self:
        """Show `recurrence` as of `at`."""
        waiting = recurrence.occurrences.filter(started_at__gt=at).order_by("started_at", "pk")
        starts = [] if recurrence.ended_at else recurrence.starts()
        own = {name: getattr(recurrence, name) for name in _OWN}
        return cls(
            **own,
            id=recurrence.public_id,
            page_id=recurrence.page.public_id,
            components=[ComponentNamed.of(each) for each in recurrence.components.all()],
            next_starts=[start for start in starts if start > at][:NEXT],
            maintenance_ids=list(waiting.values_list("public_id", flat=True)),
        )


_OWN = (
    "title body rule time_zone first_start minutes max_minutes reminders exceptions created_at "
    "ended_at"
).split()
