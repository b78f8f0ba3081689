"""Beside an incident: its summary, remarks among staff, updates in further languages."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import guarding, reading, writing
from api.matching import seen_of, tagged
from api.paging import Listed, Paging, stepped
from api.sent.drafts import PrivateNoteSent, SummarySent, TextSent
from api.shown.drafts import PrivateNoteShown, SummaryShown, TextShown
from api.views.incidents import SCOPE
from incidents.core.roles import Ability
from incidents.models import PrivateNote, UpdateText
from incidents.models.guarding import fingerprint

router = Router(tags=["Incidents"])
WORDS = ("body", "headline")


@router.get(
    "/incidents/{slug:incident}/summary",
    operation_id="getSummary",
    summary="Read the standing summary",
    **reading(SummaryShown),
)
def get_summary(request: Call, incident: str, response: HttpResponse) -> SummaryShown:
    """Return the standing summary; its ETag guards a change of it."""
    entry = request.auth.incident(incident)
    tagged(response, fingerprint(entry, "summary"))
    return SummaryShown.of(entry)


@router.put(
    "/incidents/{slug:incident}/summary",
    operation_id="setSummary",
    summary="Set the standing summary",
    **guarding(SCOPE, SummaryShown),
)
@once
def set_summary(request: Call, incident: str, sent: SummarySent) -> Answer:
    """Set what stands above the updates, with a stamp of its own."""
    caller = request.auth
    entry = caller.incident_for(Ability.RESPOND, incident)
    entry.summarise(sent.summary, seen=seen_of(request, "summary"), by=caller.by, at=caller.at)
    return Answer(SummaryShown.of(entry))


@router.get(
    "/incidents/{slug:incident}/private-notes",
    operation_id="listPrivateNotes",
    summary="List the remarks among staff (for staff)",
    **reading(Listed[PrivateNoteShown]),
)
def list_private_notes(request: Call, incident: str, step: Paging) -> Listed[PrivateNoteShown]:
    """Return what no reader ever sees; needs a token of somebody on staff."""
    entry = request.auth.incident_for(Ability.RESPOND, incident)
    notes, following = stepped(entry.private_notes.all(), step, order=("created_at", "pk"))
    return Listed(items=[PrivateNoteShown.of(note) for note in notes], next_cursor=following)


@router.post(
    "/incidents/{slug:incident}/private-notes",
    operation_id="writePrivateNote",
    summary="Leave a remark for colleagues",
    **writing(SCOPE, PrivateNoteShown),
)
@once
def write_private_note(request: Call, incident: str, sent: PrivateNoteSent) -> Answer:
    """Leave a remark that no reader ever sees."""
    caller = request.auth
    entry = caller.incident_for(Ability.RESPOND, incident)
    note = PrivateNote.write(entry, sent.body, by=caller.by, at=caller.at)
    shown = PrivateNoteShown.of(note)
    return Answer.created(shown, "list_private_notes", incident=incident)


@router.put(
    "/incidents/{slug:incident}/updates/{slug:update}/texts/{slug:language}",
    operation_id="setText",
    summary="Translate an update",
    **guarding(SCOPE, TextShown),
)
@once
def set_text(request: Call, incident: str, update: str, language: str, sent: TextSent) -> Answer:
    """Say an update in a further language of its page, or mend how it is said."""
    caller = request.auth
    entry = caller.incident_for(Ability.RESPOND, incident)
    said = get_object_or_404(entry.updates.select_related("incident__page"), public_id=update)
    text = UpdateText.write(
        said,
        language,
        **sent.arguments(),
        seen=seen_of(request, *WORDS),
        by=caller.by,
        at=caller.at,
    )
    return Answer(TextShown.of(text))
