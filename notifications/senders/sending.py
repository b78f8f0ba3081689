"""The sender: claims what is due in a lane, has it sent, and writes each outcome down at once."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from notifications.alarms import stands
from notifications.channels import Channel, bulk_channels, channels
from notifications.clock import Stopwatch
from notifications.kinds import Stream
from notifications.models import Delivery, Heartbeat, Subscription, Suppression
from notifications.outcomes import Outcome, wait_before
from notifications.senders.loads import LEFT, SILENCED
from notifications.senders.marks import reconcile
from notifications.senders.posting import post

logger = logging.getLogger(__name__)

LANES: Final = ("urgent", "mail", "chats", "webhooks")
BATCH: Final = {"urgent": 10, "mail": 100, "chats": 10, "webhooks": 64}
RENEW_EVERY: Final = timedelta(seconds=10)
SENDERS: Final = 2

stopping: Final = threading.Event()
_posting: Final = {lane: threading.Lock() for lane in LANES}
_turns: Final = {lane: threading.BoundedSemaphore(SENDERS) for lane in LANES}


def drain(lane: str, at: datetime, *, seconds: float = 20.0) -> int:
    """Sends what is due in a lane, for so long at most; returns how much was tried.

    A third sender of one lane and process finds no turn and leaves: a long drain that is woken
    again and again must not take all threads from the other lanes.
    """
    if not _turns[lane].acquire(blocking=False):
        return 0
    try:
        return _drain(lane, at, seconds)
    finally:
        _turns[lane].release()


def _drain(lane: str, at: datetime, seconds: float) -> int:
    watch, owner, tried = Stopwatch(at), new_owner(), 0
    reconcile(at)
    while watch.seconds() < seconds and not stopping.is_set():
        Heartbeat.beat(lane, watch.now())
        batch = Delivery.claim(lane, owner, BATCH[lane], watch.now())
        send(batch, owner, watch)
        posted = _post(lane, owner, watch, seconds)
        if not batch and not posted:
            break
        tried += len(batch) + posted
    return tried


def _post(lane: str, owner: str, watch: Stopwatch, seconds: float) -> int:
    """Sends chunks, in one thread of each process: a second one would share its processor."""
    if not _posting[lane].acquire(blocking=False):
        return 0
    try:
        return sum(
            post(channel, owner, watch, lambda: watch.seconds() < seconds and not stopping.is_set())
            for channel in bulk_channels().values()
            if channel.lane == lane
        )
    finally:
        _posting[lane].release()


def send(batch: Sequence[Delivery], owner: str, watch: Stopwatch) -> None:
    """Sends what one owner holds; nothing of it is left claimed afterwards."""
    wanted = _wanted(batch)
    for name, group in groupby(sorted(wanted, key=_channel), key=_channel):
        _send_over(channels()[name], list(group), owner, watch)


def new_owner() -> str:
    """A name for one sender's run, that no other run has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"


def _channel(delivery: Delivery) -> str:
    return delivery.channel


def _wanted(batch: Sequence[Delivery]) -> list[Delivery]:
    """Without those that nobody should get any more since they were written."""
    addresses = {each.destination for each in batch}
    silent = set(
        Suppression.objects.in_force()
        .filter(destination__in=addresses)
        .values_list("channel", "destination")
    )
    wanted = []
    for delivery in batch:
        if why := _why_not(delivery, silent):
            delivery.drop(why)
        else:
            wanted.append(delivery)
    return wanted


def _why_not(delivery: Delivery, silent: set[tuple[str, str]]) -> str:
    if (delivery.channel, delivery.destination) in silent:
        return SILENCED
    if delivery.alarm is not None and not stands(delivery.alarm):
        return "What it warned of was settled before this was sent."
    if _has_left(delivery):
        return LEFT
    return delivery.broadcast.why_stopped() if delivery.broadcast else ""


def _has_left(delivery: Delivery) -> bool:
    if delivery.broadcast is None and delivery.stream != Stream.DIGEST:
        return False
    subscription = delivery.subscription
    return subscription is None or subscription.state != Subscription.State.CONFIRMED


def _send_over(channel: Channel, batch: list[Delivery], owner: str, watch: Stopwatch) -> None:
    left, renewed = {each.pk: each for each in batch}, watch.now()
    try:
        for delivery, outcome in channel.send(batch, watch.now()):
            del left[delivery.pk]
            settle(delivery, outcome, channel, watch.now())
            if left and watch.now() - renewed > RENEW_EVERY:
                renewed = watch.now()
                Delivery.renew(owner, left, renewed)
    except Exception as broken:
        logger.exception("The channel %s broke in the middle of a batch", channel.name)
        for delivery in left.values():
            problem = Outcome.retry(f"{type(broken).__name__}: {broken}")
            settle(delivery, problem, channel, watch.now())


def settle(delivery: Delivery, outcome: Outcome, channel: Channel, at: datetime) -> None:
    """Writes an outcome down, with the time of the next attempt by the channel's schedule."""
    wait = wait_before(
        channel.schedule, delivery.attempts, after=outcome.after, jitter=channel.jitter
    )
    delivery.settle(outcome, at, at + wait if wait is not None else None)
