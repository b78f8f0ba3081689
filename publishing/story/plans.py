"""Planned work in plain sentences, for tickets and feeds: when, on what, and whom it concerns."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from incidents.core import clocks
from incidents.models import Component, Incident
from incidents.models.planned.audience import audience_of
from publishing.story.planned import PlannedWindow, windows_of
from publishing.words import phrases


def plan_of(work: Incident, at: datetime) -> Iterator[str]:
    """Each window with its components; of work without dates, that they follow."""
    planned = windows_of(work, at)
    for each in planned:
        yield _when(work, each)
        yield from _on(each.window.components.all())
    if not planned:
        if work.is_open:
            yield _("Dates to follow")
        yield from _on(work.announced_for.all())
    if audience := audience_of(work):
        yield _("This concerns only: %(audience)s") % {"audience": audience}


def _when(work: Incident, planned: PlannedWindow) -> str:
    window, zone = planned.window, work.page.zone
    words = {
        "start": clocks.moment(window.start, zone),
        "end": clocks.moment(window.end, zone),
        "length": planned.length,
        "overrun": planned.overrun,
    }
    if planned.is_dropped:
        return _("Does not take place: %(start)s to %(end)s") % words
    if planned.overrun and window.ended_at:
        return _("Planned: %(start)s to %(end)s (%(length)s), overrun by %(overrun)s") % words
    if planned.overrun:
        return _("Planned: %(start)s to %(end)s (%(length)s), lasts longer") % words
    return _("Planned: %(start)s to %(end)s (%(length)s)") % words


def _on(components: Iterable[Component]) -> Iterator[str]:
    if names := phrases.listed(each.name for each in components):
        yield _("On: %(components)s") % {"components": names}
