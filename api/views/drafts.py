"""Drafts: keep, change, schedule and publish what is not said yet. All of it is for staff."""

from django.http import HttpResponse
from ninja import Router

from api.answers import Answer, once
from api.callers import Call, Caller
from api.doors import guarding, reading, writing
from api.matching import tagged, version_of
from api.paging import Listed, Paging, stepped
from api.sent.drafts import DraftContentSent, DraftPublicationSent, DraftSent, ScheduleSent
from api.shown.drafts import DraftShown
from api.views.incidents import SCOPE
from incidents.core.roles import Ability
from incidents.models import Draft

router = Router(tags=["Drafts and templates"])


@router.get(
    "/pages/{slug:page}/drafts",
    operation_id="listDrafts",
    summary="List what is not said yet (for staff)",
    **reading(Listed[DraftShown]),
)
def list_drafts(request: Call, page: str, step: Paging) -> Listed[DraftShown]:
    """Return the drafts that wait, the newest first; needs a token of somebody on staff."""
    waiting = request.auth.page_for(Ability.RESPOND, page).drafts.filter(published_at=None)
    told = waiting.select_related("incident")
    found, following = stepped(told, step, order=("-changed_at", "-pk"))
    return Listed(items=[DraftShown.of(each) for each in found], next_cursor=following)


@router.get(
    "/drafts/{slug:draft}",
    operation_id="getDraft",
    summary="Read a draft (for staff)",
    **reading(DraftShown),
)
def get_draft(request: Call, draft: str, response: HttpResponse) -> DraftShown:
    """Return a draft; its ETag guards a change of it."""
    found = _draft(request.auth, draft)
    tagged(response, str(found.version))
    return DraftShown.of(found)


@router.post(
    "/pages/{slug:page}/drafts",
    operation_id="keepDraft",
    summary="Keep a draft",
    **writing(SCOPE, DraftShown),
)
@once
def keep_draft(request: Call, page: str, sent: DraftSent) -> Answer:
    """Keep what a verb will be given; nobody outside sees it."""
    caller = request.auth
    site = caller.page_for(Ability.RESPOND, page)
    incident = caller.incident_for(Ability.RESPOND, sent.incident) if sent.incident else None
    kept = Draft.keep(site, sent.kind, sent.content, incident=incident, by=caller.by, at=caller.at)
    return Answer.created(DraftShown.of(kept), "get_draft", draft=kept.public_id)


@router.put(
    "/drafts/{slug:draft}/content",
    operation_id="changeDraft",
    summary="Change a draft",
    **guarding(SCOPE, DraftShown),
)
@once
def change_draft(request: Call, draft: str, sent: DraftContentSent) -> Answer:
    """Replace its content; one that was scheduled stays so."""
    caller = request.auth
    found = _draft(caller, draft)
    found.change(sent.content, seen=version_of(request), by=caller.by, at=caller.at)
    return Answer(DraftShown.of(found))


@router.put(
    "/drafts/{slug:draft}/schedule",
    operation_id="scheduleDraft",
    summary="Let the clock publish a draft",
    **guarding(SCOPE, DraftShown),
)
@once
def schedule_draft(request: Call, draft: str, sent: ScheduleSent) -> Answer:
    """Publish it at a time, in the name of the token's owner; null takes it from the clock."""
    caller = request.auth
    found = _draft(caller, draft)
    if sent.publish_at is None:
        found.unschedule(by=caller.by, at=caller.at)
    else:
        seen = version_of(request)
        found.schedule(sent.publish_at, seen=seen, by=caller.by, at=caller.at)
    return Answer(DraftShown.of(found))


@router.put(
    "/drafts/{slug:draft}/publication",
    operation_id="publishDraft",
    summary="Publish a draft now",
    **writing(SCOPE, DraftShown, 200),
)
@once
def publish_draft(request: Call, draft: str, sent: DraftPublicationSent) -> Answer:
    """Say it by the very verb; subscribers are told as if it had just been sent."""
    caller = request.auth
    found = _draft(caller, draft)
    found.publish(by=caller.by, at=caller.at)
    return Answer(DraftShown.of(found))


def _draft(caller: Caller, public_id: str) -> Draft:
    return caller.draft_for(Ability.RESPOND, public_id)
