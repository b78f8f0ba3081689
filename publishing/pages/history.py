"""What happened, month by month, in the page's zone; months without anything are skipped."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, reduce
from operator import or_
from typing import Any, Final

from django.db.models import BigIntegerField, CharField, DateTimeField, Q
from django.utils.dateparse import parse_date

from incidents.core.calendar import day_of, first_of_month, midnight
from incidents.core.lifecycles import Kind, Status
from incidents.core.viewers import PUBLIC, for_everybody, limited_to
from incidents.models import Incident, Page
from incidents.models.compiled import Compiled, Given
from incidents.models.story.incident import IncidentQuerySet
from publishing.artefact import Artefact, Missing
from publishing.html import html
from publishing.sitting import once
from publishing.story.story import Story

# Later than anything.
END: Final = datetime.max.replace(tzinfo=UTC)
LATEST = 3
# So many at most stand together: what a change makes anew does not grow with how much happens.
MOST = 60


def history(page: Page, at: datetime) -> Artefact:
    """Render `/history/`: the latest months that have anything, and a way to all of them."""
    months = once(_months, page, at)
    told = stories(page, months[:LATEST], at, most=MOST + 1)
    by_month = [(month, of_month(told[:MOST], month, page)) for month in months[:LATEST]]
    shown = [(month, found) for month, found in by_month if found]
    return html(
        "history.html", page, "history/", at, shown=shown, months=months,
        is_cut=len(told) > MOST, components=list(page.components.values_list("public_id", "name")),
    )  # fmt: skip


def history_month(page: Page, at: datetime, month: str) -> Artefact:
    """Render `/history/2012-12/`."""
    on = parse_date(f"{month}-01") if _is_a_month(month) else None
    if on is None:
        raise Missing
    months = once(_months, page, at)
    if on not in months:
        raise Missing
    return html(
        "month.html",
        page,
        f"history/{month}/",
        at,
        month=on,
        stories=stories(page, [on], at),
        earlier=max((each for each in months if each < on), default=None),
        later=min((each for each in months if each > on), default=None),
    )


def _months(page: Page, _at: datetime) -> list[date]:
    return months_of(page)


def months_of(page: Page) -> list[date]:
    """The first days of the months in which something began, the newest first."""
    if limited_to() is not None:
        began = past(page).values_list("started_at", flat=True)
        return sorted({first_of_month(day_of(each, page.zone)) for each in began}, reverse=True)
    found = {month for kind in Kind for month in _months_of_kind(page, kind)}
    return sorted(found, reverse=True)


def _months_of_kind(page: Page, kind: Kind) -> Iterator[date]:
    """A look into the index for each month, however much happened in it."""
    before, newest = END, _newest(past(page).db)
    while found := newest.rows(page=page.pk, kind=kind, before=before):
        ((began,),) = newest.converted(found)
        month = first_of_month(day_of(began, page.zone))
        yield month
        before = midnight(month, page.zone)


@cache
@for_everybody
def _newest(using: str) -> Compiled:
    """When the newest of one kind began that began before an instant."""
    of_kind = Q(page=Given("page", BigIntegerField()), kind=Given("kind", CharField()))
    before: Any = Given("before", DateTimeField())
    # Worked out once for all readers: whoever may read the page may read what it published.
    begun = _begun(Incident.objects.filter(of_kind, started_at__lt=before).published())
    return Compiled.of(begun.order_by("-started_at").values_list("started_at")[:1], using)


def stories(
    page: Page, months: list[date], at: datetime, *, most: int | None = None
) -> list[Story]:
    """What began in these months, the newest first: so many, or however many they are."""
    within = [Q(started_at__range=span(month, page)) for month in months]
    begun = past(page).filter(reduce(or_, within, Q(pk=None)))
    newest = begun.with_news().order_by("-started_at", "-pk")
    return [Story(entry, at) for entry in newest[:most]]


def of_month(told: list[Story], month: date, page: Page) -> list[Story]:
    """Those that began in one month."""
    start, end = span(month, page)
    return [story for story in told if start <= story.incident.started_at <= end]


def span(month: date, page: Page) -> tuple[datetime, datetime]:
    """The first and the last instant of a month in the page's zone."""
    end = midnight(following(month), page.zone) - timedelta(microseconds=1)
    return midnight(month, page.zone), end


def past(page: Page) -> IncidentQuerySet:
    """What has begun at least, on one page."""
    return begun_of(page.incidents.all())


def begun_of(entries: IncidentQuerySet) -> IncidentQuerySet:
    """What of these has begun at least: planned work that still waits is not history."""
    return _begun(entries.visible_to(PUBLIC))


def _begun(entries: IncidentQuerySet) -> IncidentQuerySet:
    return entries.exclude(status__in=[Status.ANNOUNCED, Status.SCHEDULED])


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _is_a_month(text: str) -> bool:
    # A month at either end of the calendar has no neighbour, or begins before it in some zone.
    return len(text) == 7 and "01" <= text[5:] <= "12" and "0001" < text[:4] < "9999"
