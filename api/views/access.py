"""Who may read a private page: by networks, by passwords, all of it or some of its components."""

from typing import Final

from django.shortcuts import get_object_or_404
from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.naming import components_of
from api.sent.access import (
    AccessEndSent,
    AccessGroupChangeSent,
    AccessGroupSent,
    AccessPasswordSent,
    DoorSent,
)
from api.shown.access import (
    AccessGroupShown,
    AccessGroupsShown,
    AccessPasswordShown,
    DoorShown,
)
from incidents.core.roles import Ability
from incidents.models import Page
from publishing.models import AccessGroup, Door

SCOPE: Final = "pages:write"

router = Router(tags=["Readers of private pages"])


@router.get(
    "/pages/{slug:page}/door",
    operation_id="getDoor",
    summary="Read who is let in to a private page (for admins)",
    **reading(DoorShown),
)
def get_door(request: Call, page: str) -> DoorShown:
    """Return the networks, and whether there is a password."""
    return DoorShown.of(Door.of(request.auth.page_for(Ability.ADMINISTER, page)))


@router.patch(
    "/pages/{slug:page}/door",
    operation_id="changeDoor",
    summary="Change who is let in to a private page",
    **writing(SCOPE, DoorShown, 200),
)
@once
def change_door(request: Call, page: str, sent: DoorSent) -> Answer:
    """Let in others; who came in by an earlier password is asked again."""
    caller = request.auth
    door = Door.of(caller.page_for(Ability.ADMINISTER, page))
    wanted = {"networks": door.networks} | sent.arguments()
    door.change(**wanted, by=caller.by, at=caller.at)
    return Answer(DoorShown.of(door))


@router.get(
    "/pages/{slug:page}/access-groups",
    operation_id="listAccessGroups",
    summary="List the groups of readers of a private page (for admins)",
    **reading(AccessGroupsShown),
)
def list_access_groups(request: Call, page: str) -> AccessGroupsShown:
    """Return what each sees, and by what it comes in."""
    site = request.auth.page_for(Ability.ADMINISTER, page)
    groups = site.access_groups.prefetch_related("components")
    return AccessGroupsShown(items=[AccessGroupShown.of(each) for each in groups])


@router.post(
    "/pages/{slug:page}/access-groups",
    operation_id="addAccessGroup",
    summary="Let a group of readers see some of a private page",
    **writing(SCOPE, AccessGroupShown),
)
@once
def add_access_group(request: Call, page: str, sent: AccessGroupSent) -> Answer:
    """Add a group; it comes in by its networks, until a password is made for it."""
    caller = request.auth
    site = caller.page_for(Ability.ADMINISTER, page)
    group = AccessGroup.add(
        site,
        sent.name,
        components_of(site, sent.components, field="components"),
        networks=sent.networks,
        by=caller.by,
        at=caller.at,
    )
    return Answer.created(AccessGroupShown.of(group), "list_access_groups", page=page)


@router.patch(
    "/pages/{slug:page}/access-groups/{slug:group}",
    operation_id="changeAccessGroup",
    summary="Change a group of readers",
    **writing(SCOPE, AccessGroupShown, 200),
)
@once
def change_access_group(
    request: Call, page: str, group: str, sent: AccessGroupChangeSent
) -> Answer:
    """Give it another name, other components or other networks."""
    caller, found = request.auth, _found(request, page, group)
    changes = {"name": found.name, "networks": found.networks} | sent.arguments("components")
    seen = list(found.components.all())
    if sent.components is not None:
        seen = components_of(found.page, sent.components, field="components")
    found.change(**changes, components=seen, by=caller.by, at=caller.at)
    return Answer(AccessGroupShown.of(found))


@router.post(
    "/pages/{slug:page}/access-groups/{slug:group}/passwords",
    operation_id="makeAccessPassword",
    summary="Make a password for a group of readers",
    **writing(SCOPE, AccessPasswordShown),
)
@once
def make_access_password(request: Call, page: str, group: str, sent: AccessPasswordSent) -> Answer:
    """Show it this once; the one before it opens nothing more."""
    caller, found = request.auth, _found(request, page, group)
    shown = AccessPasswordShown(password=found.renew(by=caller.by, at=caller.at))
    return Answer.created(
        shown, "list_access_groups", again=AccessPasswordShown(password=None), page=page
    )


@router.put(
    "/pages/{slug:page}/access-groups/{slug:group}/passwords/end",
    operation_id="endAccessPassword",
    summary="Let nobody in by the password of a group",
    **writing(SCOPE, AccessGroupShown, 200),
)
@once
def end_access_password(request: Call, page: str, group: str, sent: AccessEndSent) -> Answer:
    """End it; who comes from the group's networks still comes in."""
    caller, found = request.auth, _found(request, page, group)
    found.stop_asking(by=caller.by, at=caller.at)
    return Answer(AccessGroupShown.of(found))


@router.put(
    "/pages/{slug:page}/access-groups/{slug:group}/end",
    operation_id="endAccessGroup",
    summary="Let a group of readers in no more",
    **writing(SCOPE, AccessGroupsShown, 200),
)
@once
def end_access_group(request: Call, page: str, group: str, sent: AccessEndSent) -> Answer:
    """End it, and return the groups that are left."""
    caller, found = request.auth, _found(request, page, group)
    found.end(by=caller.by, at=caller.at)
    return Answer(list_access_groups(request, page))


def _found(request: Call, page: str, group: str) -> AccessGroup:
    """A group of a page that the caller administers."""
    site: Page = request.auth.page_for(Ability.ADMINISTER, page)
    return get_object_or_404(site.access_groups.select_related("page"), public_id=group)
