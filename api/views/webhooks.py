"""A webhook's own doings: its secret, a test, how its calls went, and what is said again."""

from typing import Final

from django.shortcuts import get_object_or_404
from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.sent.webhooks import (
    HOUR,
    WebhookReplaySent,
    WebhookResumptionSent,
    WebhookSecretSent,
    WebhookTestSent,
)
from api.shown.connections import TestShown
from api.shown.webhooks import CallShown, CallsShown, WebhookReplayShown, WebhookSecretShown
from incidents.core.checks import refusal
from incidents.core.roles import Ability
from notifications.models import Broadcast, Endpoint
from people.fields import SEALED, Sealed

SCOPE: Final = "pages:write"

router = Router(tags=["Webhooks"])


@router.get(
    "/pages/{slug:page}/webhooks/{slug:webhook}/calls",
    operation_id="listWebhookCalls",
    summary="List the last fifty calls of a webhook (for admins)",
    **reading(CallsShown),
)
def list_webhook_calls(request: Call, page: str, webhook: str) -> CallsShown:
    """Return them with what was sent and answered, the newest first."""
    mine = _found(request, page, webhook)
    calls = mine.calls
    said = mine.requests(calls)
    return CallsShown(items=[CallShown.of(each, said.get(each.told)) for each in calls])


@router.post(
    "/pages/{slug:page}/webhooks/{slug:webhook}/secrets",
    operation_id="changeWebhookSecret",
    summary="Give a webhook a new secret",
    **writing(SCOPE, WebhookSecretShown),
)
@once
def change_webhook_secret(
    request: Call, page: str, webhook: str, sent: WebhookSecretSent
) -> Answer:
    """Show it this once; the one before it signs as well for a while."""
    caller, mine = request.auth, _found(request, page, webhook)
    overlap = sent.overlap_hours * HOUR
    secret = mine.change_secret(by=caller.by, at=caller.at, overlap=overlap)
    mine.refresh_from_db()
    shown = WebhookSecretShown.of(mine, secret, caller.at)
    return Answer.created(
        shown, "list_connections", again=shown.model_copy(update={"secret": None}), page=page
    )


@router.post(
    "/pages/{slug:page}/webhooks/{slug:webhook}/tests",
    operation_id="testWebhook",
    summary="Send a test to a webhook",
    **writing(SCOPE, TestShown),
)
@once
def test_webhook(request: Call, page: str, webhook: str, sent: WebhookTestSent) -> Answer:
    """Put a test message on its way, thirty tests and replays an hour at most."""
    mine = _called(request, page, webhook)
    test = mine.send_test(request.auth.at)
    return Answer.created(TestShown.of(test), "list_webhook_calls", page=page, webhook=webhook)


@router.post(
    "/pages/{slug:page}/webhooks/{slug:webhook}/replays",
    operation_id="replayWebhook",
    summary="Say again what a webhook was told, or what did not arrive",
    **writing(SCOPE, WebhookReplayShown, 200),
)
@once
def replay_webhook(request: Call, page: str, webhook: str, sent: WebhookReplaySent) -> Answer:
    """Put it on its way under the same ids; of one incident only the newest word is missed."""
    if sent.broadcast is not None and sent.since is not None:
        raise refusal("since", "Name a broadcast or an instant, not both.")
    mine, at = _called(request, page, webhook), request.auth.at
    if sent.broadcast is None:
        return _replayed(mine.replay_missed(at, since=sent.since))
    told = Broadcast.objects.filter(deliveries__in=mine.deliveries.all(), pk=sent.broadcast)
    found = told.first()
    if found is None:
        raise refusal("broadcast", "It was not told this; see listWebhookCalls.")
    mine.replay(found, at)
    return _replayed(1)


@router.put(
    "/pages/{slug:page}/webhooks/{slug:webhook}/resumption",
    operation_id="resumeWebhook",
    summary="Call a webhook again after its quarantine",
    **writing(SCOPE, WebhookReplayShown, 200),
)
@once
def resume_webhook(request: Call, page: str, webhook: str, sent: WebhookResumptionSent) -> Answer:
    """Put it back, with what it missed there; one that is called anyway is left as it is."""
    mine, caller = _found(request, page, webhook), request.auth
    if mine.state == Endpoint.State.QUARANTINED:
        return _replayed(mine.resume(caller.at, by=caller.by))
    _refuse_uncalled(mine)
    return _replayed(0)


def _replayed(count: int) -> Answer:
    return Answer(WebhookReplayShown(replayed=count))


def _called(request: Call, page: str, webhook: str) -> Endpoint:
    mine = _found(request, page, webhook)
    _refuse_uncalled(mine)
    return mine


def _refuse_uncalled(mine: Endpoint) -> None:
    if mine.state == Endpoint.State.QUARANTINED:
        raise refusal("webhook", "It is in quarantine; call it again with resumeWebhook.")
    if mine.state != Endpoint.State.CONFIRMED:
        raise refusal("webhook", "It is not called: nobody confirmed it, or it was ended.")


def _found(request: Call, page: str, webhook: str) -> Endpoint:
    site = request.auth.page_for(Ability.ADMINISTER, page)
    endpoints = Endpoint.objects.select_related("page")
    mine = get_object_or_404(endpoints, page=site, public_id=webhook)
    if isinstance(mine.config, Sealed):
        raise refusal("webhook", SEALED)
    return mine
