"""The sender: claims what is due in a lane, has it sent, and writes each outcome down at once."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from notifications.channels import BulkChannel, bulk_channels, channels
from notifications.clock import Stopwatch
from notifications.lanes import SENDING
from notifications.models import Delivery, Heartbeat
from notifications.outcomes import Outcome
from notifications.senders.lines import Going, send_beside, settle
from notifications.senders.marks import reconcile
from notifications.senders.posting import post
from notifications.senders.sieve import Sieve
from notifications.senders.stopping import Stopping

logger = logging.getLogger(__name__)

BATCH: Final = {"urgent": 10, "mail": 100, "chats": 32, "webhooks": 64}
SENDERS: Final = 2

stopping: Final = Stopping()
_posting: Final[dict[str, threading.Lock]] = {}
_turns: Final = {lane: threading.BoundedSemaphore(SENDERS) for lane in SENDING}


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
    watch, tried = Stopwatch(at), 0

    def going() -> bool:
        return watch.seconds() < seconds and not stopping.is_set()

    while going():
        # Anew each time: what the last turn could not mark is marked before anything else goes.
        owner = new_owner()
        _reconcile(watch.now())
        Heartbeat.beat(lane, watch.now())
        posted = _post(lane, watch, going)
        # Claimed only now: a long post would use up the lease.
        limit = 0 if stopping.is_set() else BATCH[lane]
        batch = Delivery.claim(lane, owner, limit, watch.now())
        send(batch, owner, watch, going)
        if not batch and not posted:
            break
        tried += len(batch) + posted
    return tried


def _reconcile(at: datetime) -> None:
    """A journal that cannot be read keeps nobody from being told."""
    try:
        reconcile(at)
    except Exception:
        logger.exception("What dead senders left could not be looked at")


def _post(lane: str, watch: Stopwatch, going: Going) -> int:
    """Sends the chunks of a lane, channel by channel."""
    mine = [channel for channel in bulk_channels().values() if channel.lane == lane]
    return sum(_post_over(channel, watch, going) for channel in mine)


def _post_over(channel: BulkChannel, watch: Stopwatch, going: Going) -> int:
    """In one thread of each process: a second one would share its processor.

    Another sender goes on with the next channel, so that one which hangs has none waiting for it.
    """
    lock = _posting.setdefault(channel.name, threading.Lock())
    if not lock.acquire(blocking=False):
        return 0
    try:
        return post(channel, new_owner(), watch, going)
    finally:
        lock.release()


def send(
    batch: Sequence[Delivery], owner: str, watch: Stopwatch, going: Going = lambda: True
) -> None:
    """Sends what one owner holds, as long as `going`; nothing of it is left claimed afterwards."""
    send_beside(_wanted(batch, watch.now()), owner, watch, going)


def new_owner() -> str:
    """A name for one sender's run, that no other run has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"


def _wanted(batch: Sequence[Delivery], at: datetime) -> list[Delivery]:
    """Without those that nobody should get any more since they were written, or not now."""
    sieve = Sieve(batch)
    return [each for each in batch if _is_wanted(each, sieve, at)]


def _is_wanted(delivery: Delivery, sieve: Sieve, at: datetime) -> bool:
    """Whether it is to be sent now; one of which that cannot be said holds up no other."""
    try:
        why = sieve.why_not(delivery)
        until = None if why else sieve.asleep_until(delivery, at)
    except Exception as broken:
        logger.exception("Whether delivery %s is still wanted cannot be said", delivery.pk)
        problem = Outcome.retry(f"{type(broken).__name__}: {broken}")
        settle(delivery, problem, channels()[delivery.channel], at)
        return False
    if why:
        delivery.drop(why, at)
    elif until:
        Delivery.put_back(delivery.owner, [delivery.pk], until)
    return not why and not until
