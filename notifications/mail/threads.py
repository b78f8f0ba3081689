"""How mails on one incident name each other, so that mail programs keep them together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Self
from urllib.parse import urlsplit

from incidents.models import Page
from notifications.kinds import Stream
from notifications.models import Delivery
from notifications.tokens import namer

CHANNEL: Final = "email"
MOST_REFERENCES: Final = 10
# With the name of the header, within what a line may hold.
ROOM: Final = 980


class Thread:
    """The ids of mails about broadcasts; their host is the page's."""

    def __init__(self, host: str) -> None:
        self._host, self._named = host, namer(CHANNEL)

    @classmethod
    def on(cls, page: Page) -> Self:
        """Those of one page."""
        return cls(urlsplit(page.site).hostname or "localhost")

    def id_of(self, broadcast: int, address: str) -> str:
        """The Message-ID of a broadcast's mail to an address, whether it was sent yet or not."""
        return f"<{self._named(broadcast, address)}@{self._host}>"

    def lines(self, broadcast: int, address: str, earlier: Sequence[int]) -> str:
        """Header lines: the mail's own id, and the mails before it."""
        mine = f"Message-ID: {self.id_of(broadcast, address)}\r\n"
        if not earlier:
            return mine
        before = references([self.id_of(each, address) for each in earlier])
        return mine + "".join(f"{name}: {value}\r\n" for name, value in before.items())


def references(ids: Sequence[str]) -> dict[str, str]:
    """The headers of a mail that follows these: the first one, then the newest."""
    first, *rest = ids
    room = min(MOST_REFERENCES, ROOM // (len(first) + 1)) - 1
    newest = rest[-room:] if room else []
    return {"In-Reply-To": ids[-1], "References": " ".join([first, *newest])}


def earlier(batch: Iterable[Delivery]) -> dict[int, tuple[int, ...]]:
    """The broadcasts on the same incident that reached the same address, oldest first.

    By the key of each delivery.
    """
    news = [each for each in batch if each.broadcast and each.stream == Stream.UPDATE]
    sent = Delivery.objects.filter(
        channel=CHANNEL,
        state=Delivery.State.SENT,
        stream=Stream.UPDATE,
        broadcast__incident__in={each.broadcast.incident_id for each in news if each.broadcast},
        destination__in={each.destination for each in news},
    )
    columns = ("broadcast__incident", "destination", "broadcast__sequence", "broadcast")
    told: dict[tuple[int | None, str], list[tuple[int, int]]] = defaultdict(list)
    for incident, address, sequence, key in sent.order_by("broadcast__sequence").values_list(
        *columns
    ):
        told[incident, address].append((sequence, key or 0))
    return {each.pk: _before(each, told) for each in news}


def _before(
    delivery: Delivery, told: Mapping[tuple[int | None, str], list[tuple[int, int]]]
) -> tuple[int, ...]:
    broadcast = delivery.broadcast
    if broadcast is None:
        return ()
    mine = told.get((broadcast.incident_id, delivery.destination), [])
    return tuple(key for sequence, key in mine if sequence < broadcast.sequence)
