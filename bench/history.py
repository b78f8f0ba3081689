"""Uptime at 1,000 components, 5 years and 20,000 windows, inside the product's surroundings.

Each figure stands beside a limit of the same run: the same rows read or written without thought.
"""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import batched
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from incidents.core.levels import Level  # noqa: E402
from incidents.derived import rebuild  # noqa: E402
from incidents.models import (  # noqa: E402
    Cohort,
    Commitment,
    Component,
    ComponentDay,
    ImpactWindow,
    Incident,
    Note,
    Page,
    ScheduledWindow,
    Update,
    UpdateLevel,
)
from people.actors import Actor  # noqa: E402
from publishing.rendering import render  # noqa: E402
from tests.publishing.busy import COMPONENTS as COMPONENTS_SHOWN  # noqa: E402
from tests.publishing.busy import busy_page  # noqa: E402

BY = Actor.system("bench", face="command")
COMPONENTS, YEARS, WINDOWS, AN_INCIDENT = 1000, 5, 20_000, 10
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LEVELS = [level for level in Level.values if level != Level.OPERATIONAL]
SIZE = f"{COMPONENTS:,} components x {YEARS} years x {WINDOWS:,} windows"


def main() -> None:
    """Lay a long history and measure what reads and writes cost in it."""
    at = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    page = _history(at)
    print(_rebuilt(page, at), flush=True)
    page.refresh_from_db()
    print(_uptime_page(page, at), flush=True)
    print(_new_window(page, at), flush=True)
    print(_status_page(at), flush=True)


def _history(at: datetime) -> Page:
    founded = at - YEARS * 365 * DAY
    page = Page.found(name="History", slug="history", time_zone="Europe/Berlin", by=BY, at=founded)
    stamps: dict[str, Any] = {"created_at": founded, "updated_at": founded}
    parts = Component.objects.bulk_create(
        Component(page=page, name=f"Part {number}", position=number, **stamps)
        for number in range(COMPONENTS)
    )
    told = Incident.objects.bulk_create(
        Incident(page=page, title=f"Trouble {number}", status="resolved", published_at=start,
                 started_at=start, resolved_at=start + 5 * HOUR, **stamps)
        for number in range(WINDOWS // AN_INCIDENT)
        for start in [founded + number * YEARS * 365 * DAY / (WINDOWS // AN_INCIDENT)]
    )  # fmt: skip
    windows = (_window(page, parts, told, number) for number in range(WINDOWS))
    for rows in batched(windows, 1000):
        ImpactWindow.objects.bulk_create(rows)
    return page


def _window(page: Page, parts: list[Component], told: list[Incident], number: int) -> ImpactWindow:
    incident = told[number // AN_INCIDENT]
    start = incident.started_at + number % AN_INCIDENT * HOUR / 7
    return ImpactWindow(
        page=page,
        component=parts[number * 7 % COMPONENTS],
        incident=incident,
        level=LEVELS[number % len(LEVELS)],
        kind="unavailable",
        start=start,
        end=start + (1 + number % 30) * HOUR,
        source="incident",
        recorded_at=start,
        closed_at=start,
    )


def _rebuilt(page: Page, at: datetime) -> str:
    days, seconds = _timed(lambda: rebuild(page, by=BY, at=at))
    _rows, raw = _timed(lambda: list(ImpactWindow.objects.filter(page=page).values_list()))
    return (
        f"uptime rebuilt at {SIZE}: {days:,} days in {seconds:.1f} s "
        f"(limit 60 s; reading the windows raw: {raw:.2f} s)"
    )


def _uptime_page(page: Page, at: datetime) -> str:
    _page, queries = _counted(lambda: render(page, "uptime/", at))
    rendered = median(_timed(lambda: render(page, "uptime/", at))[1] for _round in range(5))
    since = (at - 190 * DAY).date()
    rows = ComponentDay.objects.filter(component__page=page, on__gte=since)
    raw = median(
        _timed(lambda: (list(page.components.all()), list(rows.values_list())))[1]
        for _round in range(5)
    )
    return (
        f"uptime page at {SIZE}: {rendered * 1000:.0f} ms, {queries} queries "
        f"({rendered / raw:.1f} times reading the same rows raw, {raw * 1000:.0f} ms)"
    )


def _new_window(page: Page, at: datetime) -> str:
    """Two days of one component, a year ago."""
    incident = Incident.open(page, title="x", body="x", by=BY, at=at, started_at=at - 400 * DAY)
    before = set(ComponentDay.objects.values_list("component_id", "on", "major_seconds"))
    part = page.components.get(name="Part 500")
    record: dict[str, Any] = {
        "level": "major_outage", "kind": "data_loss", "start": at - 399 * DAY,
        "end": at - 397 * DAY, "incident": incident,
    }  # fmt: skip
    _window, seconds = _timed(lambda: ImpactWindow.record(part, **record, by=BY, at=at))
    after = set(ComponentDay.objects.values_list("component_id", "on", "major_seconds"))
    bare = ImpactWindow(page=page, component=part, source="incident", recorded_at=at, **record)
    _saved, raw = _timed(transaction.atomic(bare.save))
    return (
        f"new window at {SIZE}: {len(after - before)} days touched, {seconds * 1000:.0f} ms "
        f"(its row alone: {raw * 1000:.1f} ms)"
    )


def _status_page(at: datetime) -> str:
    """The front page of a service in trouble, with nothing of its record at hand."""
    page = busy_page(BY, at)
    _page, queries = _counted(lambda: render(page, "", at))
    seconds = median(_timed(lambda: render(page, "", at))[1] for _round in range(25))
    raw = median(_timed(lambda: _rows_of(page, at))[1] for _round in range(25))
    return (
        f"status page of {COMPONENTS_SHOWN} components x 90 days, 2 incidents open, 3 just over, "
        f"work ahead: {seconds * 1000:.1f} ms, {queries} queries (goal: 15 ms, 4; "
        f"reading the same rows raw: {raw * 1000:.1f} ms)"
    )


def _rows_of(page: Page, at: datetime) -> list[list[Any]]:
    """What such a page tells, table by table, without thought."""
    told = page.incidents.going_on(since=at - 14 * DAY)
    of_incidents = (ImpactWindow, Update, Commitment, Note, Cohort)
    days = ComponentDay.objects.filter(component__page=page, on__gte=(at - 90 * DAY).date())
    return [
        list(rows.values_list())
        for rows in (
            page.components.all(), page.component_groups.all(), days, told.all(),
            *(model.objects.filter(incident__in=told) for model in of_incidents),
            UpdateLevel.objects.filter(update__incident__in=told),
            ScheduledWindow.objects.filter(maintenance__in=told),
        )
    ]  # fmt: skip


def _timed[T](work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    done = work()
    return done, time.perf_counter() - start


def _counted[T](work: Callable[[], T]) -> tuple[T, int]:
    with CaptureQueriesContext(connection) as captured:
        done = work()
    return done, len(captured)


if __name__ == "__main__":
    main()
