"""How incidents hang together: links, series, duplicates; and false alarms."""

from django.http import Http404
from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.naming import entry_named
from api.sent.ties import FalseAlarmSent, LinkSent, MergeSent
from api.shown.incidents import IncidentShown
from api.shown.parts import LinkShown
from api.shown.series import SeriesShown
from api.views.incidents import SCOPE, shown
from incidents.core.roles import Ability
from incidents.models import IncidentLink
from incidents.series import Series

router = Router(tags=["Links and endings"])


@router.post(
    "/incidents/{slug:incident}/links",
    operation_id="linkIncident",
    summary="Link an entry to another",
    **writing(SCOPE, LinkShown),
)
@once
def link_incident(request: Call, incident: str, sent: LinkSent) -> Answer:
    """Say what an incident or a maintenance is to another entry of its page."""
    caller = request.auth
    entry = caller.entry_for(Ability.RESPOND, incident)
    target = entry_named(entry.page, sent.target, field="target")
    link = IncidentLink.tie(entry, target, sent.kind, by=caller.by, at=caller.at)
    return Answer.created(LinkShown.of(link.kind, "out", target), "get_incident", incident=incident)


@router.put(
    "/incidents/{slug:incident}/links/removal",
    operation_id="unlinkIncident",
    summary="Remove a link",
    **writing(SCOPE, LinkShown, 200),
)
@once
def unlink_incident(request: Call, incident: str, sent: LinkSent) -> Answer:
    """Take a link away that was a mistake; 404 where there is none of that kind."""
    caller = request.auth
    entry = caller.entry_for(Ability.RESPOND, incident)
    target = entry_named(entry.page, sent.target, field="target")
    link = IncidentLink.between(entry, target, sent.kind)
    if link is None:
        raise Http404
    link.untie(by=caller.by, at=caller.at)
    return Answer(LinkShown.of(link.kind, "out", target))


@router.get(
    "/incidents/{slug:incident}/series",
    operation_id="getSeries",
    summary="Read the series of an incident",
    **reading(SeriesShown),
)
def get_series(request: Call, incident: str) -> SeriesShown:
    """Return what hangs together with an incident; 404 where it stands alone."""
    caller = request.auth
    entry = caller.incident(incident)
    series = Series.of(entry, at=caller.at, viewer=caller.viewer(entry.page))
    if series is None:
        raise Http404
    return SeriesShown.of(series)


@router.put(
    "/incidents/{slug:incident}/false-alarm",
    operation_id="callFalseAlarm",
    summary="Call an incident a false alarm",
    **writing(SCOPE, IncidentShown, 200),
)
@once
def call_false_alarm(request: Call, incident: str, sent: FalseAlarmSent) -> Answer:
    """Resolve it, and take its impact back; its story stays."""
    caller = request.auth
    entry = caller.incident_for(Ability.RESPOND, incident)
    entry.call_false_alarm(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, incident))


@router.put(
    "/incidents/{slug:incident}/merge",
    operation_id="mergeIncident",
    summary="Merge a duplicate into another incident",
    **writing(SCOPE, IncidentShown, 200),
)
@once
def merge_incident(request: Call, incident: str, sent: MergeSent) -> Answer:
    """Resolve it; the other takes over its impact and cohorts, and nothing counts twice."""
    caller = request.auth
    entry = caller.incident_for(Ability.RESPOND, incident)
    other = entry_named(entry.page, sent.other, field="other")
    entry.merge_into(other, **sent.arguments("other"), by=caller.by, at=caller.at)
    return Answer(shown(caller, incident))
