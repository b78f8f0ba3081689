"""Three lines each: load, call, done. The record is in the database, these only wake up."""

from typing import Any

from celery import current_app, shared_task
from celery.signals import worker_ready, worker_shutting_down

from notifications import mirrors, rounds
from notifications.clock import database_now
from notifications.lanes import SENDING
from notifications.senders import sending

WAKE_WITHIN = 10
READ_TASK = "notifications.read_mirror"


@shared_task(name="notifications.open_broadcasts", ignore_result=True)
def open_broadcasts() -> None:
    """Opens and expands what is due, then wakes the lanes that have work."""
    _wake(rounds.tell(database_now(), _wake))


@shared_task(name="notifications.sweep", ignore_result=True)
def sweep() -> None:
    """Finishes whatever was left: the same round, by the clock."""
    _wake(rounds.sweep(database_now(), _wake))


@shared_task(name="notifications.drain", ignore_result=True)
def drain(lane: str) -> None:
    """Sends what is due in one lane; what is left over wakes it again."""
    _wake([lane] if sending.drain(lane, database_now()) else [])


@shared_task(name="notifications.read_mirrors", ignore_result=True)
def read_mirrors() -> None:
    """Claims what is due to be read of other people's pages, one task each."""
    for number in mirrors.claim_due(at=database_now()):
        current_app.send_task(READ_TASK, [number], queue="jobs", retry=False)


@shared_task(name=READ_TASK, ignore_result=True)
def read_mirror(number: int) -> None:
    """Reads one of them; a lost message is claimed again when it is due next."""
    mirrors.read(number, at=database_now())


@worker_ready.connect
def look_around(**_signal: Any) -> None:
    """Has every lane looked at: senders begin by freeing what dead ones of their host held."""
    _wake([*SENDING])


@worker_shutting_down.connect
def stop_claiming(**_signal: Any) -> None:
    """Finishes the batch in hand and takes no other, in the children of this process too."""
    sending.stopping.set()


def _wake(lanes: list[str]) -> None:
    for lane in lanes:
        current_app.send_task(
            "notifications.drain", [lane], queue=lane, expires=WAKE_WITHIN, retry=False
        )
