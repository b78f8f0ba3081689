"""Putting the record right: words removed for good, and what is thought of the cause."""

from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import writing
from api.sent.promises import CauseSent, RedactionSent
from api.shown.incidents import IncidentShown, UpdateShown
from api.views.incidents import SCOPE, shown
from incidents.core.roles import Ability

router = Router(tags=["Corrections"])


@router.put(
    "/updates/{slug:update}/redaction",
    operation_id="redactUpdate",
    summary="Remove the words of an update for good",
    **writing(SCOPE, UpdateShown, 200),
)
@once
def redact_update(request: Call, update: str, sent: RedactionSent) -> Answer:
    """Leave a dated stub with the reason; the words are gone from every place that we keep."""
    caller = request.auth
    held = caller.update_for(Ability.COMMUNICATE, update)
    held.redact(sent.reason, by=caller.by, at=caller.at)
    return Answer(UpdateShown.of(held, held.incident))


@router.put(
    "/incidents/{slug:incident}/cause",
    operation_id="judgeCause",
    summary="Say how sure you are of the cause",
    **writing(SCOPE, IncidentShown, 200),
)
@once
def judge_cause(request: Call, incident: str, sent: CauseSent) -> Answer:
    """Suspected, confirmed or ruled out; what was said before stays, dated."""
    caller = request.auth
    entry = caller.incident_for(Ability.RESPOND, incident)
    entry.judge_cause(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, incident))
