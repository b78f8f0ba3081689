"""Channels that staff connects: chats, social media, webhooks, telephones."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.naming import components_of
from api.paging import Listed, Paging, stepped
from api.sent.connections import (
    ConnectionChangeSent,
    ConnectionEndSent,
    ConnectionSent,
    ConnectionTestSent,
)
from api.shown.connections import ChannelShown, ChannelsShown, ConnectionShown, TestShown
from incidents.core.checks import refusal
from incidents.core.roles import Ability
from incidents.models import Page
from notifications.channels import channel_named, channels
from notifications.models import Subscription

SCOPE = "pages:write"

router = Router(tags=["Connections"])


@router.get(
    "/channels",
    operation_id="listChannels",
    summary="List the channels and what each asks for",
    **reading(ChannelsShown),
)
def list_channels(request: Call) -> ChannelsShown:
    """Return those that staff can connect."""
    offered = (channel for channel in channels().values() if channel.by_staff)
    return ChannelsShown(items=[ChannelShown.of(channel) for channel in offered])


@router.get(
    "/pages/{slug:page}/connections",
    operation_id="listConnections",
    summary="List the connections of a page (for admins)",
    **reading(Listed[ConnectionShown]),
)
def list_connections(request: Call, page: str, step: Paging) -> Listed[ConnectionShown]:
    """Return the channels that staff connected, without their secrets."""
    site = request.auth.page_for(Ability.ADMINISTER, page)
    found = Subscription.objects.of_staff(site).prefetch_related("components")
    rows, following = stepped(found, step, order=("asked_at", "pk"))
    return Listed(items=[ConnectionShown.of(each) for each in rows], next_cursor=following)


@router.post(
    "/pages/{slug:page}/connections",
    operation_id="connectChannel",
    summary="Connect a channel",
    **writing(SCOPE, ConnectionShown),
)
@once
def connect_channel(request: Call, page: str, sent: ConnectionSent) -> Answer:
    """Tell a channel from now on; the same destination again replaces what it was given."""
    caller = request.auth
    site = caller.page_for(Ability.ADMINISTER, page)
    components = components_of(site, sent.components, field="components")
    with _within_config(sent.channel, sent.config):
        connection = Subscription.connect(
            site, **sent.arguments("components"), components=components, by=caller.by, at=caller.at
        )
    return Answer.created(ConnectionShown.of(connection), "list_connections", page=page)


@router.patch(
    "/pages/{slug:page}/connections/{slug:connection}",
    operation_id="changeConnection",
    summary="Change a connection",
    **writing(SCOPE, ConnectionShown, 200),
)
@once
def change_connection(
    request: Call, page: str, connection: str, sent: ConnectionChangeSent
) -> Answer:
    """Give it another key, or let it hear of something else; a quarantined one is put back."""
    caller = request.auth
    site = caller.page_for(Ability.ADMINISTER, page)
    found, changes = _found(site, connection), sent.arguments()
    if sent.components is not None:
        changes["components"] = components_of(site, sent.components, field="components")
    with _within_config(found.channel, sent.config):
        found.reconnect(**changes, by=caller.by, at=caller.at)
    return Answer(ConnectionShown.of(_found(site, connection)))


@router.put(
    "/pages/{slug:page}/connections/{slug:connection}/end",
    operation_id="endConnection",
    summary="Disconnect a channel",
    **writing(SCOPE, ConnectionShown, 200),
)
@once
def end_connection(request: Call, page: str, connection: str, sent: ConnectionEndSent) -> Answer:
    """Tell it no more."""
    caller = request.auth
    found = _found(caller.page_for(Ability.ADMINISTER, page), connection)
    found.disconnect(by=caller.by, at=caller.at)
    return Answer(ConnectionShown.of(found))


@router.post(
    "/pages/{slug:page}/connections/{slug:connection}/tests",
    operation_id="testConnection",
    summary="Send a test through a connection",
    **writing(SCOPE, TestShown),
)
@once
def test_connection(request: Call, page: str, connection: str, sent: ConnectionTestSent) -> Answer:
    """Put a test message on its way."""
    caller = request.auth
    found = _found(caller.page_for(Ability.ADMINISTER, page), connection)
    return Answer.created(TestShown.of(found.try_out(caller.at)), "list_connections", page=page)


def _found(page: Page, public_id: str) -> Subscription:
    mine = Subscription.objects.of_staff(page).select_related("page")
    return get_object_or_404(mine, public_id=public_id)


@contextmanager
def _within_config(channel: str, config: Mapping[str, Any]) -> Iterator[None]:
    """Name what a channel refuses as it was sent: `config.token`, not `token`."""
    medium = channel_named(channel)
    if not medium.by_staff:
        raise refusal("channel", "Readers sign up over this one; see listChannels.")
    details = {each.name for each in medium.details}
    if unknown := sorted(set(config) - details):
        raise refusal(f"config.{unknown[0]}", f"{medium.label} asks for no such thing.")
    try:
        yield
    except ValidationError as refused:
        named = {
            f"config.{name}" if name in details else name: texts
            for name, texts in refused.message_dict.items()
        }
        raise ValidationError(named) from refused
