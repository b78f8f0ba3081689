"""What was known of an incident at an instant: the record without what was written down later.

Redacted words stay gone, and the standing summary is kept in its newest wording alone.
"""

from datetime import datetime
from typing import Final

from django.db.models import Prefetch, Q

from incidents.core.lifecycles import OVER, CauseState, Outcome
from incidents.core.notes import NoteState
from incidents.core.viewers import Viewer
from incidents.models import (
    CauseJudgement,
    Cohort,
    CohortProgress,
    Commitment,
    Event,
    ImpactWindow,
    Incident,
    IncidentLink,
    Note,
    NoteChange,
    Page,
    Postmortem,
    PostmortemStatus,
    Update,
)

OUTCOMES: Final = {
    "incident.false_alarm": Outcome.FALSE_ALARM,
    "incident.merged": Outcome.DUPLICATE,
    "incident.resolved": "",
    "incident.reopened": "",
}
CREDIT: Final = "incident.credit_stated"


def as_known(page: Page, public_id: str, at: datetime, viewer: Viewer) -> Incident | None:
    """Return the incident as it was known at `at`; None before its first post.

    Reads in a constant number of queries. Only for reading: what comes back is never saved.
    """
    found = page.incidents.visible_to(viewer).filter(published_at__lte=at, withdrawn_at=None)
    told = found.select_related("page").prefetch_related(*_known(at))
    incident = told.filter(public_id=public_id).first()
    if incident is None or not incident.updates.all():
        return None
    _forget(incident, at)
    return incident


def _known(at: datetime) -> list[Prefetch]:  # type: ignore[type-arg]
    """What each relation held then."""
    related = ("component", "cohort", "superseded_by__component")
    corrected = ImpactWindow.objects.corrected().filter(superseded_at__lte=at)
    posted = Update.objects.filter(posted_at__lte=at)
    passed = NoteChange.objects.filter(at__lte=at)
    to_come = NoteChange.objects.filter(at__gt=at, done_percent=None)
    published = Postmortem.objects.filter(
        status=PostmortemStatus.PUBLISHED, published_at__lte=at
    ).select_related("page")
    return [
        Prefetch("windows", ImpactWindow.objects.believed(at).select_related(*related[:2])),
        Prefetch("windows", corrected.select_related(*related), to_attr="corrected_windows"),
        Prefetch("updates", posted.select_related("corrects").prefetch_related(
            "levels__component", Prefetch("corrected_by", posted))),
        Prefetch("commitments", Commitment.objects.filter(made_at__lte=at).select_related(
            "made_in", "met_in", "replaced_by")),
        Prefetch("notes", Note.objects.filter(created_at__lte=at).prefetch_related(
            Prefetch("changes", passed), Prefetch("changes", to_come, to_attr="to_come"))),
        Prefetch("cohorts", Cohort.objects.filter(created_at__lte=at).prefetch_related(
            Prefetch("progress", CohortProgress.objects.filter(at__lte=at)))),
        Prefetch("judgements", CauseJudgement.objects.filter(at__lte=at)),
        Prefetch("events", Event.objects.filter(
            Q(at__lte=at) & (Q(kind__in=OUTCOMES) | Q(kind=CREDIT))
            | Q(at__gt=at, before__has_key="started_at")).order_by("pk"), to_attr="turns"),
        Prefetch("links_out", IncidentLink.objects.none()),
        Prefetch("links_in", IncidentLink.objects.none()),
        Prefetch("postmortems", published),
    ]  # fmt: skip


def _forget(incident: Incident, at: datetime) -> None:
    """Take from the rows themselves what was written down after `at`."""
    for window in incident.windows.all():
        window.as_known(at)
    for promise in incident.commitments.all():
        _unsettle(promise, at)
    for note in incident.notes.all():
        _reword(note)
    _unjudge(incident)
    _unend(incident, at)
    if incident.summary_at and incident.summary_at > at:
        incident.summary = incident.summary_html = ""


def _unsettle(promise: Commitment, at: datetime) -> None:
    if promise.met_at and promise.met_at > at:
        promise.met_at = promise.met_in = None
    if promise.withdrawn_at and promise.withdrawn_at > at:
        promise.withdrawn_at = promise.replaced_by = None
        promise.withdrawal_reason = ""


def _reword(note: Note) -> None:
    """Each change keeps what held until then, so the next one to come tells what held."""
    later: list[NoteChange] = note.to_come  # type: ignore[attr-defined]
    if later:
        note.state = later[0].state
    reworded = next((change for change in later if change.headline), None)
    if reworded is not None:
        note.headline, note.html = reworded.headline, reworded.html
        note.body = note.answer = note.answer_html = ""
        if note.state == NoteState.ANSWERED:
            note.html, note.answer_html = "", reworded.html
    if later:
        note.changed_at = max((change.at for change in note.changes.all()), default=note.created_at)


def _unjudge(incident: Incident) -> None:
    newest = max(incident.judgements.all(), key=lambda each: (each.at, each.pk), default=None)
    incident.cause = newest.cause if newest else ""
    incident.cause_category = newest.category if newest else ""
    incident.cause_state = newest.state if newest else CauseState.UNKNOWN


def _unend(incident: Incident, at: datetime) -> None:
    """Status, start, end, outcome and credit as the updates and events until then leave them."""
    last = max(incident.updates.all(), key=lambda update: update.number)
    known: list[Event] = incident.turns  # type: ignore[attr-defined]
    turns = [turn for turn in known if turn.at <= at]
    if restated := [turn for turn in known if turn.at > at]:
        incident.started_at = datetime.fromisoformat(restated[0].before["started_at"])
    incident.status, incident.updated_at = last.status, last.posted_at
    ends = [each for each in incident.updates.all() if each.status in OVER]
    incident.resolved_at = ends[-1].shown_at if last.status in OVER and ends else None
    kinds = [turn.kind for turn in turns if turn.kind in OUTCOMES]
    incident.outcome = OUTCOMES[kinds[-1]] if kinds else ""
    stated = [turn.after for turn in turns if turn.kind == CREDIT]
    incident.credit_statement = stated[-1] if stated else None
