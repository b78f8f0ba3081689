"""The clock of planned work: each window begins and ends at its time, once."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from incidents.core.lifecycles import Status
from incidents.models.clock import CLOCK, one_by_one
from incidents.models.planned.scheduled import UNDER_WAY

if TYPE_CHECKING:
    from incidents.models.planned.maintenance import Maintenance


def run(maintenances: "models.QuerySet[Maintenance]", at: datetime) -> int:
    """Take every edge that is due, in turn; returns how many."""
    taken = 0
    # After a long sleep a window may have come and gone, and the next one too.
    while passed := _round(maintenances, at):
        taken += passed
    return taken


def _round(maintenances: "models.QuerySet[Maintenance]", at: datetime) -> int:
    # In the order of their beginnings, so that two clocks write the same record.
    live = maintenances.filter(withdrawn_at=None).order_by("started_at", "pk")
    live = live.select_related("page")
    standing = Q(scheduled_windows__superseded_at=None, scheduled_windows__ended_at=None)
    starting = live.filter(
        standing,
        status=Status.SCHEDULED,
        scheduled_windows__began_at=None,
        scheduled_windows__start__lte=at,
    )
    ending = live.filter(
        standing,
        status__in=UNDER_WAY,
        scheduled_windows__began_at__isnull=False,
        scheduled_windows__ends_by_itself=True,
        scheduled_windows__end__lte=at,
    )
    started = one_by_one(starting.distinct(), lambda each: _start(each, at))
    return started + one_by_one(ending.distinct(), lambda each: _end(each, at))


def _start(maintenance: "Maintenance", at: datetime) -> bool:
    """Begin the next window; another clock that was quicker is no error."""
    with maintenance.page.writing(by=CLOCK, at=at):
        maintenance.refresh_for_writing()
        window = maintenance.scheduled_windows.waiting().filter(start__lte=at).first()
        if window is None or maintenance.status != Status.SCHEDULED:
            return False
        moment = max([window.start, *maintenance.scheduled_windows.ends()])
        maintenance.start(by=CLOCK, at=at, started_at=moment)
    return True


def _end(maintenance: "Maintenance", at: datetime) -> bool:
    """End the window under way, unless that is for staff to do."""
    with maintenance.page.writing(by=CLOCK, at=at):
        maintenance.refresh_for_writing()
        due = maintenance.scheduled_windows.running().filter(end__lte=at, ends_by_itself=True)
        window = due.first()
        if window is None or maintenance.status not in UNDER_WAY:
            return False
        moment = max(window.end, *maintenance.begun())
        maintenance.end_window(by=CLOCK, at=at, ended_at=moment)
    return True
