"""Promises: made, kept, taken back, and the record of all of them."""

from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.naming import promise_of, update_of
from api.paging import Listed, Paging, stepped
from api.sent.promises import KeepingSent, PromiseSent, TakenBackSent
from api.shown.promises import CommitmentShown
from api.views.incidents import SCOPE
from incidents.core.roles import Ability
from incidents.models import Commitment

router = Router(tags=["Promises"])
NEWEST = ("-made_at", "-pk")


@router.get(
    "/pages/{slug:page}/promises",
    operation_id="listPromises",
    summary="List what was promised on a page",
    **reading(Listed[CommitmentShown]),
)
def list_promises(request: Call, page: str, step: Paging) -> Listed[CommitmentShown]:
    """Return every promise with how it stands now, the newest first."""
    caller, site = request.auth, request.auth.page(page)
    made = Commitment.objects.filter(page=site).visible_to(caller.viewer(site)).counting()
    whole = made.select_related("incident", "made_in", "met_in", "replaced_by")
    found, following = stepped(whole, step, order=NEWEST)
    items = [CommitmentShown.of(each, caller.at) for each in found]
    return Listed(items=items, next_cursor=following)


@router.post(
    "/incidents/{slug:incident}/promises",
    operation_id="makePromise",
    summary="Promise something",
    **writing(SCOPE, CommitmentShown),
)
@once
def make_promise(request: Call, incident: str, sent: PromiseSent) -> Answer:
    """Promise something in public, on an incident or a maintenance."""
    caller = request.auth
    entry = caller.entry_for(Ability.RESPOND, incident)
    promise = Commitment.promise(
        entry,
        **sent.arguments("replaces"),
        replaces=promise_of(entry, sent.replaces, field="replaces"),
        by=caller.by,
        at=caller.at,
    )
    shown = CommitmentShown.of(promise, caller.at)
    return Answer.created(shown, "list_promises", page=entry.page.slug)


@router.put(
    "/promises/{slug:promise}/keeping",
    operation_id="keepPromise",
    summary="Say that a promise is kept",
    **writing(SCOPE, CommitmentShown, 200),
)
@once
def keep_promise(request: Call, promise: str, sent: KeepingSent) -> Answer:
    """Say so where the record cannot know it by itself: most promises are kept by what is done."""
    caller = request.auth
    held = caller.promise_for(Ability.RESPOND, promise)
    update = update_of(held.incident, sent.update, field="update") if held.incident else None
    held.meet(met_in=update, by=caller.by, at=caller.at)
    return Answer(CommitmentShown.of(held, caller.at))


@router.put(
    "/promises/{slug:promise}/withdrawal",
    operation_id="takeBackPromise",
    summary="Take a promise back",
    **writing(SCOPE, CommitmentShown, 200),
)
@once
def take_back_promise(request: Call, promise: str, sent: TakenBackSent) -> Answer:
    """Say that it will not be kept; it stays listed, with the reason."""
    caller = request.auth
    held = caller.promise_for(Ability.RESPOND, promise)
    held.withdraw(sent.reason, by=caller.by, at=caller.at)
    return Answer(CommitmentShown.of(held, caller.at))
