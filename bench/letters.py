"""Writes and sends mails inside a product's surroundings: python -m bench.letters COUNT [PORT].

Without a port it prints how many mails a second of processor time it writes, and their size; with
one how many a second of the clock the server there takes, over so many lines.
"""

import os
import sys
import time
from collections.abc import Iterator
from typing import Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from incidents.models import Incident, Page  # noqa: E402
from notifications.bulletins import Bulletin  # noqa: E402
from notifications.mail.smtp.letters import Letter  # noqa: E402
from notifications.mail.smtp.pool import Pool  # noqa: E402
from notifications.mail.smtp.server import Server  # noqa: E402
from notifications.mail.stationery import Sheet  # noqa: E402
from notifications.models import Broadcast  # noqa: E402
from notifications.parcels import Parcel  # noqa: E402
from people.actors import Actor  # noqa: E402

# The first mail of an incident, and one that refers to two before it.
EARLIER: Final = ((), (1, 2))
BODY: Final = "\n\n".join(
    f"{number}. Mail is queued and arrives late. Nothing is lost, and what was sent meanwhile is "
    "delivered in the order in which it came, as soon as the store answers again."
    for number in range(1, 5)
)


def main() -> None:
    """Prints what is asked for."""
    count, *server = map(int, sys.argv[1:])
    sheet, broadcast = _sheet()
    if server:
        port, lines = server
        print(_sent(map(sheet.letter, _parcels(broadcast, count)), port, lines))
        return
    size = len(sheet.letter(_parcels(broadcast, 1)[0]).data)
    print(*(_written(sheet, _parcels(broadcast, count, earlier)) for earlier in EARLIER), size)


def _sheet() -> tuple[Sheet, int]:
    page, at = Page.objects.get(), timezone.now()
    Incident.open(page, title="Late mail", body=BODY, by=Actor.system("bench"), at=at)
    told = Broadcast.open_due(timezone.now())[-1]
    return Sheet(Bulletin.of(told), page.language), told.pk


def _parcels(broadcast: int, count: int, earlier: tuple[int, ...] = ()) -> list[Parcel]:
    """Readers with links of their own."""
    readers = (
        (f"reader{number}@example.com", 0, f"{number:016x}", f"{number:016x}", "", "", "")
        for number in range(count)
    )
    return [Parcel(key, broadcast, *reader, earlier) for key, reader in enumerate(readers)]


def _written(sheet: Sheet, parcels: list[Parcel]) -> float:
    began = time.process_time()
    for parcel in parcels:
        sheet.letter(parcel)
    return len(parcels) / (time.process_time() - began)


def _sent(letters: Iterator[Letter], port: int, lines: int) -> float:
    pool, began = Pool(Server("127.0.0.1", port, connections=lines), letters), time.monotonic()
    sent = sum(len(settled) for settled in pool.run(lambda _keys: None))
    if pool.trouble:
        raise SystemExit(pool.trouble)
    return sent / (time.monotonic() - began)


if __name__ == "__main__":
    main()
