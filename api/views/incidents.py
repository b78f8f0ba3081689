"""Incidents: read, open, post, resolve, reopen."""

from typing import Literal

from ninja import Router

from api.answers import Answer, once
from api.callers import Call, Caller
from api.doors import reading, writing
from api.naming import levels_of, promises_of, update_of
from api.paging import Listed, Paging, stepped
from api.sent import IncidentSent, ReopeningSent, ResolutionSent, UpdateSent
from api.shown.incidents import IncidentShown, UpdateShown
from incidents.core.lifecycles import OVER, Kind
from incidents.core.roles import Ability
from incidents.models import Incident, Update
from incidents.models.story.incident import IncidentQuerySet

router = Router(tags=["Incidents"])
SCOPE = "incidents:write"
NEWEST = ("-started_at", "-pk")


@router.get(
    "/pages/{slug:page}/incidents",
    operation_id="listIncidents",
    summary="List the incidents and announcements of a page",
    **reading(Listed[IncidentShown]),
)
def list_incidents(
    request: Call, page: str, step: Paging, state: Literal["open", "over"] | None = None
) -> Listed[IncidentShown]:
    """Return what happened with its whole story, the newest first."""
    caller, site = request.auth, request.auth.page(page)
    viewer = caller.viewer(site)
    wanted = _in_state(site.incidents.exclude(kind=Kind.MAINTENANCE).visible_to(viewer), state)
    found, following = stepped(wanted.with_story(), step, order=NEWEST)
    items = [IncidentShown.of(each, viewer=viewer, at=caller.at) for each in found]
    return Listed(items=items, next_cursor=following)


@router.get(
    "/incidents/{slug:incident}",
    operation_id="getIncident",
    summary="Read an incident",
    **reading(IncidentShown),
)
def get_incident(request: Call, incident: str) -> IncidentShown:
    """Return an incident with its updates, windows, notes, promises, cohorts and links."""
    return shown(request.auth, incident)


@router.get(
    "/incidents/{slug:incident}/updates",
    operation_id="listUpdates",
    summary="List the updates of an incident",
    **reading(Listed[UpdateShown]),
)
def list_updates(request: Call, incident: str, step: Paging) -> Listed[UpdateShown]:
    """Return what was said, the newest first."""
    entry = request.auth.incident(incident)
    updates = entry.updates.select_related("corrects")
    updates = updates.prefetch_related("levels__component", "texts", "corrected_by")
    found, following = stepped(updates, step, order=("-number", "-pk"))
    return Listed(items=[UpdateShown.of(each, entry) for each in found], next_cursor=following)


@router.post(
    "/pages/{slug:page}/incidents",
    operation_id="openIncident",
    summary="Open an incident",
    **writing(SCOPE, IncidentShown),
)
@once
def open_incident(request: Call, page: str, sent: IncidentSent) -> Answer:
    """Open an incident with its first update, and tell the subscribers."""
    caller = request.auth
    site = caller.page_for(Ability.RESPOND, page)
    levels = levels_of(site, sent.levels)
    opened = Incident.open(
        site, **sent.arguments("levels"), levels=levels, by=caller.by, at=caller.at
    )
    name = opened.public_id
    return Answer.created(shown(caller, name), "get_incident", incident=name)


@router.post(
    "/incidents/{slug:incident}/updates",
    operation_id="postUpdate",
    summary="Post an update",
    **writing(SCOPE, UpdateShown),
)
@once
def post_update(request: Call, incident: str, sent: UpdateSent) -> Answer:
    """Post on an incident; names only the components whose level changes."""
    caller = request.auth
    entry = caller.incident_for(Ability.RESPOND, incident)
    update = Update.post(
        entry,
        **sent.arguments("levels", "corrects"),
        levels=levels_of(entry.page, sent.levels),
        corrects=update_of(entry, sent.corrects),
        by=caller.by,
        at=caller.at,
    )
    shown_now = UpdateShown.just_posted(update, entry, turned_levels=bool(sent.levels))
    return Answer.created(shown_now, "list_updates", incident=incident)


@router.put(
    "/incidents/{slug:incident}/resolution",
    operation_id="resolveIncident",
    summary="Resolve an incident",
    **writing(SCOPE, IncidentShown, 200),
)
@once
def resolve_incident(request: Call, incident: str, sent: ResolutionSent) -> Answer:
    """Say that it is over, as of a stated time; closes its windows then."""
    caller = request.auth
    entry = caller.incident_for(Ability.RESPOND, incident)
    owed = promises_of(entry, sent.still_owed, field="still_owed")
    entry.resolve(**sent.arguments("still_owed"), still_owed=owed, by=caller.by, at=caller.at)
    return Answer(shown(caller, incident))


@router.post(
    "/incidents/{slug:incident}/reopenings",
    operation_id="reopenIncident",
    summary="Reopen an incident",
    **writing(SCOPE, UpdateShown),
)
@once
def reopen_incident(request: Call, incident: str, sent: ReopeningSent) -> Answer:
    """Take a resolution back; the old one stays visible."""
    caller = request.auth
    entry = caller.incident_for(Ability.RESPOND, incident)
    levels = levels_of(entry.page, sent.levels)
    update = entry.reopen(**sent.arguments("levels"), levels=levels, by=caller.by, at=caller.at)
    return Answer.created(UpdateShown.of(update, entry), "list_updates", incident=incident)


def shown(caller: Caller, public_id: str) -> IncidentShown:
    """Return the incident as the caller may see it now."""
    entry = caller.incident(public_id)
    return IncidentShown.of(entry, viewer=caller.viewer(entry.page), at=caller.at)


def _in_state(incidents: IncidentQuerySet, state: str | None) -> IncidentQuerySet:
    if state is None:
        return incidents
    return incidents.unresolved() if state == "open" else incidents.filter(status__in=OVER)
