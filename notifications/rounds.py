"""One round of telling: from the journal to deliveries that wait in their lanes."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from notifications import digests, monthly, reached, replies
from notifications.channels import channels
from notifications.clock import Stopwatch
from notifications.lanes import SENDING
from notifications.models import (
    Broadcast,
    Bucket,
    Chunk,
    Delivery,
    Erased,
    Exchange,
    Heartbeat,
    Intake,
    Judgement,
    Remnant,
    Subscription,
    Wish,
)
from notifications.on_call import call
from notifications.senders.marks import reconcile
from notifications.senders.sending import drain

logger = logging.getLogger(__name__)

HOUSEKEEPING: Final = "housekeeping"
_writing: Final = threading.Lock()

type Wake = Callable[[list[str]], object]
type Step = Callable[[datetime], object]


def tell(at: datetime, wake: Wake = lambda lanes: None) -> list[str]:
    """Opens and expands what the journal asks for; returns the lanes that have work.

    `wake` is called with the lanes that have work while more is still being written.
    """
    # Whoever waits for a mail of their own does not wait until a hundred thousand are written.
    for step in (call, replies.enqueue, Wish.take_up):
        _apart(step, at)
    _apart(partial(_write_out, wake=wake), at)
    for step in (Intake.go_on, digests.enqueue, monthly.enqueue, Judgement.judge_due):
        _apart(step, at)
    return busy_lanes(at)


def sweep(at: datetime, wake: Wake = lambda lanes: None) -> list[str]:
    """The same, with a sign of life when it is done, and what has to be tidied now and then."""
    watch = Stopwatch(at)
    # Loaded while nothing is urgent: the libraries behind some channels take half a second.
    channels()
    # Before it is asked which lanes have work: what a dead sender held is due only when it is free.
    for step in (reconcile, Remnant.clear, Erased.clear, _supersede, _tidy, reached.note):
        _apart(step, at)

    def written(lanes: list[str]) -> None:
        Heartbeat.beat("sweep", watch.now())
        wake(lanes)

    lanes = tell(at, written)
    Heartbeat.beat("sweep", watch.now())
    return lanes


def busy_lanes(at: datetime) -> list[str]:
    """The lanes in which something is due."""
    due, chunks = Delivery.objects.due(at), Chunk.objects.due(at)
    return [
        lane
        for lane in SENDING
        if due.filter(lane=lane).exists() or chunks.filter(lane=lane).exists()
    ]


def run_all(at: datetime) -> int:
    """Tells everything that is due, here and now, as tests do; returns how much was tried."""
    return sum(drain(lane, at) for lane in tell(at))


def _write_out(at: datetime, *, wake: Wake) -> None:
    """Writes deliveries, in one thread of each process: a second one would but wait for its rows.

    What that one has not seen, the next round finds.
    """
    watch, opened = Stopwatch(at), Broadcast.open_due(at)
    if not opened or not _writing.acquire(blocking=False):
        return
    wake_up = partial(_apart, lambda at: wake(busy_lanes(at)), at)
    try:
        if busy_lanes(at):
            wake_up()
        for each in opened:
            _apart(partial(each.fan_out, written=wake_up, watch=watch), at)
    finally:
        _writing.release()


def _apart(step: Step, at: datetime) -> None:
    """Takes one step; one that fails keeps no reader from being told, and is tried again."""
    try:
        step(at)
    except Exception:
        logger.exception("A round of telling went on without %r", step)


def _supersede(at: datetime) -> None:
    """Ends what waits to be tried again although something newer is on its way."""
    Delivery.objects.loose().filter(state=Delivery.State.RETRY).overtaken().supersede()


def _tidy(at: datetime) -> None:
    """Puts away what is over, every ten minutes."""
    age = Heartbeat.age(HOUSEKEEPING, at)
    if age is not None and age.total_seconds() <= 600:
        return
    Heartbeat.beat(HOUSEKEEPING, at)
    steps: tuple[Step, ...] = (
        Subscription.forget_unconfirmed, Subscription.purge, Exchange.forget_old,
        Subscription.end_outlived, Bucket.empty_old, replies.forget,
    )  # fmt: skip
    for step in steps:
        _apart(step, at)
