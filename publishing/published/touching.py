"""What a change touches: the events of the journal in, the public files that tell of them out.

The set is bounded by what hangs together with a change, never by how long the history is.
`manage.py publish --verify` shows whether anything is missing here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.dateparse import parse_datetime

from incidents.core.calendar import day_of, first_of_month
from incidents.core.reaching import together
from incidents.models import (
    Component,
    Event,
    ImpactWindow,
    Incident,
    IncidentLink,
    Page,
    Postmortem,
    ScheduledWindow,
)
from incidents.models.story.link import IN_SERIES
from publishing.published import inventory
from publishing.published.inventory import Plan

# What readers never see of it: events of these kinds touch no file.
UNSEEN: Final = (
    "account.", "affected.", "contract.", "credits.", "membership.", "plan.", "policy.",
    "private_note.", "subscription.", "template.",
)  # fmt: skip
# Where a name or a rule changes that is told everywhere.
EVERYWHERE: Final = ("page.", "group.", "component.changed")
# A look of its own files: pages stay as they are, unless a picture takes another room in them.
LOOK: Final = ("page.theme_changed", "page.picture_set")


@dataclass
class Touched:
    """Things of the record, by primary key."""

    everything: bool = False
    look: bool = False
    incidents: set[int] = field(default_factory=set)
    components: set[int] = field(default_factory=set)
    postmortems: set[int] = field(default_factory=set)
    instants: set[datetime] = field(default_factory=set)


def touched_by(page: Page, events: Iterable[Event], at: datetime) -> Plan:
    """Return the files of `page` that `events` touch, in its languages."""
    found = Touched()
    for event in events:
        _gather(found, event)
    if found.everything:
        return inventory.everything(page, at)
    looks = inventory.of_look() if found.look else {}
    plan = looks | inventory.of_page() | of_touched(page, found, at)
    return inventory.in_every_language(page, plan)


def of_touched(page: Page, found: Touched, at: datetime) -> Plan:
    """Return the files that tell of these things, those beside them included."""
    ties, tied = _neighbours(page, found.incidents)
    entries = list(Incident.objects.filter(pk__in=ties).select_related("page"))
    windows = list(ImpactWindow.objects.filter(incident__in=found.incidents))
    found.components |= {window.component_id for window in windows}
    planned = ScheduledWindow.objects.filter(maintenance__in=found.incidents)
    found.components |= set(planned.values_list("components", flat=True)) - {None}
    announced = Component.objects.filter(announced_maintenances__in=found.incidents)
    found.components |= set(announced.values_list("pk", flat=True))
    hit = Q(pk__in=found.components)
    beside = hit | Q(depends_on__in=found.components) | Q(needed_by__in=found.components)
    postmortems = Postmortem.objects.filter(
        Q(pk__in=found.postmortems) | Q(incidents__in=entries), page=page
    )
    started = {each.started_at for each in entries}
    began = {day_of(moment, page.zone) for moment in started | found.instants}
    return (
        _histories(page, found, {day.year for day in began})
        | inventory.of_months(first_of_month(day) for day in began)
        | _uptime(page, windows, found.instants, at)
        | inventory.of_promises(page, _years(page, found.incidents), at)
        | inventory.of_components(Component.objects.filter(beside, page=page).distinct())
        | inventory.of_series(each for each in entries if each.pk in tied)
        | inventory.of_postmortems(postmortems.distinct().prefetch_related("revisions__postmortem"))
        | inventory.as_they_stood(page, ties)
        | inventory.of_entries(each for each in entries if each.published_at is not None)
    )


def _gather(found: Touched, event: Event) -> None:
    if event.kind.startswith(UNSEEN):
        return
    if event.kind in LOOK and event.before.get("size") == event.after.get("size"):
        found.look = True
        return
    if event.kind.startswith(EVERYWHERE):
        found.everything = True
        return
    if event.incident_id is not None:
        found.incidents.add(event.incident_id)
    found.instants |= set(_instants(event))
    try:
        _gather_object(found, event.object())
    except (ObjectDoesNotExist, LookupError):
        _gather_removed(found, event)


def _gather_object(found: Touched, about: models.Model) -> None:
    """What an event is about hangs on an incident, a component or a postmortem by some name."""
    about = getattr(about, "action", about)
    match about:
        case Incident():
            found.incidents.add(about.pk)
        case Component():
            found.components.add(about.pk)
        case Postmortem():
            found.postmortems.add(about.pk)
    for name, keys in (
        ("incident_id", found.incidents),
        ("maintenance_id", found.incidents),
        ("source_id", found.incidents),
        ("target_id", found.incidents),
        ("component_id", found.components),
        ("postmortem_id", found.postmortems),
    ):
        if (key := getattr(about, name, None)) is not None:
            keys.add(key)
    if about._meta.model_name == "recurrence":
        planned = Incident.objects.filter(recurrence=about.pk)
        found.incidents |= set(planned.values_list("pk", flat=True))


def _gather_removed(found: Touched, event: Event) -> None:
    """What is there no more may have stood in any postmortem of the page."""
    if event.object_type.startswith("incidents."):
        told = Postmortem.objects.filter(page=event.page_id)
        found.postmortems |= set(told.values_list("pk", flat=True))


def _instants(event: Event) -> Iterable[datetime]:
    """Instants that something had before: the month in which it was told has to forget it."""
    for name in ("started_at", "start", "end"):
        for side in (event.before, event.after):
            moment = parse_datetime(side[name]) if isinstance(side.get(name), str) else None
            if moment is not None:
                yield moment


def _neighbours(page: Page, incidents: set[int]) -> tuple[set[int], set[int]]:
    """Return the incidents with all that is linked to them, and those of them in a series."""
    links = IncidentLink.objects.filter(source__page=page)
    ends = Q(source__in=incidents) | Q(target__in=incidents)
    touching = links.filter(ends).values_list("source_id", "target_id")
    beside = {end for pair in touching for end in pair}
    pairs = list(links.filter(kind__in=IN_SERIES).values_list("source_id", "target_id"))
    tied = {member for each in incidents | beside for member in together(pairs, each)}
    overtaken = Incident.objects.filter(audience__incident__in=incidents)
    ties = incidents | beside | tied | set(overtaken.values_list("pk", flat=True))
    return ties, tied & {end for pair in pairs for end in pair}


def _uptime(page: Page, windows: list[ImpactWindow], instants: set[datetime], at: datetime) -> Plan:
    moments = [each.start for each in windows] + [each.end or at for each in windows]
    moments += [each for each in instants if each <= at]
    if not moments:
        return {}
    first, last = (day_of(moment, page.zone) for moment in (min(moments), max(moments)))
    return inventory.of_uptime(page, first, min(last, day_of(at, page.zone)))


def _histories(page: Page, found: Touched, years: set[int]) -> Plan:
    """The years of the components' own histories in which these incidents stand, or stood."""
    hit = list(Component.objects.filter(pk__in=found.components, page=page))
    return inventory.of_component_histories(page, hit, years) if found.incidents else {}


def _years(page: Page, incidents: set[int]) -> set[int]:
    made = page.commitments.filter(incident__in=incidents).values_list("made_at", flat=True)
    return {moment.astimezone(page.zone).year for moment in made}
