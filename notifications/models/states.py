"""Where a delivery stands, and what it is changed to when something came of it."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.outcomes import Outcome, Verdict


class State(models.TextChoices):
    """Where a delivery stands; it only ever moves forward, or between claimed and retry.

    What was sent may still come back; nothing else happens after an end.
    What comes in a chunk is pending until its outcome is known: the chunk says who sends it.
    """

    PENDING = "pending", _("Waiting")
    CLAIMED = "claimed", _("Being sent")
    RETRY = "retry", _("Waiting to be tried again")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Came back")
    FAILED = "failed", _("Failed")
    SUPERSEDED = "superseded", _("Replaced by a newer update")
    SUPPRESSED = "suppressed", _("Not wanted any more")
    CANCELLED = "cancelled", _("Cancelled by staff")


WAITING = (State.PENDING, State.RETRY)
UNFINISHED = (*WAITING, State.CLAIMED)
CANCELLED = "Staff cancelled it before this was sent."


def over(state: State) -> dict[str, Any]:
    """What a row is changed to when it comes to an end: nothing looks for it any more."""
    return {"state": state, "next_attempt_at": None}


def failure(outcome: Outcome, at: datetime, retry_at: datetime | None) -> dict[str, Any]:
    """What a row is changed to when its message did not arrive."""
    error = {"last_error": outcome.detail[:300]}
    if outcome.verdict is Verdict.RETRY and retry_at is not None:
        return error | {"state": State.RETRY, "next_attempt_at": retry_at}
    return error | over(State.FAILED) | {"failed_at": at}
