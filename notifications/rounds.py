"""One round of telling: from the journal to deliveries that wait in their lanes."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from notifications import digests, reached, replies
from notifications.channels import channels
from notifications.models import (
    Broadcast,
    Bucket,
    Chunk,
    Delivery,
    Exchange,
    Heartbeat,
    Intake,
    Judgement,
    Subscription,
    Wish,
)
from notifications.on_call import call
from notifications.senders.sending import LANES, drain

logger = logging.getLogger(__name__)

HOUSEKEEPING: Final = "housekeeping"

type Wake = Callable[[list[str]], object]


def tell(at: datetime, wake: Wake = lambda lanes: None) -> list[str]:
    """Opens and expands what the journal asks for; returns the lanes that have work.

    `wake` is called with the lanes that have work while more is still being written.
    """
    for broadcast in Broadcast.open_due(at):
        _fan_out(broadcast, at, wake)
    _call(at)
    replies.enqueue(at)
    Intake.go_on(at)
    Wish.take_up(at)
    digests.enqueue(at)
    _judge(at)
    return busy_lanes(at)


def sweep(at: datetime, wake: Wake = lambda lanes: None) -> list[str]:
    """The same, with a sign of life and what has to be tidied now and then."""
    Heartbeat.beat("sweep", at)
    # Loaded while nothing is urgent: the libraries behind some channels take half a second.
    channels()
    Delivery.objects.loose().filter(state=Delivery.State.RETRY).overtaken().supersede()
    age = Heartbeat.age(HOUSEKEEPING, at)
    if age is None or age.total_seconds() > 600:
        Heartbeat.beat(HOUSEKEEPING, at)
        Subscription.forget_unconfirmed(at)
        Subscription.purge(at)
        Exchange.forget_old(at)
        Subscription.end_outlived(at)
        Bucket.empty_old(at)
        replies.forget(at)
    _note_reach(at)
    return tell(at, wake)


def busy_lanes(at: datetime) -> list[str]:
    """The lanes in which something is due."""
    due, chunks = Delivery.objects.due(at), Chunk.objects.due(at)
    return [
        lane
        for lane in LANES
        if due.filter(lane=lane).exists() or chunks.filter(lane=lane).exists()
    ]


def run_all(at: datetime) -> int:
    """Tells everything that is due, here and now; for commands and tests."""
    return sum(drain(lane, at) for lane in tell(at))


def _call(at: datetime) -> None:
    """Warn staff; what goes wrong there keeps no reader from being told."""
    try:
        call(at)
    except Exception:
        logger.exception("Staff could not be warned")


def _note_reach(at: datetime) -> None:
    """State who was told; what goes wrong there keeps no reader from being told."""
    try:
        reached.note(at)
    except Exception:
        logger.exception("Who was told could not be stated")


def _judge(at: datetime) -> None:
    """Judge what came back; what goes wrong there keeps no reader from being told."""
    try:
        Judgement.judge_due(at)
    except Exception:
        logger.exception("What came back could not be judged")


def _fan_out(broadcast: Broadcast, at: datetime, wake: Wake) -> None:
    """Expands one; what cannot be expanded now silences no other, and is tried again."""
    try:
        broadcast.fan_out(at, written=lambda: wake(busy_lanes(at)))
    except Exception:
        logger.exception("The broadcast %s could not be expanded", broadcast.pk)
