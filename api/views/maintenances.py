"""Planned work: read and schedule; the clock begins and ends it."""

from ninja import Router

from api.answers import Answer, once
from api.callers import Call, Caller
from api.doors import reading, writing
from api.naming import components_of
from api.paging import Listed, Paging, stepped
from api.sent import MaintenanceSent
from api.shown.incidents import MaintenanceShown
from api.views.incidents import NEWEST, SCOPE
from incidents.core.lifecycles import Kind
from incidents.core.roles import Ability
from incidents.models import Maintenance

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
    planned = Maintenance.schedule(
        site,
        **sent.arguments("components"),
        components=components_of(site, sent.components, field="components"),
        by=caller.by,
        at=caller.at,
    )
    name = planned.public_id
    return Answer.created(shown(caller, name), "get_maintenance", maintenance=name)


def shown(caller: Caller, public_id: str) -> MaintenanceShown:
    """Return the maintenance as the caller may see it now."""
    entry = caller.maintenance(public_id)
    return MaintenanceShown.of(entry, viewer=caller.viewer(entry.page), at=caller.at)
