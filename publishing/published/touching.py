"""What a change touches: the events of the journal in, the public files that tell of them out.

The files are those that hang together with a change, however long the history is; only what is
told everywhere (a name, a language) touches all of them.
`manage.py publish --verify` shows whether anything is missing here.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Q

from incidents.core.calendar import day_of, first_of_month
from incidents.core.reaching import together
from incidents.models import (
    Component,
    ImpactWindow,
    Incident,
    IncidentLink,
    Page,
    Postmortem,
    PostmortemRevision,
    ScheduledWindow,
)
from incidents.models.story.link import IN_SERIES
from publishing.published import inventory
from publishing.published.gathering import Touched
from publishing.published.inventory import BEGINNING, Plan

# The pages of more components than these would hold up what is told in other languages.
FEW_COMPONENTS: Final = 50


def touched_by(page: Page, found: Touched, at: datetime) -> Plan:
    """Return the files of `page` that tell of what was found, in its languages."""
    looks = inventory.of_look() if found.look else {}
    plan = looks | inventory.of_page() | of_touched(page, found, at)
    return inventory.in_every_language(page, plan)


def of_touched(page: Page, found: Touched, at: datetime) -> Plan:
    """Return the files that tell of these things, those beside them included."""
    changed, told_of = frozenset(found.incidents), _told_of(found.postmortems)
    found.incidents |= told_of
    ties, tied = _neighbours(page, found.incidents)
    entries = list(Incident.objects.filter(pk__in=ties).select_related("page"))
    windows = [*ImpactWindow.objects.filter(incident__in=found.incidents), *_by_hand(found)]
    found.components |= {window.component_id for window in windows}
    planned = ScheduledWindow.objects.filter(maintenance__in=found.incidents)
    found.components |= set(planned.values_list("components", flat=True)) - {None}
    announced = Component.objects.filter(announced_maintenances__in=found.incidents)
    found.components |= set(announced.values_list("pk", flat=True))
    told = Q(pk__in=found.postmortems) | Q(incidents__in=entries)
    postmortems = Postmortem.objects.filter(told, page=page)
    started = {each.started_at for each in entries}
    began = {day_of(moment, page.zone) for moment in started | found.instants}
    return (
        _histories(page, found, {day.year for day in began})
        | inventory.of_months(first_of_month(day) for day in began)
        | _uptime(page, windows, found.instants, at)
        | inventory.of_promises(page, _years(page, found.incidents), at)
        | _components(page, found.components)
        | inventory.of_series(each for each in entries if each.pk in tied)
        | inventory.of_postmortems(postmortems.distinct().prefetch_related("revisions__postmortem"))
        | inventory.as_they_stood(page, found.rewritten | dict.fromkeys(told_of, BEGINNING))
        | inventory.of_entries((each for each in entries if each.published_at), changed)
    )


def _components(page: Page, hit: set[int]) -> Plan:
    """The files of components that are hit, and of those that they hang together with."""
    beside = Q(pk__in=hit) | Q(depends_on__in=hit) | Q(needed_by__in=hit)
    components = Component.objects.filter(beside, page=page).distinct()
    return inventory.of_components(components, hit if len(hit) <= FEW_COMPONENTS else ())


def _by_hand(found: Touched) -> Iterable[ImpactWindow]:
    """The windows behind levels that were set by hand, which may reach far back."""
    if found.levels_since is None:
        return []
    since = found.levels_since
    fresh = Q(recorded_at__gte=since) | Q(closed_at__gte=since) | Q(superseded_at__gte=since)
    return ImpactWindow.objects.filter(fresh, incident=None, component__in=found.components)


def _told_of(postmortems: set[int]) -> set[int]:
    """A postmortem stands on each incident that it tells of, or told of in an earlier edition."""
    kept = PostmortemRevision.objects.filter(postmortem__in=postmortems)
    before = {public_id for revision in kept for public_id in revision.edition.incidents}
    told = Incident.objects.filter(Q(postmortems__in=postmortems) | Q(public_id__in=before))
    return set(told.values_list("pk", flat=True))


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
