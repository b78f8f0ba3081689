"""A whole fan-out, from the journal to the last mark: python -m bench.fanout COUNT.

Runs inside a product's surroundings, in one process as a worker would: one thread writes deliveries
out, the other one sends them. Prints seconds until the first acceptance, seconds in all, and MiB.
"""

import os
import resource
import sys
import time
from threading import Thread

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.db import connection  # noqa: E402

from notifications import rounds  # noqa: E402
from notifications.clock import database_now  # noqa: E402
from notifications.models import Delivery  # noqa: E402
from notifications.senders import sending  # noqa: E402
from notifications.senders.journal import Journal  # noqa: E402
from proof.post import tell  # noqa: E402

PATIENCE = 600


def main() -> None:
    """Tell everybody, and say how long it took."""
    count, first = int(sys.argv[1]), _first_acceptance()
    tell()
    began = time.monotonic()
    writer = Thread(target=_write_out)
    writer.start()
    while writer.is_alive() or rounds.busy_lanes(database_now()):
        if not sending.drain("mail", database_now(), seconds=PATIENCE):
            time.sleep(0.01)
        if time.monotonic() - began > PATIENCE:
            raise SystemExit(f"Not all were told in {PATIENCE} s")
    seconds = time.monotonic() - began
    sent = Delivery.objects.filter(state=Delivery.State.SENT).count()
    if sent != count:
        raise SystemExit(f"{sent} of {count} were sent")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(first[0] - began, seconds, memory)


def _write_out() -> None:
    rounds.tell(database_now())
    connection.close()


def _first_acceptance() -> list[float]:
    """When something was first written into a journal, once it was."""
    seen: list[float] = []
    accept = Journal.accept

    def noting(self: Journal, keys: list[int]) -> None:
        if not seen:
            seen.append(time.monotonic())
        accept(self, keys)

    Journal.accept = noting  # type: ignore[assignment, method-assign]
    return seen


if __name__ == "__main__":
    main()
