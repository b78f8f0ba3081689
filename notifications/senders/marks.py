"""Writing down what came of a chunk: set by set, only while the chunk is ours."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F

from notifications.channels import Channel
from notifications.models import Attempt, Chunk, Delivery, Subscription
from notifications.models.states import State, failure, over
from notifications.outcomes import Outcome, Verdict, wait_before
from notifications.parcels import Settled
from notifications.senders import journal
from notifications.senders.loads import Load
from notifications.senders.stretches import among

# Whoever was held back waits for an update that is in flight, or that is to be tried again.
LOOK_AGAIN: Final = timedelta(seconds=1)


def mark(
    load: Load,
    settled: Sequence[Settled],
    owner: str,
    channel: Channel,
    at: datetime,
    *,
    done: bool = False,
) -> None:
    """Writes down what came since the last time; `done` when nothing more will come.

    What was taken by the other side was taken, whoever holds the chunk now. Anything else is ours
    to say only while we hold it.
    """
    chunk = load.chunk
    with transaction.atomic():
        held = chunk.keep(owner, at)
        _mark_sent(chunk, [key for key, outcome in settled if _arrived(outcome)], at)
        _keep_provider_ids(settled)
        if held:
            _mark_others(chunk, settled, channel, at)
        if held and done:
            _let_go(load, owner, at)


def mark_sent(load: Load, keys: Sequence[int], at: datetime) -> None:
    """Marks what was accepted at once, before its outcome comes around."""
    _mark_sent(load.chunk, keys, at)


def reconcile(at: datetime) -> int:
    """Marks what dead senders of this host had handed over, and frees what they held at once."""
    freed, folder = 0, settings.SENDER_JOURNAL
    for owner, keys in journal.left_behind(folder) if folder else ():
        with transaction.atomic():
            held = Chunk.objects.unfinished().filter(owner=owner)
            for chunk in held.select_for_update().order_by("pk"):
                _mark_sent(chunk, chunk.holds(keys), at)
                freed += chunk.release(owner, at)
    return freed


def _mark_sent(chunk: Chunk, keys: Sequence[int], at: datetime) -> None:
    if not keys:
        return
    taken = among(keys)
    waiting = chunk.open().filter(taken)
    waiting.update(**over(State.SENT), sent_at=at, attempts=F("attempts") + 1)
    if chunk.lane == "webhooks":
        called = chunk.deliveries().filter(taken).values("subscription")
        recovered = Subscription.objects.filter(pk__in=called, failures__gt=0)
        recovered.update(failures=0, failing_since=None)


def _keep_provider_ids(settled: Sequence[Settled]) -> None:
    given = [
        Delivery(pk=key, provider_id=outcome.provider_id[:120])
        for key, outcome in settled
        if outcome.provider_id and _arrived(outcome)
    ]
    Delivery.objects.bulk_update(given, ["provider_id"], batch_size=500)


def _mark_others(chunk: Chunk, settled: Sequence[Settled], channel: Channel, at: datetime) -> None:
    """What did not arrive goes on by itself: loose until its next attempt, or failed."""
    waits = {key: each.after for key, each in settled if each.verdict is Verdict.WAIT}
    outcomes = {key: each for key, each in settled if not _arrived(each) and key not in waits}
    if waits:
        _put_off(chunk, waits, at)
    if not outcomes:
        return
    rows = list(chunk.open().filter(pk__in=outcomes).select_related("subscription"))
    for row in rows:
        row.attempts += 1
        for name, value in _changes(row, outcomes, channel, at).items():
            setattr(row, name, value)
    fields = ["state", "attempts", "next_attempt_at", "failed_at", "last_error"]
    Delivery.objects.bulk_update(rows, fields, batch_size=200)
    Attempt.objects.bulk_create(_attempt(row.pk, outcomes[row.pk], at) for row in rows)
    for row in rows:
        row.learn(outcomes[row.pk], at)
    chunk.deliveries().filter(pk__in=outcomes).overtaken().supersede()


def _put_off(chunk: Chunk, waits: Mapping[int, timedelta | None], at: datetime) -> None:
    """What was not tried is due by itself, at its turn; that is no attempt."""
    rows = list(chunk.open().filter(pk__in=waits))
    for row in rows:
        row.next_attempt_at = at + (waits[row.pk] or timedelta())
    Delivery.objects.bulk_update(rows, ["next_attempt_at"], batch_size=200)
    chunk.deliveries().filter(pk__in=waits).overtaken().supersede()


def _changes(
    row: Delivery, outcomes: Mapping[int, Outcome], channel: Channel, at: datetime
) -> dict[str, object]:
    outcome = outcomes[row.pk]
    wait = wait_before(channel.schedule, row.attempts, after=outcome.after, jitter=channel.jitter)
    return failure(outcome, at, at + wait if wait is not None else None)


def _attempt(key: int, outcome: Outcome, at: datetime) -> Attempt:
    verdict, detail = outcome.verdict.value, outcome.detail[:300]
    return Attempt(delivery_id=key, at=at, verdict=verdict, detail=detail)


def _let_go(load: Load, owner: str, at: datetime) -> None:
    """Finishes the chunk, or leaves what was held back, or not sent, to the next one."""
    chunk, whole = load.chunk, not load.held_back and load.waiting == 0
    if whole or not chunk.open().exists():
        chunk.finish(owner, at)
    else:
        again = LOOK_AGAIN if load.held_back else timedelta()
        chunk.release(owner, at + max(again, load.rest))


def _arrived(outcome: Outcome) -> bool:
    return outcome.verdict is Verdict.SENT
