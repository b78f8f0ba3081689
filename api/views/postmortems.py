"""Postmortems: read, draft, write, review, publish, amend, withdraw."""

from ninja import Router

from api.answers import Answer, once
from api.callers import Call, Caller
from api.doors import reading, writing
from api.naming import incidents_of, reviewer_of
from api.paging import Listed, Paging, stepped
from api.sent.postmortems import (
    AmendmentSent,
    PostmortemChangeSent,
    PostmortemSent,
    PostmortemWithdrawalSent,
    PublicationSent,
    ReviewSent,
    SectionSent,
    VerdictSent,
)
from api.shown.postmortems import PostmortemShown, RevisionShown
from api.views.incidents import SCOPE
from incidents.core.checks import refusal
from incidents.core.roles import Ability
from incidents.models import Postmortem, PostmortemRevision

router = Router(tags=["Postmortems"])


@router.get(
    "/pages/{slug:page}/postmortems",
    operation_id="listPostmortems",
    summary="List the postmortems of a page",
    **reading(Listed[PostmortemShown]),
)
def list_postmortems(request: Call, page: str, step: Paging) -> Listed[PostmortemShown]:
    """Return postmortems with their text and actions, the newest first."""
    site = request.auth.page(page)
    viewer = request.auth.viewer(site)
    wanted = site.postmortems.visible_to(viewer).with_text()
    found, following = stepped(wanted, step, order=("-created_at", "-pk"))
    items = [PostmortemShown.of(each, viewer=viewer) for each in found]
    return Listed(items=items, next_cursor=following)


@router.get(
    "/postmortems/{slug:postmortem}",
    operation_id="getPostmortem",
    summary="Read a postmortem",
    **reading(PostmortemShown),
)
def get_postmortem(request: Call, postmortem: str) -> PostmortemShown:
    """Return the newest revision; to staff what is written by now."""
    return shown(request.auth, postmortem)


@router.get(
    "/postmortems/{slug:postmortem}/revisions",
    operation_id="listRevisions",
    summary="List what a postmortem said at each publication",
    **reading(Listed[RevisionShown]),
)
def list_revisions(request: Call, postmortem: str, step: Paging) -> Listed[RevisionShown]:
    """Return each revision whole, with its note and its hash, the newest first."""
    found = request.auth.postmortem(postmortem)
    kept = PostmortemRevision.objects.filter(postmortem=found).select_related("postmortem__page")
    told, following = stepped(kept, step, order=("-number", "-pk"))
    return Listed(items=[RevisionShown.of(each) for each in told], next_cursor=following)


@router.post(
    "/pages/{slug:page}/postmortems",
    operation_id="draftPostmortem",
    summary="Draft a postmortem",
    **writing(SCOPE, PostmortemShown),
)
@once
def draft_postmortem(request: Call, page: str, sent: PostmortemSent) -> Answer:
    """Begin one over one or several incidents of the page."""
    caller = request.auth
    site = caller.page_for(Ability.RESPOND, page)
    drafted = Postmortem.draft(
        site,
        title=sent.title,
        incidents=incidents_of(site, sent.incident_ids),
        interim=sent.interim,
        signatories="\n".join(sent.signatories),
        by=caller.by,
        at=caller.at,
    )
    name = drafted.public_id
    return Answer.created(shown(caller, name), "get_postmortem", postmortem=name)


@router.post(
    "/postmortems/{slug:postmortem}/changes",
    operation_id="changePostmortem",
    summary="Change title, signatories, incidents or notes of a postmortem",
    **writing(SCOPE, PostmortemShown, 200),
)
@once
def change_postmortem(request: Call, postmortem: str, sent: PostmortemChangeSent) -> Answer:
    """Change what stands around the sections; of a published one this prepares an amendment."""
    caller = request.auth
    entry = caller.postmortem_for(Ability.RESPOND, postmortem)
    changes = sent.arguments("signatories", "incident_ids")
    if sent.signatories is not None:
        changes["signatories"] = "\n".join(sent.signatories)
    if sent.incident_ids is not None:
        changes["incidents"] = incidents_of(entry.page, sent.incident_ids)
    entry.change(**changes, by=caller.by, at=caller.at)
    return Answer(shown(caller, postmortem))


