"""Addresses that are left alone: list them, and let mail through again."""

from typing import Annotated

from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.paging import Listed, Paging, stepped
from api.sent.suppressions import LiftingSent
from api.shown.suppressions import SuppressionShown
from incidents.core.roles import Ability
from notifications.models import Suppression

router = Router(tags=["Subscribers"])

Address = Annotated[str, Field(max_length=320, description="Only this address.")]


@router.get(
    "/pages/{slug:page}/suppressions",
    operation_id="listSuppressions",
    summary="List the addresses that are left alone (for staff)",
    **reading(Listed[SuppressionShown]),
)
def list_suppressions(
    request: Call,
    page: str,
    step: Paging,
    destination: Annotated[Address | None, Query()] = None,
    lifted: bool = False,
) -> Listed[SuppressionShown]:
    """Return those of the page's readers, the newest first; `lifted=true` for those of the past."""
    site = request.auth.page_for(Ability.COMMUNICATE, page)
    found = Suppression.objects.of(site).filter(lifted_at__isnull=not lifted)
    if destination:
        found = found.filter(destination=destination.strip().lower())
    rows, following = stepped(found, step, order=("-at", "-pk"))
    return Listed(items=[SuppressionShown.of(each) for each in rows], next_cursor=following)


@router.put(
    "/pages/{slug:page}/suppressions/{slug:suppression}/lifting",
    operation_id="liftSuppression",
    summary="Let mail through again",
    **writing("pages:write", SuppressionShown, 200),
)
@once
def lift_suppression(request: Call, page: str, suppression: str, sent: LiftingSent) -> Answer:
    """Tell this address again, on every page; doing it twice does no harm."""
    caller = request.auth
    site = caller.page_for(Ability.COMMUNICATE, page)
    found = get_object_or_404(Suppression.objects.of(site), public_id=suppression)
    found.lift(site, by=caller.by, at=caller.at)
    return Answer(SuppressionShown.of(found))
