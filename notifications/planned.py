"""Planned work in a mail: when, on what, how long, whom it concerns."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.core.clocks import moment
from incidents.core.instants import spell
from incidents.core.lifecycles import Status
from incidents.models import Component, Incident, Reminder, ScheduledWindow
from incidents.models.planned.audience import audience_of


def facts(incident: Incident, zone: ZoneInfo) -> list[str]:
    """What has to be known of planned work that is not over, or that falls away, a line each."""
    if incident.is_maintenance and incident.status == Status.CANCELLED:
        return list(_dropped(incident, zone))
    if not incident.is_maintenance or not incident.is_open:
        return []
    windows = incident.scheduled_windows.current().filter(ended_at=None)
    planned = windows.prefetch_related("components", "supersedes")
    lines = [line for window in planned for line in _window(window, zone)]
    bound = incident.max_minutes
    if not planned and bound:
        length = spell(timedelta(minutes=bound))
        lines.append(_("Each no longer than %s. Dates to follow.") % length)
    concerned = audience_of(incident)
    return [*lines, *([_("This concerns only: %s.") % concerned] if concerned else [])]


def reminding(reminder: Reminder, at: datetime) -> str:
    """The words of a reminder: how soon it begins, as of when it was sent."""
    window = reminder.window
    left, title = window.start - at, window.maintenance.title
    if left < timedelta(days=3):
        return _("A reminder: “%(title)s” begins in %(soon)s.") % {
            "title": title, "soon": spell(left),
        }  # fmt: skip
    days = round(left / timedelta(days=1))
    words = ngettext(
        "A reminder: “%(title)s” begins in %(days)d day.",
        "A reminder: “%(title)s” begins in %(days)d days.",
        days,
    )
    return words % {"title": title, "days": days}


def _dropped(incident: Incident, zone: ZoneInfo) -> Iterator[str]:
    dropped = incident.scheduled_windows.filter(superseded_at__isnull=False, superseded_by=None)
    for window in dropped.prefetch_related("components"):
        yield _("Does not take place: %(start)s to %(end)s") % _edges(window, zone)
        yield from _on(window.components.all())
    yield from _on(incident.announced_for.all())


def _window(window: ScheduledWindow, zone: ZoneInfo) -> list[str]:
    lines = [_("When: %(start)s to %(end)s") % _edges(window, zone)]
    if moved := next(iter(window.supersedes.all()), None):
        lines.append(_("Before: %(start)s to %(end)s") % _edges(moved, zone))
    lines += _on(window.components.all())
    if window.max_minutes:
        lines.append(_("No longer than %s") % spell(timedelta(minutes=window.max_minutes)))
    return lines


def _on(components: Iterable[Component]) -> Iterator[str]:
    if hit := _(", ").join(component.name for component in components):
        yield _("On: %s") % hit


def _edges(window: ScheduledWindow, zone: ZoneInfo) -> dict[str, str]:
    return {"start": moment(window.start, zone), "end": moment(window.end, zone)}
