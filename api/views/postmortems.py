"""Postmortems: read."""

from ninja import Router

from api.callers import Call, with_text
from api.doors import reading
from api.paging import Listed, Paging, stepped
from api.shown.postmortems import PostmortemShown

router = Router(tags=["Postmortems"])


@router.get(
    "/pages/{slug:page}/postmortems",
    operation_id="listPostmortems",
    summary="List the postmortems of a page",
    **reading(Listed[PostmortemShown]),
)
def list_postmortems(request: Call, page: str, step: Paging) -> Listed[PostmortemShown]:
    """Return postmortems with their sections, the newest first."""
    site = request.auth.page(page)
    viewer = request.auth.viewer(site)
    wanted = with_text(site.postmortems.visible_to(viewer))
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
    """Return a postmortem with its sections."""
    found = request.auth.postmortem(postmortem)
    return PostmortemShown.of(found, viewer=request.auth.viewer(found.page))
