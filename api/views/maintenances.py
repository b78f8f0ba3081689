"""Planned work: read."""

from ninja import Router

from api.callers import Call, Caller
from api.doors import reading
from api.paging import Listed, Paging, stepped
from api.shown.incidents import MaintenanceShown
from api.views.incidents import NEWEST
from incidents.core.lifecycles import Kind

router = Router(tags=["Maintenance"])


@router.get(
    "/pages/{slug:page}/maintenances",
    operation_id="listMaintenances",
    summary="List the maintenance of a page",
    **reading(Listed[MaintenanceShown]),
)
def list_maintenances(request: Call, page: str, step: Paging) -> Listed[MaintenanceShown]:
    """Return planned work with its whole story, the latest start first."""
    caller, site = request.auth, request.auth.page(page)
    viewer = caller.viewer(site)
    wanted = site.incidents.of_kind(Kind.MAINTENANCE).visible_to(viewer).with_story()
    found, following = stepped(wanted, step, order=NEWEST)
    items = [MaintenanceShown.of(each, viewer=viewer, at=caller.at) for each in found]
    return Listed(items=items, next_cursor=following)


@router.get(
    "/maintenances/{slug:maintenance}",
    operation_id="getMaintenance",
    summary="Read a maintenance",
    **reading(MaintenanceShown),
)
def get_maintenance(request: Call, maintenance: str) -> MaintenanceShown:
    """Return planned work with its dates and its whole story."""
    return shown(request.auth, maintenance)


def shown(caller: Caller, public_id: str) -> MaintenanceShown:
    """Return the maintenance as the caller may see it now."""
    entry = caller.maintenance(public_id)
    return MaintenanceShown.of(entry, viewer=caller.viewer(entry.page), at=caller.at)
