"""Work that comes back: set up, read, changed, one date left out, ended."""

from django.shortcuts import get_object_or_404
from ninja import Router

from api.answers import Answer, once
from api.callers import Call, Caller
from api.doors import reading, writing
from api.naming import components_of
from api.paging import Listed, Paging, stepped
from api.sent.maintenances import (
    RecurrenceChangeSent,
    RecurrenceEndSent,
    RecurrenceSent,
    SkipSent,
)
from api.shown.recurrences import RecurrenceShown
from api.views.incidents import SCOPE
from incidents.core.roles import Ability
from incidents.models import Recurrence

router = Router(tags=["Maintenance"])


@router.get(
    "/pages/{slug:page}/recurrences",
    operation_id="listRecurrences",
    summary="List what comes back on a page",
    **reading(Listed[RecurrenceShown]),
)
def list_recurrences(request: Call, page: str, step: Paging) -> Listed[RecurrenceShown]:
    """Return the rules by which planned work comes back, the newest first."""
    site = request.auth.page(page)
    rules = site.recurrences.select_related("page").prefetch_related("components")
    found, following = stepped(rules, step, order=("-created_at", "-pk"))
    items = [RecurrenceShown.of(each, request.auth.at) for each in found]
    return Listed(items=items, next_cursor=following)


@router.get(
    "/recurrences/{slug:recurrence}",
    operation_id="getRecurrence",
    summary="Read a recurrence",
    **reading(RecurrenceShown),
)
def get_recurrence(request: Call, recurrence: str) -> RecurrenceShown:
    """Return a rule with its next dates."""
    return RecurrenceShown.of(_found(request.auth, recurrence), request.auth.at)


@router.post(
    "/pages/{slug:page}/recurrences",
    operation_id="setUpRecurrence",
    summary="Let work come back",
    **writing(SCOPE, RecurrenceShown),
)
@once
def set_up_recurrence(request: Call, page: str, sent: RecurrenceSent) -> Answer:
    """Plan work by a rule; each date becomes a maintenance of its own, five weeks ahead."""
    caller = request.auth
    site = caller.page_for(Ability.RESPOND, page)
    made = Recurrence.set_up(
        site,
        **sent.arguments("components"),
        components=components_of(site, sent.components, field="components"),
        by=caller.by,
        at=caller.at,
    )
    shown = RecurrenceShown.of(made, caller.at)
    return Answer.created(shown, "get_recurrence", recurrence=made.public_id)


@router.patch(
    "/recurrences/{slug:recurrence}",
    operation_id="changeRecurrence",
    summary="Change a recurrence",
    **writing(SCOPE, RecurrenceShown, 200),
)
@once
def change_recurrence(request: Call, recurrence: str, sent: RecurrenceChangeSent) -> Answer:
    """Change what is planned from now on; another rule is another recurrence."""
    caller = request.auth
    found = _for_writing(caller, recurrence)
    changes = sent.model_dump(exclude_unset=True)
    found.change(**changes, by=caller.by, at=caller.at)
    return Answer(RecurrenceShown.of(found, caller.at))


@router.post(
    "/recurrences/{slug:recurrence}/exceptions",
    operation_id="skipDate",
    summary="Leave out a date",
    **writing(SCOPE, RecurrenceShown, 200),
)
@once
def skip_date(request: Call, recurrence: str, sent: SkipSent) -> Answer:
    """Leave out one date; what is planned on it already is cancelled."""
    caller = request.auth
    found = _for_writing(caller, recurrence)
    found.skip(sent.day, body=sent.body, notify=sent.notify, by=caller.by, at=caller.at)
    return Answer(RecurrenceShown.of(found, caller.at))


@router.put(
    "/recurrences/{slug:recurrence}/end",
    operation_id="endRecurrence",
    summary="End a recurrence",
    **writing(SCOPE, RecurrenceShown, 200),
)
@once
def end_recurrence(request: Call, recurrence: str, sent: RecurrenceEndSent) -> Answer:
    """Let it come back no more; dates that have not begun are cancelled, with one word to all."""
    caller = request.auth
    found = _for_writing(caller, recurrence)
    found.end(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(RecurrenceShown.of(found, caller.at))


def _found(caller: Caller, public_id: str) -> Recurrence:
    rules = Recurrence.objects.filter(page__in=caller.pages()).select_related("page")
    return get_object_or_404(rules, public_id=public_id)


def _for_writing(caller: Caller, public_id: str) -> Recurrence:
    found = _found(caller, public_id)
    caller.page_for(Ability.RESPOND, found.page.public_id)
    return found
