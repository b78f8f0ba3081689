"""One message after the other to each host, and hosts beside one another."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from notifications.channels import Attempts, Channel, SerialChannel, channels
from notifications.clock import Stopwatch
from notifications.models import Delivery
from notifications.outcomes import Outcome, Verdict, wait_before
from notifications.senders.side import Lease

logger = logging.getLogger(__name__)

# Each holds a connection to the database.
HOSTS: Final = 8
# An attempt that fails after so long was not refused: what else is for that host fares no better.
HANGS: Final = 2.0

type Going = Callable[[], bool]


def send_beside(batch: Sequence[Delivery], owner: str, watch: Stopwatch, going: Going) -> None:
    """Sends what one owner holds, in order to each host; nothing of it is left claimed.

    Channels that send one message after the other begin none once `going` says no, and put back
    what is left.
    """
    lines: dict[tuple[str, str], list[Delivery]] = defaultdict(list)
    for delivery in batch:
        lines[delivery.channel, _host(delivery)].append(delivery)
    runs = [
        Line(channels()[name], rows, owner, watch, going).run
        for (name, _place), rows in sorted(lines.items())
    ]
    if not runs:
        return
    # An answer may take longer than a lease; what is under way is nobody else's meanwhile.
    with Lease.kept(owner, watch, Delivery.renew):
        _run(runs)


def _run(runs: Sequence[Callable[[], None]]) -> None:
    # Within somebody's transaction no thread would see a row of it.
    if len(runs) < 2 or connection.in_atomic_block:
        for run in runs:
            run()
        return
    with ThreadPoolExecutor(HOSTS, thread_name_prefix="line") as pool:
        for done in [pool.submit(_apart, run) for run in runs]:
            done.result()


def _host(delivery: Delivery) -> str:
    channel = channels()[delivery.channel]
    return channel.host(delivery) if isinstance(channel, SerialChannel) else ""


def _apart(run: Callable[[], None]) -> None:
    try:
        run()
    finally:
        connection.close()


class Line:
    """What goes over one channel, to one host where that sends message by message."""

    def __init__(
        self, channel: Channel, batch: list[Delivery], owner: str, watch: Stopwatch, going: Going
    ) -> None:
        self._channel, self._batch, self._owner = channel, batch, owner
        self._watch, self._going = watch, going
        self._left = {each.pk: each for each in batch}
        self._due_again: datetime | None = None

    def run(self) -> None:
        """Sends until nothing is left, or the time is over, or the host hangs."""
        try:
            for delivery, outcome in self._attempts():
                self._settle(delivery, outcome)
        except Exception as broken:
            logger.exception("The channel %s broke in the middle of a batch", self._channel.name)
            problem = Outcome.retry(f"{type(broken).__name__}: {broken}")
            for delivery in [*self._left.values()]:
                self._settle(delivery, problem)
        if self._left:
            Delivery.put_back(self._owner, self._left, due_at=self._due_again)

    def _attempts(self) -> Attempts:
        """What the channel tries; only one that has nothing else under way can leave off."""
        attempts = self._channel.send(self._batch, self._watch.now())
        if not isinstance(self._channel, SerialChannel):
            yield from attempts
            return
        while self._going() and self._due_again is None:
            began = self._watch.seconds()
            if (tried := next(attempts, None)) is None:
                return
            if tried[1].verdict is Verdict.RETRY and self._watch.seconds() - began >= HANGS:
                self._due_again = self._watch.now() + self._channel.schedule[0]
            yield tried

    def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        del self._left[delivery.pk]
        settle(delivery, outcome, self._channel, self._watch.now())


def settle(delivery: Delivery, outcome: Outcome, channel: Channel, at: datetime) -> None:
    """Writes an outcome down, with the time of the next attempt by the channel's schedule."""
    if outcome.verdict is Verdict.WAIT:
        Delivery.put_back(delivery.owner, [delivery.pk], at + (outcome.after or timedelta()))
        return
    wait = wait_before(
        channel.schedule, delivery.attempts, after=outcome.after, jitter=channel.jitter
    )
    delivery.settle(outcome, at, at + wait if wait is not None else None)
