"""Posts webhooks inside the product's surroundings: python -m bench.posting WHERE COUNT SENDERS.

WHERE is scheme:port:host,host,...; every host gets its share. Each sender is a process that has
sent before, as a worker has, and gets what follows one another, as in a chunk. Prints the seconds
that it took.
"""

import json
import os
import sys
from collections.abc import Sequence
from itertools import batched
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from time import monotonic

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.db.models import TextField  # noqa: E402
from django.db.models.functions import Cast  # noqa: E402
from django.utils import timezone  # noqa: E402

from incidents.core.levels import Level  # noqa: E402
from incidents.models import Incident, Page  # noqa: E402
from notifications.channels.webhook import CHANNEL  # noqa: E402
from notifications.models import Delivery, Exchange, Payload, Subscription  # noqa: E402
from notifications.parcels import Parcel  # noqa: E402
from notifications.rounds import tell  # noqa: E402
from people.actors import Actor  # noqa: E402

BY = Actor.system("bench", face="command")
WORDS = "We are looking into it. " * 20
ENDPOINTS = 2000


def main() -> None:
    """Lay endpoints, tell them of an incident, and time the posts alone."""
    scheme, port, hosts = sys.argv[1].split(":", 2)
    parcels = _parcels(scheme, port, hosts.split(","))
    count, senders = int(sys.argv[2]), int(sys.argv[3])
    whole = (parcels * (count // len(parcels) + 1))[:count]
    connection.close()  # each sender opens its own
    context = get_context("fork")
    ready = context.Barrier(senders + 1)
    shares = batched(whole, -(-count // senders))
    started = [context.Process(target=_post, args=(share, ready)) for share in shares]
    for each in started:
        each.start()
    ready.wait(60)
    began = monotonic()
    for each in started:
        each.join()
    seconds = monotonic() - began
    if any(each.exitcode for each in started):
        raise RuntimeError("a sender failed")
    print(f"{seconds:.3f}")


def _post(parcels: Sequence[Parcel], ready: Barrier) -> None:
    _warm_up(parcels[0])
    taken: list[int] = []
    ready.wait(60)
    settled = sum(len(each) for each in CHANNEL.post(parcels, taken.extend, timezone.now()))
    if settled != len(parcels) or len(taken) < settled * 0.85:
        raise RuntimeError(f"{settled} of {len(parcels)} settled, {len(taken)} taken")


def _warm_up(parcel: Parcel) -> None:
    """Sends once before the clock starts; the body will be written again."""
    for _settled in CHANNEL.post([parcel], lambda _taken: None, timezone.now()):
        Payload.objects.all().delete()


def _parcels(scheme: str, port: str, hosts: list[str]) -> list[Parcel]:
    page, at = Page.objects.get(), timezone.now()
    Exchange.objects.all().delete()
    Delivery.objects.all().delete()
    Subscription.objects.all().delete()
    for each in Incident.objects.unresolved():
        each.resolve(body="Over.", notify=False, by=BY, at=at)
    kept = CHANNEL.validate_config({})
    Subscription.objects.bulk_create(
        Subscription(
            page=page, channel="webhook", state="confirmed", asked_at=at, confirmed_at=at,
            destination=f"{scheme}://{hosts[number % len(hosts)]}:{port}/hooks/{number}",
            config=json.dumps(kept),
        )
        for number in range(max(ENDPOINTS, len(hosts)))
    )  # fmt: skip
    Incident.open(
        page, title="Mail cannot be read", body=WORDS,
        levels={page.components.get(name="Mailstore"): Level.MAJOR_OUTAGE}, by=BY, at=at,
    )  # fmt: skip
    tell(timezone.now())
    config = Cast("subscription__config", TextField())
    rows = Delivery.objects.order_by("pk").values_list(
        "pk", "broadcast", "destination", "attempts", "subscription__public_id",
        "subscription__nonce", "subscription__language", "subscription__time_zone", config,
    )  # fmt: skip
    return [Parcel(*row) for row in rows]


if __name__ == "__main__":
    main()
