"""When a page says something else although nobody wrote: promises fall due, days end.

Rendering is a function of the record and an instant; these are the instants that matter.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, Q

from incidents.core.calendar import DAY, day_of, midnight
from incidents.core.lifecycles import Status
from incidents.core.silence import OWING
from incidents.core.viewers import PUBLIC
from incidents.models import Commitment, Incident, Page, ScheduledWindow
from incidents.models.story.commitment import CommitmentQuerySet
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
    plan = dict.fromkeys(inventory.STATE, Stage.STATE) | inventory.of_entries(
        _standing(page, since)
    )
    measured = page.components.filter(metrics__in=page.metrics.visible_to(PUBLIC)).distinct()
    plan |= {each.public_path: Stage.REST for each in measured}
    if day_of(since, page.zone).year != day_of(at, page.zone).year:
        # Dates of the year that ended now say their year.
        return inventory.everything(page, at)
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
    return lists | components | inventory.of_uptime(page, first - DAY, last)


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


def _fell_due(page: Page, since: datetime, at: datetime) -> CommitmentQuerySet:
    return Commitment.objects.filter(page=page).owed().filter(due__gt=since, due__lte=at)
