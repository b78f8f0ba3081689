"""Planned work: scheduled, dated, moved, begun, ended, called off; one router with reading it."""

from typing import Any

from django.shortcuts import get_object_or_404

from api.answers import Answer, once
from api.callers import Call, Caller
from api.doors import writing
from api.naming import components_of
from api.sent.maintenances import (
    CancellationSent,
    DatesSent,
    ExtensionSent,
    MaintenanceAnnouncementSent,
    MaintenanceEndSent,
    MaintenanceSent,
    MoveSent,
    StartSent,
)
from api.shown.incidents import MaintenanceShown
from api.views.incidents import SCOPE
from api.views.maintenances import router, shown
from incidents.core.checks import refusal
from incidents.core.roles import Ability
from incidents.models import Cohort, Incident, Maintenance, Page, ScheduledWindow

__all__ = ["router"]


@router.post(
    "/pages/{slug:page}/maintenances",
    operation_id="scheduleMaintenance",
    summary="Schedule a maintenance",
    **writing(SCOPE, MaintenanceShown),
)
@once
def schedule_maintenance(request: Call, page: str, sent: MaintenanceSent) -> Answer:
    """Plan work, which starts and ends by the clock, and tell the subscribers."""
    caller = request.auth
    site = caller.page_for(Ability.RESPOND, page)
    further = [
        each.plan(components_of(site, each.components, field="windows")) for each in sent.windows
    ]
    planned = Maintenance.schedule(
        site,
        **sent.arguments("components", "windows", "audience", "follows_up"),
        **_about(site, sent),
        windows=further,
        by=caller.by,
        at=caller.at,
    )
    return _made(caller, planned)


@router.post(
    "/pages/{slug:page}/maintenances/announced",
    operation_id="announceMaintenance",
    summary="Announce a maintenance without dates",
    **writing(SCOPE, MaintenanceShown),
)
@once
def announce_maintenance(request: Call, page: str, sent: MaintenanceAnnouncementSent) -> Answer:
    """Say that work is coming; its dates follow."""
    caller = request.auth
    site = caller.page_for(Ability.RESPOND, page)
    announced = Maintenance.announce(
        site,
        **sent.arguments("components", "audience", "follows_up"),
        **_about(site, sent),
        by=caller.by,
        at=caller.at,
    )
    return _made(caller, announced)


@router.put(
    "/maintenances/{slug:maintenance}/dates",
    operation_id="dateMaintenance",
    summary="Give announced work its dates",
    **writing(SCOPE, MaintenanceShown, 200),
)
@once
def date_maintenance(request: Call, maintenance: str, sent: DatesSent) -> Answer:
    """Give announced work its dates; components and bound are those announced, if left out."""
    caller = request.auth
    work = _work(caller, maintenance)
    found = components_of(work.page, sent.components, field="components")
    work.set_dates(**sent.arguments("components"), components=found, by=caller.by, at=caller.at)
    return Answer(shown(caller, maintenance))


@router.post(
    "/maintenances/{slug:maintenance}/windows",
    operation_id="addMaintenanceWindow",
    summary="Add a window to a maintenance",
    **writing(SCOPE, MaintenanceShown),
)
@once
def add_window(request: Call, maintenance: str, sent: DatesSent) -> Answer:
    """Plan a further window of the same work."""
    caller = request.auth
    work = _work(caller, maintenance)
    found = components_of(work.page, sent.components, field="components")
    ScheduledWindow.add(
        work, **sent.arguments("components"), components=found, by=caller.by, at=caller.at
    )
    return _made(caller, work)


@router.put(
    "/maintenances/{slug:maintenance}/windows/{int:number}",
    operation_id="rescheduleMaintenance",
    summary="Reschedule a window",
    **writing(SCOPE, MaintenanceShown, 200),
)
@once
def reschedule_maintenance(request: Call, maintenance: str, number: int, sent: MoveSent) -> Answer:
    """Move a window that has not begun; readers see both times, reminders move along."""
    caller = request.auth
    window = _window(caller, maintenance, number)
    window.reschedule(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, maintenance))


