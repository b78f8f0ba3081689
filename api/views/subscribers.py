"""Readers who are told: list them, and stop telling one."""

from typing import Annotated

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.paging import Listed, Paging, stepped
from api.sent.subscribers import EndingSent
from api.shown.subscribers import SubscriberShown
from incidents.core.roles import Ability
from incidents.models import Page
from notifications.models import Subscription
from notifications.models.sign_up import State

router = Router(tags=["Subscribers"])

Address = Annotated[str, Field(max_length=320, description="Only this address.")]
Standing = Annotated[State, Field(description="Only those that stand like this.")]


@router.get(
    "/pages/{slug:page}/subscribers",
    operation_id="listSubscribers",
    summary="List the readers who are told (for staff)",
    **reading(Listed[SubscriberShown]),
)
def list_subscribers(
    request: Call,
    page: str,
    step: Paging,
    destination: Annotated[Address | None, Query()] = None,
    state: Annotated[Standing | None, Query()] = None,
) -> Listed[SubscriberShown]:
    """Return those of the page, the newest first, of every channel; staff's own are connections."""
    found = _of(request.auth.page_for(Ability.COMMUNICATE, page))
    if destination:
        found = found.filter(destination=destination.strip())
    if state:
        found = found.filter(state=state)
    rows, following = stepped(found, step, order=("-asked_at", "-pk"))
    return Listed(items=[SubscriberShown.of(each) for each in rows], next_cursor=following)


@router.put(
    "/pages/{slug:page}/subscribers/{slug:subscriber}/ending",
    operation_id="endSubscriber",
    summary="Stop telling a reader",
    **writing("pages:write", SubscriberShown, 200),
)
@once
def end_subscriber(request: Call, page: str, subscriber: str, sent: EndingSent) -> Answer:
    """Unsubscribe it, as its owner asked; doing it twice does no harm."""
    caller = request.auth
    found = get_object_or_404(_of(caller.page_for(Ability.COMMUNICATE, page)), public_id=subscriber)
    found.disconnect(by=caller.by, at=caller.at)
    return Answer(SubscriberShown.of(found))


def _of(page: Page) -> QuerySet[Subscription]:
    mine = Subscription.objects.of_readers(page).select_related("incident", "page")
    return mine.prefetch_related("components", "groups")
