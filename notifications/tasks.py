"""Three lines each: load, call, done. The record is in the database, these only wake up."""

from typing import Any

from celery import current_app, shared_task
from celery.signals import worker_shutting_down

from notifications import rounds, sending
from notifications.clock import database_now

WAKE_WITHIN = 10


@shared_task(name="notifications.open_broadcasts", ignore_result=True)
def open_broadcasts() -> None:
    """Opens and expands what is due, then wakes the lanes that have work."""
    _wake(rounds.tell(database_now()))


@shared_task(name="notifications.sweep", ignore_result=True)
def sweep() -> None:
    """Finishes whatever was left: the same round, by the clock."""
    _wake(rounds.sweep(database_now()))


@shared_task(name="notifications.drain", ignore_result=True)
def drain(lane: str) -> None:
    """Sends what is due in one lane; what is left over wakes it again."""
    _wake([lane] if sending.drain(lane, database_now()) else [])


@worker_shutting_down.connect
def stop_claiming(**_signal: Any) -> None:
    """Finishes the batch in hand and takes no other."""
    sending.stopping.set()


def _wake(lanes: list[str]) -> None:
    for lane in lanes:
        current_app.send_task(
            "notifications.drain", [lane], queue=lane, expires=WAKE_WITHIN, retry=False
        )
