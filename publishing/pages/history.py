"""What happened, month by month, in the page's zone; months without anything are skipped."""

from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.dateparse import parse_date

from incidents.core.calendar import midnight
from incidents.core.lifecycles import Status
from incidents.core.viewers import PUBLIC
from incidents.models import Page
from incidents.models.story.incident import IncidentQuerySet
from publishing.artefact import Artefact, Missing
from publishing.html import html
from publishing.story.story import Story

LATEST = 3
# So many at most stand together: what a change makes anew does not grow with how much happens.
MOST = 60


def history(page: Page, at: datetime) -> Artefact:
    """Render `/history/`: the latest months that have anything, and a way to all of them."""
    months = months_of(page)
    told = stories(page, months[:LATEST], at, most=MOST + 1)
    by_month = [(month, of_month(told[:MOST], month, page)) for month in months[:LATEST]]
    shown = [(month, found) for month, found in by_month if found]
    return html(
        "history.html", page, "history/", at, shown=shown, months=months,
        is_cut=len(told) > MOST, components=list(page.components.only("public_id", "name")),
    )  # fmt: skip


def history_month(page: Page, at: datetime, month: str) -> Artefact:
    """Render `/history/2012-12/`."""
    on = parse_date(f"{month}-01") if _is_a_month(month) else None
    if on is None:
        raise Missing
    months = months_of(page)
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


def months_of(page: Page) -> list[date]:
    """The first days of the months in which something began, the newest first."""
    begun = past(page).datetimes("started_at", "month", order="DESC", tzinfo=page.zone)
    return [month.date() for month in begun]


def stories(
    page: Page, months: list[date], at: datetime, *, most: int | None = None
) -> list[Story]:
    """What began in these months, the newest first: so many, or however many they are."""
    within = [Q(started_at__range=span(month, page)) for month in months]
    begun = past(page).filter(reduce(or_, within, Q(pk=None)))
    newest = begun.with_story().order_by("-started_at", "-pk")
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
    """What has begun at least: planned work that still waits is not history."""
    waiting = [Status.ANNOUNCED, Status.SCHEDULED]
    return page.incidents.visible_to(PUBLIC).exclude(status__in=waiting)


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _is_a_month(text: str) -> bool:
    # A month at either end of the calendar has no neighbour, or begins before it in some zone.
    return len(text) == 7 and "01" <= text[5:] <= "12" and "0001" < text[:4] < "9999"
