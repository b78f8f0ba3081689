"""Planned work in a mail: when, on what, how long, whom it concerns."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidents.core.instants import spell
from incidents.models import Incident, Reminder, ScheduledWindow
from incidents.models.planned.audience import audience_of


def stamp(instant: datetime, zone: ZoneInfo) -> str:
    """A time as people read it, with its zone."""
    return f"{instant.astimezone(zone):%d %b %Y, %H:%M %Z}".lstrip("0")


def facts(incident: Incident, zone: ZoneInfo) -> list[str]:
    """What has to be known of planned work that is still to come or under way, a line each."""
    if not incident.is_maintenance or not incident.is_open:
        return []
    windows = incident.scheduled_windows.current().filter(ended_at=None)
    planned = windows.prefetch_related("components", "supersedes")
    lines = [line for window in planned for line in _window(window, zone)]
    bound = incident.max_minutes
    if not planned and bound:
        lines.append(f"Each no longer than {spell(timedelta(minutes=bound))}. Dates to follow.")
    concerned = audience_of(incident)
    return [*lines, *([f"This concerns only: {concerned}."] if concerned else [])]


def reminding(reminder: Reminder, at: datetime) -> str:
    """The words of a reminder: how soon it begins, as of when it was sent."""
    window = reminder.window
    left = window.start - at
    soon = spell(left) if left < timedelta(days=3) else f"{round(left / timedelta(days=1))} days"
    return f"A reminder: “{window.maintenance.title}” begins in {soon}."


def _window(window: ScheduledWindow, zone: ZoneInfo) -> list[str]:
    lines = [f"When: {stamp(window.start, zone)} to {stamp(window.end, zone)}"]
    if moved := next(iter(window.supersedes.all()), None):
        lines.append(f"Before: {stamp(moved.start, zone)} to {stamp(moved.end, zone)}")
    if hit := ", ".join(component.name for component in window.components.all()):
        lines.append(f"On: {hit}")
    if window.max_minutes:
        lines.append(f"No longer than {spell(timedelta(minutes=window.max_minutes))}")
    return lines
