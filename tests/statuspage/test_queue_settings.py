"""Queues: one a lane, and one for what looks for work, in which no sender ever stands."""

from notifications.lanes import LANES, SENDING
from notifications.senders import sending
from statuspage.celery import app
from statuspage.worker import THREADS


def test_each_lane_has_a_queue_and_each_sender_a_lane() -> None:
    assert sorted(queue.name for queue in app.conf.task_queues) == sorted(LANES)
    assert set(sending.BATCH) == set(SENDING) < set(LANES)


def test_what_looks_for_work_waits_behind_no_sender() -> None:
    usual = app.conf.task_default_queue
    scheduled = {
        each["task"]: each["options"].get("queue", usual)
        for each in app.conf.beat_schedule.values()
    }
    assert usual in LANES
    assert usual not in SENDING
    assert scheduled["notifications.sweep"] == scheduled["statuspage.clock"] == usual
    assert not set(scheduled.values()) & set(SENDING)


def test_senders_that_hang_in_every_lane_leave_the_clock_its_threads() -> None:
    assert sending.SENDERS * len(SENDING) + 2 <= THREADS
