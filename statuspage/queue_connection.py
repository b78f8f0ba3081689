"""How workers and beat look for a broker that is away: steadily, so that its return is noticed."""

from typing import Any, Final, Self

from celery.app.amqp import AMQP
from kombu.connection import Connection

# Celery would wait longer each time, up to half a minute, while readers wait to be told.
LOOK_EVERY: Final = 2.0


class SteadyConnection(Connection):
    """A connection that is tried again every other second, for as long as it takes."""

    def ensure_connection(self, *args: Any, **options: Any) -> Self:
        """Wait for the broker; what a request sends does not come this way, and waits for none."""
        steady = {"interval_start": LOOK_EVERY, "interval_step": 0}
        super().ensure_connection(*args, **(steady | options))  # type: ignore[no-untyped-call]
        return self


class Queues(AMQP):  # type: ignore[misc]
    """Celery's queues over such connections."""

    Connection = SteadyConnection
