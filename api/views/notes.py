"""Notes: add, change, withdraw, report progress; find an incident by an error text."""

from typing import Annotated

from ninja import Query, Router

from api.answers import Answer, once
from api.callers import Call, Caller
from api.doors import reading, writing
from api.fields import Text
from api.sent.notes import NoteChangeSent, NoteProgressSent, NoteSent, NoteWithdrawalSent
from api.shown.messages import MatchesShown, MatchShown
from api.shown.parts import NoteShown
from api.views.incidents import SCOPE
from incidents.core.roles import Ability
from incidents.models import Note
from incidents.symptoms import QUERY_LIMIT, find

router = Router(tags=["Notes"])


@router.get(
    "/pages/{slug:page}/search",
    operation_id="searchIncidents",
    summary="Find public incidents by an error text",
    **reading(MatchesShown),
)
def search_incidents(
    request: Call, page: str, q: Annotated[Text, Query(..., max_length=QUERY_LIMIT)]
) -> MatchesShown:
    """Return incidents that know this text, whatever addresses and ids stand in it."""
    found = find(request.auth.page(page), q)
    return MatchesShown(items=[MatchShown.of(match) for match in found])


@router.post(
    "/incidents/{slug:incident}/notes",
    operation_id="addNote",
    summary="Add a note to an incident or a maintenance",
    **writing(SCOPE, NoteShown),
)
@once
def add_note(request: Call, incident: str, sent: NoteSent) -> Answer:
    """Note what is known beside the timeline."""
    caller = request.auth
    entry = caller.entry_for(Ability.RESPOND, incident)
    note = Note.add(entry, **sent.arguments(), by=caller.by, at=caller.at)
    return Answer.created(shown(caller, note), "get_incident", incident=incident)


@router.post(
    "/notes/{slug:note}/changes",
    operation_id="changeNote",
    summary="Change a note",
    **writing(SCOPE, NoteShown),
)
@once
def change_note(request: Call, note: str, sent: NoteChangeSent) -> Answer:
    """Change its state or its words; what it said before is kept, dated."""
    caller = request.auth
    found = caller.note_for(Ability.RESPOND, note)
    found.change(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer.created(shown(caller, found), "get_incident", incident=found.incident.public_id)


@router.put(
    "/notes/{slug:note}/withdrawal",
    operation_id="withdrawNote",
    summary="Withdraw advice",
    **writing(SCOPE, NoteShown, 200),
)
@once
def withdraw_note(request: Call, note: str, sent: NoteWithdrawalSent) -> Answer:
    """Say that advice no longer holds, to everybody who was told that it does."""
    caller = request.auth
    found = caller.note_for(Ability.RESPOND, note)
    found.withdraw(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, found))


@router.post(
    "/notes/{slug:note}/progress",
    operation_id="reportProgress",
    summary="Report how far work has come",
    **writing(SCOPE, NoteShown),
)
@once
def report_progress(request: Call, note: str, sent: NoteProgressSent) -> Answer:
    """Report the progress of a restore or a rebuild, at a stated time."""
    caller = request.auth
    found = caller.note_for(Ability.RESPOND, note)
    found.progress(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer.created(shown(caller, found), "get_incident", incident=found.incident.public_id)


def shown(caller: Caller, note: Note) -> NoteShown:
    """Return the note as it is now, with its life."""
    return NoteShown.of(caller.note_for(Ability.RESPOND, note.public_id))
