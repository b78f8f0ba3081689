"""Pages, their status, their components."""

from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.paging import Listed, Paging, stepped
from api.sent import LevelSent
from api.shown.pages import ComponentShown, GroupShown, PageShown, StatusShown
from incidents.core.roles import Ability
from incidents.reading import PageState

router = Router(tags=["Pages and components"])
BY_POSITION = ("position", "pk")


@router.get(
    "/pages", operation_id="listPages", summary="List the pages", **reading(Listed[PageShown])
)
def list_pages(request: Call, step: Paging) -> Listed[PageShown]:
    """Return the public pages, and those that the token's owner works on."""
    pages, following = stepped(request.auth.pages(), step, order=("created_at", "pk"))
    return Listed(items=[PageShown.of(page) for page in pages], next_cursor=following)


@router.get(
    "/pages/{slug:page}", operation_id="getPage", summary="Read a page", **reading(PageShown)
)
def get_page(request: Call, page: str) -> PageShown:
    """Return a page by its id or slug."""
    return PageShown.of(request.auth.page(page))


@router.get(
    "/pages/{slug:page}/status",
    operation_id="getStatus",
    summary="Read the roll-up of a page",
    **reading(StatusShown),
)
def get_status(request: Call, page: str) -> StatusShown:
    """Return the indicator and description of a page, and what is going on."""
    caller, site = request.auth, request.auth.page(page)
    return StatusShown.of(PageState.of(site, at=caller.at, viewer=caller.viewer(site)))


@router.get(
    "/pages/{slug:page}/groups",
    operation_id="listGroups",
    summary="List the component groups of a page",
    **reading(Listed[GroupShown]),
)
def list_groups(request: Call, page: str, step: Paging) -> Listed[GroupShown]:
    """Return the headings above components, in their order."""
    site = request.auth.page(page)
    groups, following = stepped(site.component_groups.all(), step, order=BY_POSITION)
    return Listed(items=[GroupShown.of(group, site) for group in groups], next_cursor=following)


@router.get(
    "/pages/{slug:page}/components",
    operation_id="listComponents",
    summary="List the components of a page",
    **reading(Listed[ComponentShown]),
)
def list_components(request: Call, page: str, step: Paging) -> Listed[ComponentShown]:
    """Return the components with their levels, in their order."""
    components = request.auth.page(page).components.select_related("page", "group", "mirror")
    tied = components.with_levels(request.auth.at).prefetch_related("depends_on")
    shown, following = stepped(tied, step, order=BY_POSITION)
    return Listed(items=[ComponentShown.of(each) for each in shown], next_cursor=following)


@router.get(
    "/components/{slug:component}",
    operation_id="getComponent",
    summary="Read a component",
    **reading(ComponentShown),
)
def get_component(request: Call, component: str) -> ComponentShown:
    """Return a component with its level."""
    return ComponentShown.of(request.auth.component(component))


@router.put(
    "/components/{slug:component}/level",
    operation_id="setLevel",
    summary="Set a component's level",
    **writing("components:write", ComponentShown, 200),
)
@once
def set_level(request: Call, component: str, sent: LevelSent) -> Answer:
    """Set a level by hand; the effective level stays worse while an incident says so."""
    caller = request.auth
    named = caller.component_for(Ability.RESPOND, component)
    named.set_level(**sent.arguments(), by=caller.by, at=caller.at)
    return Answer(ComponentShown.of(caller.component(component)))
