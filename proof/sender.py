"""A sender to be killed, inside a product's surroundings: python -m proof.sender LANE [unguarded].

It tells and sends until it is stopped. `unguarded` sends without the order guard, to show what that
is there for.
"""

import os
import signal
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from notifications import rounds  # noqa: E402
from notifications.clock import database_now  # noqa: E402
from notifications.models import Broadcast  # noqa: E402
from notifications.models.delivery import DeliveryQuerySet  # noqa: E402
from notifications.senders import sending  # noqa: E402


def main() -> None:
    """Send what is due in a lane, again and again."""
    lane, *how = sys.argv[1:]
    if how == ["unguarded"]:
        DeliveryQuerySet.in_order = lambda self: self  # type: ignore[method-assign]
        DeliveryQuerySet.overtaken = lambda self: self.none()  # type: ignore[method-assign]
        Broadcast.has_unfinished_older = lambda self: False  # type: ignore[method-assign]
    signal.signal(signal.SIGTERM, lambda *_: sending.stopping.set())
    while not sending.stopping.is_set():
        rounds.sweep(database_now())
        if not sending.drain(lane, database_now()):
            time.sleep(0.05)


if __name__ == "__main__":
    main()
