"""Impact apart from posts: windows recorded, ended, corrected, taken back; cohorts."""

from ninja import Router

from api.answers import Answer, once
from api.callers import Call, Caller
from api.doors import writing
from api.naming import cohort_of, components_of
from api.sent.impact import (
    CohortChangeSent,
    CohortEndSent,
    CohortProgressSent,
    CohortSent,
    RetractionSent,
    WindowCorrectionSent,
    WindowEndSent,
    WindowSent,
)
from api.shown.parts import CohortShown, WindowShown
from api.views.incidents import SCOPE
from incidents.core.roles import Ability
from incidents.models import Cohort, ImpactWindow

router = Router(tags=["Impact"])


@router.post(
    "/incidents/{slug:incident}/windows",
    operation_id="recordWindow",
    summary="Record impact",
    **writing(SCOPE, WindowShown),
)
@once
def record_window(request: Call, incident: str, sent: WindowSent) -> Answer:
    """Say when what was how broken, apart from any post."""
    caller = request.auth
    entry = caller.entry_for(Ability.RESPOND, incident)
    (component,) = components_of(entry.page, [sent.component], field="component")
    window = ImpactWindow.record(
        component,
        incident=entry,
        cohort=cohort_of(entry, sent.cohort),
        **sent.arguments("component", "cohort"),
        by=caller.by,
        at=caller.at,
    )
    return Answer.created(WindowShown.of(window), "get_incident", incident=incident)


@router.put(
    "/windows/{slug:window}/end",
    operation_id="closeWindow",
    summary="End impact",
    **writing(SCOPE, WindowShown, 200),
)
@once
def close_window(request: Call, window: str, sent: WindowEndSent) -> Answer:
    """Give an open window its end."""
    caller = request.auth
    held = caller.window_for(Ability.RESPOND, window)
    held.close(sent.end, by=caller.by, at=caller.at)
    return Answer(WindowShown.of(held))


@router.post(
    "/windows/{slug:window}/corrections",
    operation_id="correctWindow",
    summary="Correct impact",
    **writing(SCOPE, WindowShown),
)
@once
def correct_window(request: Call, window: str, sent: WindowCorrectionSent) -> Answer:
    """Replace a window by one with other facts; the old one stays on record, with the reason."""
    caller = request.auth
    held = caller.window_for(Ability.RESPOND, window)
    newer = held.supersede(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer.created(WindowShown.of(newer), "get_incident", incident=_of(held))


@router.put(
    "/windows/{slug:window}/retraction",
    operation_id="retractWindow",
    summary="Take impact back",
    **writing(SCOPE, WindowShown, 200),
)
@once
def retract_window(request: Call, window: str, sent: RetractionSent) -> Answer:
    """Say that it never was; it counts for nothing, and readers see why."""
    caller = request.auth
    held = caller.window_for(Ability.RESPOND, window)
    held.retract(sent.because, by=caller.by, at=caller.at)
    return Answer(WindowShown.of(held))


@router.post(
    "/incidents/{slug:incident}/cohorts",
    operation_id="nameCohort",
    summary="Name a cohort",
    **writing(SCOPE, CohortShown),
)
@once
def name_cohort(request: Call, incident: str, sent: CohortSent) -> Answer:
    """Name some of those who were hurt; windows and progress refer to them."""
    caller = request.auth
    entry = caller.entry_for(Ability.RESPOND, incident)
    cohort = Cohort.name_one(entry, **sent.arguments(), by=caller.by, at=caller.at)
    return Answer.created(CohortShown.of(cohort), "get_incident", incident=incident)


@router.put(
    "/cohorts/{slug:cohort}",
    operation_id="changeCohort",
    summary="Change a cohort",
    **writing(SCOPE, CohortShown, 200),
)
@once
def change_cohort(request: Call, cohort: str, sent: CohortChangeSent) -> Answer:
    """Change name, size or share: more became known."""
    caller = request.auth
    named = caller.cohort_for(Ability.RESPOND, cohort)
    named.change(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(_shown(caller, cohort))


@router.post(
    "/cohorts/{slug:cohort}/progress",
    operation_id="reportCohortProgress",
    summary="Report progress for a cohort",
    **writing(SCOPE, CohortShown),
)
@once
def report_cohort_progress(request: Call, cohort: str, sent: CohortProgressSent) -> Answer:
    """Say how far the work has come; it may fall back."""
    caller = request.auth
    named = caller.cohort_for(Ability.RESPOND, cohort)
    named.report(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer.created(_shown(caller, cohort), "get_incident", incident=named.incident.public_id)


@router.put(
    "/cohorts/{slug:cohort}/end",
    operation_id="endCohort",
    summary="Say that a cohort is done",
    **writing(SCOPE, CohortShown, 200),
)
@once
def end_cohort(request: Call, cohort: str, sent: CohortEndSent) -> Answer:
    """Set the progress to 100 percent and end its windows."""
    caller = request.auth
    named = caller.cohort_for(Ability.RESPOND, cohort)
    named.close(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(_shown(caller, cohort))


def _shown(caller: Caller, cohort: str) -> CohortShown:
    return CohortShown.of(caller.cohort_for(Ability.RESPOND, cohort))


def _of(window: ImpactWindow) -> str:
    return window.incident.public_id if window.incident else ""
