"""A whole fan-out, from the journal to the last mark: python -m bench.fanout COUNT SENDERS.

Runs inside a product's surroundings, in processes as it is deployed: one writes deliveries out, the
senders send them. With no sender, one process does both in two threads, as the embedded worker
does. Prints seconds until the first acceptance, seconds in all, and MiB of the largest process.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from threading import Thread

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.db import connection  # noqa: E402

from notifications import rounds  # noqa: E402
from notifications.channels import channels  # noqa: E402
from notifications.clock import database_now  # noqa: E402
from notifications.models import Chunk, Delivery  # noqa: E402
from notifications.senders import sending  # noqa: E402
from notifications.senders.journal import Journal  # noqa: E402
from proof.post import tell  # noqa: E402

PATIENCE = 600
SENDER = "sender"


def main() -> None:
    """Tell everybody, and say how long it took."""
    channels()  # a worker has them at hand since its first sweep
    if sys.argv[1] == SENDER:
        _sender()
        return
    count, senders = int(sys.argv[1]), int(sys.argv[2])
    print(*(_beside(senders) if senders else _embedded()))
    sent = Delivery.objects.filter(state=Delivery.State.SENT).count()
    if sent != count:
        raise SystemExit(f"{sent} of {count} were sent")


def _embedded() -> tuple[float, float, float]:
    first = _first_acceptance()
    tell()
    began = time.monotonic()
    writer = Thread(target=_write_out)
    writer.start()
    _send(lambda: writer.is_alive() or _is_under_way())
    return first[0] - began, time.monotonic() - began, _memory()


def _beside(count: int) -> tuple[float, float, float]:
    """Written out here, sent by so many others."""
    senders = [_started() for _number in range(count)]
    for each in senders:
        _line_of(each)
    tell()
    began = time.monotonic()
    _write_out()
    while _is_under_way():
        if time.monotonic() - began > PATIENCE:
            raise SystemExit(f"Not all were told in {PATIENCE} s")
        time.sleep(0.02)
    seconds = time.monotonic() - began
    said = [each.communicate()[0].split() for each in senders]
    firsts, memory = zip(*(map(float, words) for words in said if words), strict=True)
    return min(firsts) - began, seconds, max(*memory, _memory())


def _started() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.fanout", SENDER]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _line_of(sender: subprocess.Popen[str]) -> str:
    return sender.stdout.readline() if sender.stdout else ""


def _sender() -> None:
    """Sends what is due until standard input ends; then says when it began, and its MiB."""
    first = _first_acceptance()
    until = Thread(target=sys.stdin.read, daemon=True)
    until.start()
    print("ready", flush=True)
    _send(until.is_alive)
    print(*first, _memory() if first else "")


def _send(goes_on: Callable[[], bool]) -> None:
    began = time.monotonic()
    while goes_on():
        if not sending.drain("mail", database_now(), seconds=PATIENCE):
            time.sleep(0.05)
        if time.monotonic() - began > PATIENCE:
            raise SystemExit(f"Not all were told in {PATIENCE} s")


def _is_under_way() -> bool:
    return Chunk.objects.unfinished().exists() or bool(rounds.busy_lanes(database_now()))


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
