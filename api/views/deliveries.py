"""What goes out: hold a channel, take back a broadcast, and try again what did not arrive."""

from functools import partial
from typing import Annotated, Final

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.paging import Listed, Paging, numbered
from api.sent.deliveries import (
    BroadcastCancellationSent,
    PauseSent,
    ReplaySent,
    ReplaysSent,
    ResumptionSent,
)
from api.shown.deliveries import BroadcastShown, DeadLetterShown, PauseShown, ReplaysShown
from incidents import doorbell
from incidents.core.roles import Ability
from incidents.models import Page
from notifications.models import Broadcast, Pause
from notifications.models.delivery import DeliveryQuerySet
from notifications.tallies import tallies

SCOPE: Final = "pages:write"

router = Router(tags=["Deliveries"])

Channel = Annotated[str, Field(max_length=16, description="Only this channel's.")]
Number = Annotated[int, Field(ge=1, description="Only this broadcast's.")]


@router.get(
    "/pages/{slug:page}/pauses",
    operation_id="listPauses",
    summary="List the channels that are, or were, held (for staff)",
    **reading(Listed[PauseShown]),
)
def list_pauses(request: Call, page: str, step: Paging) -> Listed[PauseShown]:
    """Return every stretch in which a channel, or everything, was held, the newest first."""
    site = request.auth.page_for(Ability.SEE, page)
    rows, following = numbered(Pause.objects.of(site), step)
    return Listed(items=[PauseShown.of(each) for each in rows], next_cursor=following)


@router.put(
    "/pages/{slug:page}/channels/{slug:channel}/pause",
    operation_id="pauseChannel",
    summary="Hold a channel",
    **writing(SCOPE, PauseShown, 200),
)
@once
def pause_channel(request: Call, page: str, channel: str, sent: PauseSent) -> Answer:
    """Let nothing leave the page over it until it is resumed; doing it twice does no harm."""
    caller = request.auth
    site = caller.page_for(Ability.COMMUNICATE, page)
    return Answer(PauseShown.of(Pause.begin(site, channel, by=caller.by, at=caller.at)))


@router.put(
    "/pages/{slug:page}/channels/{slug:channel}/resumption",
    operation_id="resumeChannel",
    summary="Let a channel tell again",
    **writing(SCOPE, PauseShown, 200),
)
@once
def resume_channel(request: Call, page: str, channel: str, sent: ResumptionSent) -> Answer:
    """Tell what waited, unless something newer replaces it; 404 where it was never held."""
    caller = request.auth
    site = caller.page_for(Ability.COMMUNICATE, page)
    pause = site.pauses.filter(channel=channel).order_by("-pk").first()
    if pause is None:
        raise Http404
    pause.end(by=caller.by, at=caller.at)
    pause.refresh_from_db()
    return Answer(PauseShown.of(pause))


@router.put(
    "/telling/pause",
    operation_id="pauseTelling",
    summary="Hold every channel of every page (for owners)",
    **writing(SCOPE, PauseShown, 200),
)
@once
def pause_telling(request: Call, sent: PauseSent) -> Answer:
    """Let nothing leave until it is resumed; doing it twice does no harm."""
    caller = request.auth
    return Answer(PauseShown.of(Pause.begin_everywhere(by=caller.as_owner(), at=caller.at)))


@router.put(
    "/telling/resumption",
    operation_id="resumeTelling",
    summary="Let every page tell again (for owners)",
    **writing(SCOPE, PauseShown, 200),
)
@once
def resume_telling(request: Call, sent: ResumptionSent) -> Answer:
    """Tell what waited, but for channels that are held by themselves; 404 if it never was held."""
    caller = request.auth
    by, pause = caller.as_owner(), Pause.objects.everywhere().order_by("-pk").first()
    if pause is None:
        raise Http404
    pause.end(by=by, at=caller.at)
    pause.refresh_from_db()
    return Answer(PauseShown.of(pause))


