"""The clock of the record: what happens because its time has come."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from celery import shared_task

from api.models import KeptAnswer
from incidents.derived import turn_days
from incidents.models import (
    Announcement,
    Commitment,
    Draft,
    Incident,
    Maintenance,
    Postmortem,
    ReaderMessage,
    Recurrence,
    Reminder,
    ScheduledWindow,
)
from notifications.clock import database_now
from notifications.models import Exchange, KeptMail, Payload

logger = logging.getLogger(__name__)

# Each takes the instant and returns how much it moved; one that fails holds up no other.
HANDS: Final[tuple[Callable[[datetime], object], ...]] = (
    lambda at: turn_days(at=at),
    lambda at: Maintenance.run_edges(at=at),
    lambda at: Reminder.send_due(at=at),
    lambda at: ScheduledWindow.note_overruns(at=at),
    lambda at: Recurrence.plan_ahead(at=at),
    lambda at: Commitment.warn(at=at),
    lambda at: Commitment.notice_late(at=at),
    lambda at: Postmortem.remind_by_clock(at=at),
    lambda at: Incident.notice_silence(at=at),
    lambda at: KeptMail.forget_redacted(at=at),
    lambda at: KeptAnswer.forget_redacted(at=at),
    lambda at: Payload.forget_redacted(at=at),
    lambda at: Exchange.forget_redacted(at=at),
    lambda at: Draft.publish_due(at=at),
    lambda at: Announcement.end_due(at=at),
    lambda at: ReaderMessage.forget_old(at=at),
)


@shared_task(name="statuspage.clock")
def clock() -> None:
    """Move every hand of the clock, now."""
    at = database_now()
    for hand in HANDS:
        _move(hand, at)


def _move(hand: Callable[[datetime], object], at: datetime) -> None:
    try:
        hand(at)
    except Exception:
        logger.exception("A hand of the clock could not move")
