"""What readers wrote: list it, and settle it."""

from ninja import Router

from api.answers import Answer, once
from api.callers import Call, Caller
from api.doors import reading, writing
from api.fields import Id
from api.paging import Listed, Paging, stepped
from api.sent.notes import MessageAnswerSent, MessageDeclineSent, MessageUpdateSent
from api.shown.messages import MessageShown
from api.views.incidents import SCOPE
from incidents.core.checks import refusal
from incidents.core.roles import Ability
from incidents.models import Incident, MessageState, Note, ReaderMessage

router = Router(tags=["Messages of readers"])


@router.get(
    "/pages/{slug:page}/messages",
    operation_id="listMessages",
    summary="List what readers wrote (for staff)",
    **reading(Listed[MessageShown]),
)
def list_messages(
    request: Call,
    page: str,
    step: Paging,
    state: MessageState | None = None,
    incident: Id | None = None,
) -> Listed[MessageShown]:
    """Return questions and reports, the newest first; needs a token of somebody on staff."""
    site = request.auth.page_for(Ability.SEE, page)
    wanted = ReaderMessage.objects.filter(incident__page=site)
    wanted = wanted.filter(state=state) if state else wanted
    wanted = wanted.filter(incident__public_id=incident) if incident else wanted
    told = wanted.select_related("incident", "component", "note", "update")
    found, following = stepped(told, step, order=("-received_at", "-pk"))
    return Listed(items=[MessageShown.of(each) for each in found], next_cursor=following)


@router.put(
    "/messages/{slug:message}/answer",
    operation_id="answerMessage",
    summary="Answer a reader among the questions",
    **writing(SCOPE, MessageShown, 200),
)
@once
def answer_message(request: Call, message: str, sent: MessageAnswerSent) -> Answer:
    """Publish question and answer; whoever left an address is mailed the answer."""
    caller = request.auth
    found = caller.message_for(Ability.RESPOND, message)
    note = _note_of(found.incident, sent.note)
    found.answer_as_note(**sent.arguments("note"), note=note, by=caller.by, at=caller.at)
    return Answer(shown(caller, message))


@router.put(
    "/messages/{slug:message}/update",
    operation_id="answerMessageInUpdate",
    summary="Answer a reader in an update",
    **writing(SCOPE, MessageShown, 200),
)
@once
def answer_message_in_update(request: Call, message: str, sent: MessageUpdateSent) -> Answer:
    """Post the answer as an update; whoever left an address is mailed it."""
    caller = request.auth
    found = caller.message_for(Ability.RESPOND, message)
    found.answer_in_update(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, message))


@router.put(
    "/messages/{slug:message}/decline",
    operation_id="declineMessage",
    summary="Decline a reader's message",
    **writing(SCOPE, MessageShown, 200),
)
@once
def decline_message(request: Call, message: str, sent: MessageDeclineSent) -> Answer:
    """Leave it without an answer; nothing is public, and its address is erased."""
    caller = request.auth
    found = caller.message_for(Ability.RESPOND, message)
    found.decline(sent.reason, by=caller.by, at=caller.at)
    return Answer(shown(caller, message))


def shown(caller: Caller, public_id: str) -> MessageShown:
    """Return the message as it is now."""
    return MessageShown.of(caller.message_for(Ability.RESPOND, public_id))


def _note_of(incident: Incident, public_id: str | None) -> Note | None:
    if public_id is None:
        return None
    note = incident.notes.filter(public_id=public_id).first()
    if note is None:
        raise refusal("note", f"“{public_id}” is no note on this incident.")
    return note
