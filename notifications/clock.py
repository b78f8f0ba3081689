"""One clock for all senders: the database's, read once and then carried on by a stopwatch."""

from datetime import UTC, datetime, timedelta
from time import monotonic

from django.db import connection
from django.utils import timezone


def database_now() -> datetime:
    """The time as the database has it, so that a host whose clock is wrong claims nothing early."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone() or (timezone.now(),)
    return datetime.fromtimestamp(now.timestamp(), UTC)


class Stopwatch:
    """Carries an instant on without asking again."""

    def __init__(self, at: datetime) -> None:
        self.began, self._started = at, monotonic()

    def now(self) -> datetime:
        """The instant by now."""
        return self.began + timedelta(seconds=self.seconds())

    def seconds(self) -> float:
        """How long it has run."""
        return monotonic() - self._started