@router.get(
    "/pages/{slug:page}/broadcasts",
    operation_id="listBroadcasts",
    summary="List what was told, and how far it got (for staff)",
    **reading(Listed[BroadcastShown]),
)
def list_broadcasts(request: Call, page: str, step: Paging) -> Listed[BroadcastShown]:
    """Return the broadcasts of the page with their figures, the newest first."""
    site = request.auth.page_for(Ability.SEE, page)
    rows, following = numbered(site.broadcasts.select_related("incident", "event"), step)
    tally_of = tallies(rows)
    shown = [BroadcastShown.of(each, tally_of[each.pk]) for each in rows]
    return Listed(items=shown, next_cursor=following)


@router.put(
    "/pages/{slug:page}/broadcasts/{int:broadcast}/cancellation",
    operation_id="cancelBroadcast",
    summary="Take back what a broadcast has not sent yet",
    **writing(SCOPE, BroadcastShown, 200),
)
@once
def cancel_broadcast(
    request: Call, page: str, broadcast: int, sent: BroadcastCancellationSent
) -> Answer:
    """Send no more of it; what was sent stays sent, and doing it twice does no harm."""
    caller = request.auth
    site = caller.page_for(Ability.COMMUNICATE, page)
    found = get_object_or_404(Broadcast, page=site, pk=broadcast)
    found.cancel(by=caller.by, at=caller.at)
    found.refresh_from_db()
    return Answer(BroadcastShown.of(found, tallies([found])[found.pk]))


@router.get(
    "/pages/{slug:page}/dead-letters",
    operation_id="listDeadLetters",
    summary="List what did not arrive (for staff)",
    **reading(Listed[DeadLetterShown]),
)
def list_dead_letters(
    request: Call,
    page: str,
    step: Paging,
    channel: Annotated[Channel | None, Query()] = None,
    broadcast: Annotated[Number | None, Query()] = None,
) -> Listed[DeadLetterShown]:
    """Return what failed for good or came back, over all broadcasts, the last written first."""
    site = request.auth.page_for(Ability.COMMUNICATE, page)
    dead = _chosen(site.deliveries.failed(), channel, broadcast)
    rows, following = numbered(dead, step)
    return Listed(items=[DeadLetterShown.of(each) for each in rows], next_cursor=following)


@router.put(
    "/pages/{slug:page}/dead-letters/{int:letter}/replay",
    operation_id="replayDeadLetter",
    summary="Try one dead letter again",
    **writing(SCOPE, DeadLetterShown, 200),
)
@once
def replay_dead_letter(request: Call, page: str, letter: int, sent: ReplaySent) -> Answer:
    """Put it on its way under the same id; what is not dead any more, or has no address, stays."""
    site = request.auth.page_for(Ability.COMMUNICATE, page)
    found = get_object_or_404(site.deliveries, pk=letter)
    if found.replay(request.auth.at):
        _ring(site)
    found.refresh_from_db()
    return Answer(DeadLetterShown.of(found))


@router.post(
    "/pages/{slug:page}/dead-letters/replays",
    operation_id="replayDeadLetters",
    summary="Try all dead letters again, or those of a channel or a broadcast",
    **writing(SCOPE, ReplaysShown, 200),
)
@once
def replay_dead_letters(request: Call, page: str, sent: ReplaysSent) -> Answer:
    """Put them on their way under the same ids; a newer update replaces what it has overtaken.

    What has no address any more stays as it is, and is not counted.
    """
    site = request.auth.page_for(Ability.COMMUNICATE, page)
    chosen = _chosen(site.deliveries.all(), sent.channel, sent.broadcast)
    replayed = chosen.replay(request.auth.at)
    _ring(site)
    return Answer(ReplaysShown(replayed=replayed))


def _ring(page: Page) -> None:
    transaction.on_commit(partial(doorbell.ring, page.pk), robust=True)


def _chosen(
    deliveries: DeliveryQuerySet, channel: str | None, broadcast: int | None
) -> DeliveryQuerySet:
    if channel:
        deliveries = deliveries.filter(channel=channel)
    return deliveries.filter(broadcast=broadcast) if broadcast else deliveries