@router.put(
    "/postmortems/{slug:postmortem}/sections/{slug:kind}",
    operation_id="writeSection",
    summary="Write a section of a postmortem",
    **writing(SCOPE, PostmortemShown, 200),
)
@once
def write_section(request: Call, postmortem: str, kind: str, sent: SectionSent) -> Answer:
    """Write one section; of a published postmortem this prepares an amendment."""
    caller = request.auth
    entry = caller.postmortem_for(Ability.RESPOND, postmortem)
    entry.write_section(kind, **sent.arguments(), by=caller.by, at=caller.at)
    return Answer(shown(caller, postmortem))


@router.post(
    "/postmortems/{slug:postmortem}/reviews",
    operation_id="submitPostmortem",
    summary="Hand a postmortem, or an amendment of it, in for review",
    **writing(SCOPE, PostmortemShown),
)
@once
def submit_postmortem(request: Call, postmortem: str, sent: ReviewSent) -> Answer:
    """Ask somebody else; until there is a verdict it is not published."""
    caller = request.auth
    entry = caller.postmortem_for(Ability.RESPOND, postmortem)
    entry.submit(reviewer=reviewer_of(entry.page, sent.reviewer), by=caller.by, at=caller.at)
    return Answer.created(shown(caller, postmortem), "get_postmortem", postmortem=postmortem)


@router.put(
    "/postmortems/{slug:postmortem}/verdict",
    operation_id="reviewPostmortem",
    summary="Approve a postmortem, or send it back",
    **writing(SCOPE, PostmortemShown, 200),
)
@once
def review_postmortem(request: Call, postmortem: str, sent: VerdictSent) -> Answer:
    """Answer the open review; a key counts as its owner, who must not have written it."""
    caller = request.auth
    entry = caller.postmortem_for(Ability.RESPOND, postmortem)
    review = entry.open_review
    if review is None:
        raise refusal("approve", "No review is open; hand it in first.")
    verdict = review.approve if sent.approve else review.send_back
    verdict(remark=sent.remark, by=caller.by, at=caller.at)
    return Answer(shown(caller, postmortem))


@router.put(
    "/postmortems/{slug:postmortem}/publication",
    operation_id="publishPostmortem",
    summary="Publish a postmortem",
    **writing(SCOPE, PostmortemShown, 200),
)
@once
def publish_postmortem(request: Call, postmortem: str, sent: PublicationSent) -> Answer:
    """Make it public and tell the subscribers."""
    caller = request.auth
    entry = caller.postmortem_for(Ability.COMMUNICATE, postmortem)
    entry.publish(notify=sent.notify, by=caller.by, at=caller.at)
    return Answer(shown(caller, postmortem))


@router.post(
    "/postmortems/{slug:postmortem}/amendments",
    operation_id="amendPostmortem",
    summary="Publish what was changed since, with a note",
    **writing(SCOPE, PostmortemShown),
)
@once
def amend_postmortem(request: Call, postmortem: str, sent: AmendmentSent) -> Answer:
    """Publish a new revision; readers see the note and what changed."""
    caller = request.auth
    entry = caller.postmortem_for(Ability.COMMUNICATE, postmortem)
    entry.amend(sent.note, notify=sent.notify, by=caller.by, at=caller.at)
    return Answer.created(shown(caller, postmortem), "list_revisions", postmortem=postmortem)


@router.put(
    "/postmortems/{slug:postmortem}/withdrawal",
    operation_id="withdrawPostmortem",
    summary="Withdraw a postmortem",
    **writing(SCOPE, PostmortemShown, 200),
)
@once
def withdraw_postmortem(request: Call, postmortem: str, sent: PostmortemWithdrawalSent) -> Answer:
    """Take it back; its page says so, with the reason."""
    caller = request.auth
    entry = caller.postmortem_for(Ability.COMMUNICATE, postmortem)
    entry.withdraw(sent.reason, by=caller.by, at=caller.at)
    return Answer(shown(caller, postmortem))


def shown(caller: Caller, public_id: str) -> PostmortemShown:
    """Return the postmortem as the caller may see it now."""
    entry = caller.postmortem(public_id)
    return PostmortemShown.of(entry, viewer=caller.viewer(entry.page))
