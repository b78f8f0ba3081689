"""When a page says something else although nobody wrote: promises fall due, days end.

Rendering is a function of the record and an instant; these are the instants that matter.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Max, Q

from incidents.core.calendar import DAY, day_of, midnight
from incidents.core.lifecycles import OVER, Status
from incidents.core.silence import OWING
from incidents.core.viewers import PUBLIC
from incidents.models import (
    ActionItem,
    Commitment,
    Component,
    Incident,
    Page,
    Postmortem,
    ScheduledWindow,
)
from incidents.models.afterwards.action import SETTLED
from incidents.models.story.commitment import CommitmentQuerySet
from incidents.models.story.message import RECENT
from publishing.published import inventory
from publishing.published.inventory import Plan, Stage

# How old the stamp of the front page grows: while something goes on, and while all is well.
BUSY: Final = timedelta(minutes=1)
QUIET: Final = timedelta(minutes=5)
WAITING: Final = (Status.ANNOUNCED, Status.SCHEDULED)


def next_moment(page: Page, after: datetime) -> datetime:
    """Return the first instant after `after` at which some public file changes by itself."""
    tomorrow = midnight(day_of(after, page.zone) + DAY, page.zone)
    return min([tomorrow, _beat(page, after), *(m for m in _moments(page, after) if m > after)])


def fallen_due(page: Page, since: datetime, at: datetime) -> Plan:
    """Return what has to be made anew because of the time that went by between two instants."""
    if day_of(since, page.zone).year != day_of(at, page.zone).year:
        # Dates of the year that ended now say their year.
        return inventory.everything(page, at)
    plan = dict.fromkeys(inventory.STATE, Stage.STATE)
    plan |= inventory.of_entries(_standing(page, since))
    plan |= inventory.of_entries(each for end, each in _closing(page, since) if end <= at)
    plan |= {each.public_path: Stage.REST for each in _read_elsewhere(page)}
    if day_of(since, page.zone) != day_of(at, page.zone):
        plan |= _of_midnight(page, since, at)
    if fell_due := list(_fell_due(page, since, at).values_list("made_at", flat=True)):
        years = {made.astimezone(page.zone).year for made in fell_due}
        plan |= {"promises/": Stage.REST} | inventory.of_promises(page, years, at)
    return inventory.in_every_language(page, plan)


def _of_midnight(page: Page, since: datetime, at: datetime) -> Plan:
    """Every component has a new day, and uptime a new denominator."""
    first, last = day_of(since, page.zone), day_of(at, page.zone)
    lists = dict.fromkeys((*inventory.NEWEST, *inventory.LISTS), Stage.REST)
    lists |= dict.fromkeys(inventory.WHOLE, Stage.PAST)
    components = inventory.of_components(page.components.all())
    uptime = inventory.of_uptime(page, first - DAY, last)
    return lists | components | uptime | inventory.of_postmortems(_overdue(page, first, last))


def _overdue(page: Page, first: date, last: date) -> Iterable[Postmortem]:
    """Those with an action for the readers whose day was one of [first, last)."""
    late = ActionItem.objects.exclude(state__in=SETTLED).filter(public=True)
    late = late.filter(due__gte=first, due__lt=last)
    told = page.postmortems.filter(actions__in=late).distinct()
    return told.prefetch_related("revisions__postmortem")


def _read_elsewhere(page: Page) -> Iterable[Component]:
    """Components with measurements, and those that follow another page: neither is journalled."""
    measured = Q(metrics__in=page.metrics.visible_to(PUBLIC))
    return page.components.filter(measured | Q(mirror__isnull=False)).distinct()


def _closing(page: Page, at: datetime) -> list[tuple[datetime, Incident]]:
    """What is over and takes messages of readers at `at`, with when it takes none any more."""
    told = page.incidents.visible_to(PUBLIC).going_on(since=at - RECENT)
    over = told.filter(status__in=OVER).select_related("page")
    return [((each.resolved_at or each.updated_at) + RECENT, each) for each in over]


def _standing(page: Page, since: datetime) -> Iterable[Incident]:
    """What goes on, and what owes something by a time that had not come at `since`."""
    told = page.incidents.visible_to(PUBLIC)
    owing = Commitment.objects.filter(page=page).owed().filter(due__gt=since).values("incident")
    open_ones = told.unresolved().values("pk")
    return told.filter(Q(pk__in=open_ones) | Q(pk__in=owing)).select_related("page")


def _beat(page: Page, after: datetime) -> datetime:
    told = page.incidents.visible_to(PUBLIC).unresolved()
    busy = told.exclude(status__in=WAITING).exists() or page.metrics.exists()
    step = int((BUSY if busy else QUIET).total_seconds())
    return datetime.fromtimestamp((int(after.timestamp()) // step + 1) * step, tz=after.tzinfo)


def _moments(page: Page, after: datetime) -> Iterator[datetime]:
    """Promises, edges of planned work, and the ends of patience."""
    due = Commitment.objects.filter(page=page).owed().filter(due__gt=after)
    for (moment,) in due.order_by("due").values_list("due")[:1]:
        if moment is not None:
            yield moment
    planned = ScheduledWindow.objects.filter(maintenance__page=page, superseded_at=None)
    yield from planned.filter(start__gt=after).order_by("start").values_list("start", flat=True)[:1]
    yield from planned.filter(end__gt=after).order_by("end").values_list("end", flat=True)[:1]
    patience = timedelta(minutes=page.silence_limit_minutes)
    told = page.incidents.visible_to(PUBLIC).filter(status__in=OWING)
    for said in told.annotate(said=Max("updates__posted_at")).values_list("said", flat=True):
        if said is not None:
            yield said + patience
    yield from (moment for moment, _incident in _closing(page, after))


def _fell_due(page: Page, since: datetime, at: datetime) -> CommitmentQuerySet:
    return Commitment.objects.filter(page=page).owed().filter(due__gt=since, due__lte=at)
