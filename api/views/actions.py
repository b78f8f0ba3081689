"""What stands beside the text of a postmortem: actions, instants, and dates of incidents."""

from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import writing
from api.sent.postmortems import (
    ActionChangeSent,
    ActionSent,
    MilestonesSent,
    ProgressSent,
    TimelineEntrySent,
)
from api.shown.incidents import IncidentShown
from api.shown.postmortems import ActionShown, PostmortemShown
from api.views import incidents, postmortems
from api.views.incidents import SCOPE
from incidents.core.roles import Ability
from incidents.core.viewers import STAFF
from incidents.models import ActionItem, TimelineEntry

router = Router(tags=["Postmortems"])


@router.post(
    "/postmortems/{slug:postmortem}/timeline",
    operation_id="addTimelineEntry",
    summary="Add an instant to the timeline of a postmortem",
    **writing(SCOPE, PostmortemShown),
)
@once
def add_timeline_entry(request: Call, postmortem: str, sent: TimelineEntrySent) -> Answer:
    """Add what no update or window tells of; part of the wording."""
    caller = request.auth
    entry = caller.postmortem_for(Ability.RESPOND, postmortem)
    TimelineEntry.add(entry, **sent.arguments(), by=caller.by, at=caller.at)
    now = postmortems.shown(caller, postmortem)
    return Answer.created(now, "get_postmortem", postmortem=postmortem)


@router.post(
    "/postmortems/{slug:postmortem}/actions",
    operation_id="addAction",
    summary="Add an action to a postmortem",
    **writing(SCOPE, ActionShown),
)
@once
def add_action(request: Call, postmortem: str, sent: ActionSent) -> Answer:
    """Add what is done about it; actions move on without a new revision."""
    caller = request.auth
    entry = caller.postmortem_for(Ability.RESPOND, postmortem)
    action = ActionItem.add(entry, **sent.arguments(), by=caller.by, at=caller.at)
    now = ActionShown.of(action, viewer=STAFF)
    return Answer.created(now, "get_postmortem", postmortem=postmortem)


@router.post(
    "/actions/{slug:action}/changes",
    operation_id="changeAction",
    summary="Change an action",
    **writing(SCOPE, ActionShown, 200),
)
@once
def change_action(request: Call, action: str, sent: ActionChangeSent) -> Answer:
    """Change what it is, who does it, until when, or whether readers see it."""
    caller = request.auth
    found = caller.action_for(Ability.RESPOND, action)
    found.change(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(ActionShown.of(found, viewer=STAFF))


@router.post(
    "/actions/{slug:action}/progress",
    operation_id="reportAction",
    summary="Report how far an action has come",
    **writing(SCOPE, ActionShown),
)
@once
def report_action(request: Call, action: str, sent: ProgressSent) -> Answer:
    """Say it to readers and feeds; subscribers are told only if asked."""
    caller = request.auth
    found = caller.action_for(Ability.RESPOND, action)
    found.report(**sent.arguments(), by=caller.by, at=caller.at)
    now, name = ActionShown.of(found, viewer=STAFF), found.postmortem.public_id
    return Answer.created(now, "get_postmortem", postmortem=name)


@router.put(
    "/incidents/{slug:incident}/milestones",
    operation_id="dateMilestones",
    summary="Say when an incident was detected, acknowledged and mitigated",
    **writing(SCOPE, IncidentShown, 200),
)
@once
def date_milestones(request: Call, incident: str, sent: MilestonesSent) -> Answer:
    """Date them in their order, as far as they are known; figures are worked out from them."""
    caller = request.auth
    entry = caller.incident_for(Ability.RESPOND, incident)
    entry.date_milestones(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(incidents.shown(caller, incident))
