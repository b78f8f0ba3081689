"""Ways of telling that an incident has hit itself."""

from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import writing
from api.sent.routes import RouteSent
from api.shown.incidents import IncidentShown
from api.views.incidents import SCOPE, shown
from incidents.core.roles import Ability
from notifications.channels import channel_named

router = Router(tags=["Impact"])


@router.post(
    "/incidents/{slug:incident}/hit-routes",
    operation_id="markRouteHit",
    summary="Say that word over a channel may come late",
    **writing(SCOPE, IncidentShown),
)
@once
def hit_route(request: Call, incident: str, sent: RouteSent) -> Answer:
    """Mark a channel, or the mailboxes of a domain, as hit by the incident itself."""
    caller = request.auth
    entry = caller.entry_for(Ability.RESPOND, incident)
    name = channel_named(sent.channel).name
    entry.routes.hit(name, domain=sent.domain, by=caller.by, at=caller.at)
    return Answer.created(shown(caller, incident), "get_incident", incident=incident)


@router.put(
    "/incidents/{slug:incident}/hit-routes/removal",
    operation_id="markRouteMended",
    summary="Say that word arrives in time again",
    **writing(SCOPE, IncidentShown, 200),
)
@once
def mend_route(request: Call, incident: str, sent: RouteSent) -> Answer:
    """Take the mark away; the end of the incident does so, too."""
    caller = request.auth
    entry = caller.entry_for(Ability.RESPOND, incident)
    entry.routes.mend(sent.channel, domain=sent.domain, by=caller.by, at=caller.at)
    return Answer(shown(caller, incident))
