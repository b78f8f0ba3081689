"""What came of one attempt to send, and when the next one is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from secrets import SystemRandom
from typing import Final, Self

Schedule = Sequence[timedelta]

MAIL_SCHEDULE: Schedule = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, *[60] * 23))
WEBHOOK_SCHEDULE: Schedule = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 18000, 36000)
)
# In seconds: until the turn of what was held up by others comes again.
A_WHILE: Final = 60.0
LONGEST_WAIT = timedelta(hours=24)
DOUBTED: Final = "Refused like too many others to be believed"

_dice = SystemRandom()


class Away(Exception):
    """The other side takes nothing at all: what was not settled waits for so long."""

    def __init__(self, why: str, wait: timedelta) -> None:
        super().__init__(why)
        self.wait = wait


class Verdict(Enum):
    """The ways an attempt can end."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNDELIVERABLE = "undeliverable"
    GONE = "gone"
    WAIT = "wait"


@dataclass(frozen=True)
class Outcome:
    """A verdict with what is worth keeping; `after` is what the other side asked us to wait."""

    verdict: Verdict
    detail: str = ""
    provider_id: str = ""
    after: timedelta | None = None

    @classmethod
    def sent(cls, detail: str = "", provider_id: str = "") -> Self:
        """The other side took it."""
        return cls(Verdict.SENT, detail, provider_id)

    @classmethod
    def retry(cls, detail: str, after: timedelta | None = None) -> Self:
        """It may work later."""
        return cls(Verdict.RETRY, detail, after=after)

    @classmethod
    def failed(cls, detail: str) -> Self:
        """This message will never be taken."""
        return cls(Verdict.FAILED, detail)

    @classmethod
    def undeliverable(cls, detail: str) -> Self:
        """The address does not exist: it is suppressed from now on."""
        return cls(Verdict.UNDELIVERABLE, detail)

    @classmethod
    def gone(cls, detail: str) -> Self:
        """The endpoint asked not to be called again."""
        return cls(Verdict.GONE, detail)


def put_off(seconds: float) -> Outcome:
    """It was not tried, since it is not its turn: no attempt, and never a failure."""
    return Outcome(Verdict.WAIT, after=timedelta(seconds=seconds))


def wait_before(
    schedule: Schedule, attempts: int, *, after: timedelta | None = None, jitter: float = 0.0
) -> timedelta | None:
    """How long to wait after so many attempts; None when the schedule is used up."""
    if attempts > len(schedule):
        return None
    wait = schedule[attempts - 1] * (1 + _dice.uniform(-jitter, jitter))
    return min(max(wait, after or wait), LONGEST_WAIT)