@router.put(
    "/maintenances/{slug:maintenance}/windows/{int:number}/end",
    operation_id="extendMaintenance",
    summary="Extend a window under way",
    **writing(SCOPE, MaintenanceShown, 200),
)
@once
def extend_maintenance(request: Call, maintenance: str, number: int, sent: ExtensionSent) -> Answer:
    """Move the end of a window that is under way."""
    caller = request.auth
    window = _window(caller, maintenance, number)
    window.extend(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, maintenance))


@router.put(
    "/maintenances/{slug:maintenance}/start",
    operation_id="startMaintenance",
    summary="Start a maintenance by hand",
    **writing(SCOPE, MaintenanceShown, 200),
)
@once
def start_maintenance(request: Call, maintenance: str, sent: StartSent) -> Answer:
    """Begin the next window now, or as of a stated time."""
    caller = request.auth
    _work(caller, maintenance).start(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, maintenance))


@router.put(
    "/maintenances/{slug:maintenance}/pause",
    operation_id="endMaintenanceWindow",
    summary="End the window under way",
    **writing(SCOPE, MaintenanceShown, 200),
)
@once
def end_window(request: Call, maintenance: str, sent: MaintenanceEndSent) -> Answer:
    """End the window under way; the next ones stay planned, and after the last one it is done."""
    caller = request.auth
    _work(caller, maintenance).end_window(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, maintenance))


@router.put(
    "/maintenances/{slug:maintenance}/completion",
    operation_id="completeMaintenance",
    summary="Complete a maintenance",
    **writing(SCOPE, MaintenanceShown, 200),
)
@once
def complete_maintenance(request: Call, maintenance: str, sent: MaintenanceEndSent) -> Answer:
    """Say that it is done; windows still to come fall away."""
    caller = request.auth
    _work(caller, maintenance).complete(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, maintenance))


@router.put(
    "/maintenances/{slug:maintenance}/cancellation",
    operation_id="cancelMaintenance",
    summary="Cancel a maintenance",
    **writing(SCOPE, MaintenanceShown, 200),
)
@once
def cancel_maintenance(request: Call, maintenance: str, sent: CancellationSent) -> Answer:
    """Call it off, or stop it; an incident that overtook it is linked."""
    caller = request.auth
    work = _work(caller, maintenance)
    work.cancel(
        **sent.arguments("overtaken_by"),
        overtaken_by=_incident(work.page, sent.overtaken_by, "overtaken_by"),
        by=caller.by,
        at=caller.at,
    )
    return Answer(shown(caller, maintenance))


def _about(site: Page, sent: MaintenanceSent | MaintenanceAnnouncementSent) -> dict[str, Any]:
    return {
        "components": components_of(site, sent.components, field="components"),
        "audience": _cohort(site, sent.audience),
        "follows_up": _incident(site, sent.follows_up, "follows_up"),
    }


def _cohort(site: Page, public_id: str | None) -> Cohort | None:
    found = site.cohorts.filter(public_id=public_id).first() if public_id else None
    if public_id and found is None:
        raise refusal("audience", f"“{public_id}” is no cohort of this page.")
    return found


def _incident(site: Page, public_id: str | None, field: str) -> Incident | None:
    found = site.incidents.filter(public_id=public_id).first() if public_id else None
    if public_id and found is None:
        raise refusal(field, f"“{public_id}” is no incident of this page.")
    return found


def _work(caller: Caller, public_id: str) -> Maintenance:
    entry = caller.maintenance(public_id)
    caller.page_for(Ability.RESPOND, entry.page.public_id)
    return Maintenance.objects.select_related("page").get(pk=entry.pk)


def _window(caller: Caller, public_id: str, number: int) -> ScheduledWindow:
    work = _work(caller, public_id)
    windows = ScheduledWindow.objects.select_related("maintenance__page")
    return get_object_or_404(windows, maintenance=work.pk, pk=number)


def _made(caller: Caller, work: Maintenance) -> Answer:
    name = work.public_id
    return Answer.created(shown(caller, name), "get_maintenance", maintenance=name)
