"""The dates of planned work as Statuspage's shapes tell them: one window, the one that matters."""

from typing import TYPE_CHECKING

from incidents.core.records import Planned
from incidents.models.planned.scheduled import at_hand

if TYPE_CHECKING:
    from incidents.models.story.incident import Incident


def planned_of(maintenance: "Incident") -> Planned | None:
    """Return the window under way or the next one; reads what was prefetched."""
    window = at_hand(maintenance.scheduled_windows.all())
    if window is None:
        return None
    reminders = window.reminders.all()
    sent = [reminder.sent_at for reminder in reminders if reminder.sent_at]
    return Planned(
        start=window.start,
        end=window.end,
        ends_by_itself=window.ends_by_itself,
        reminds=bool(reminders),
        reminded_at=max(sent, default=None),
    )
