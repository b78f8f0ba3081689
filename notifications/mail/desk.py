"""Where mails are written: printed letters for the wire, ordinary ones for Django's back ends."""

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from email.utils import parseaddr
from functools import lru_cache
from itertools import islice
from time import monotonic
from typing import Final

from notifications.bulletins import Bulletin
from notifications.mail.bounces.return_paths import return_path
from notifications.mail.domains import DomainBudgets
from notifications.mail.mails import Mail, mail_for
from notifications.mail.smtp.letters import Letter, stuffed
from notifications.mail.stationery import Sheet
from notifications.mail.threads import Thread
from notifications.models import Broadcast, Delivery
from notifications.outcomes import Outcome, put_off
from notifications.parcels import Parcel, Settled

logger = logging.getLogger(__name__)

AT_ONCE: Final = 100
MOST_PUT_OFF: Final = 1000
# One for each language and time zone; what most readers share is at hand.
MOST_SHEETS: Final = 400

type Item = Parcel | Delivery
"""What a mail is written for: news as a parcel, anything else as its row."""


def key_of(item: Item) -> int:
    """The delivery's key."""
    return item.delivery if isinstance(item, Parcel) else item.pk


class Tray:
    """What is to be sent; what was taken and not settled can be put back for somebody else."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = iter(items)
        self._back: deque[Item] = deque()
        self._out: dict[int, Item] = {}

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        item = self._back.popleft() if self._back else next(self._items)
        self._out[key_of(item)] = item
        return item

    def settle(self, settled: Iterable[Settled]) -> None:
        """These are done with."""
        for key, _outcome in settled:
            del self._out[key]

    def put_back(self) -> None:
        """All that was taken and not settled waits again."""
        self._back.extend(self._out.values())
        self._out.clear()


class Desk:
    """Writes the mails of one tray; one that cannot be written holds up no other.

    It has `paused` where so many in a row are not to go yet that this has to be written down first.
    """

    def __init__(self, tray: Tray, budgets: DomainBudgets | None = None) -> None:
        self.paused = False
        self._tray, self._budgets = tray, budgets
        self._sheet = lru_cache(MOST_SHEETS)(self._set)
        self._bulletin = lru_cache(MOST_SHEETS)(self._read)
        self._broadcasts: dict[int, Broadcast] = {}
        self._unfit: list[Settled] = []

    def letters(self) -> Iterator[Letter]:
        """A letter for each item of the tray."""
        for item in self._in_turn():
            try:
                letter = self._printed(item) if isinstance(item, Parcel) else self._written(item)
            except Exception as unfit:  # noqa: BLE001 -- one bad mail holds up no other
                self._set_aside(key_of(item), unfit)
            else:
                yield letter

    def mails(self) -> Iterator[tuple[int, Mail]]:
        """An ordinary mail for each item of the tray."""
        in_turn = iter(self._in_turn())
        while items := list(islice(in_turn, AT_ONCE)):
            rows = _rows(items)
            for item in items:
                try:
                    mail = self._ordinary(item, rows)
                except Exception as unfit:  # noqa: BLE001 -- one bad mail holds up no other
                    self._set_aside(key_of(item), unfit)
                else:
                    yield key_of(item), mail

    def unfit(self) -> list[Settled]:
        """What could not be written since this was last asked."""
        unfit, self._unfit = self._unfit, []
        return unfit

    def _in_turn(self) -> Iterable[Item]:
        """Without those whose domain has had enough for now."""
        return self._tray if self._budgets is None else self._within(self._budgets)

    def _within(self, budgets: DomainBudgets) -> Iterator[Item]:
        self.paused, in_a_row = False, 0
        while in_a_row < MOST_PUT_OFF:
            if (item := next(self._tray, None)) is None:
                return
            if wait := budgets.wait(item.destination, monotonic()):
                in_a_row += 1
                self._unfit.append((key_of(item), put_off(wait)))
            else:
                in_a_row = 0
                yield item
        self.paused = True

    def _printed(self, parcel: Parcel) -> Letter:
        return self._sheet(parcel.broadcast, parcel.language, parcel.time_zone).letter(parcel)

    def _written(self, delivery: Delivery) -> Letter:
        mail = self._ordinary(delivery, {})
        _name, sender = parseaddr(mail.from_email)
        data = stuffed(mail.message().as_bytes())
        envelope = return_path(delivery.pk) or sender
        return Letter(delivery.pk, envelope, delivery.destination, data)

    def _ordinary(self, item: Item, rows: dict[int, Delivery]) -> Mail:
        if isinstance(item, Delivery):
            news = self._bulletin(item.broadcast_id) if item.broadcast_id else None
            return mail_for(item, news)
        thread = Thread.on(self._broadcast(item.broadcast).page)
        ids = [thread.id_of(each, item.destination) for each in item.earlier]
        news = self._bulletin(item.broadcast, item.language, item.time_zone)
        return mail_for(rows[item.delivery], news, ids)

    def _set(self, broadcast: int, language: str, time_zone: str) -> Sheet:
        page = self._broadcast(broadcast).page
        return Sheet(self._read(broadcast, language, time_zone), language or page.language)

    def _read(self, broadcast: int, language: str = "", time_zone: str = "") -> Bulletin:
        return Bulletin.of(self._broadcast(broadcast), language, time_zone)

    def _broadcast(self, key: int) -> Broadcast:
        if key not in self._broadcasts:
            related = Broadcast.objects.select_related("page", "incident", "event")
            self._broadcasts[key] = related.get(pk=key)
        return self._broadcasts[key]

    def _set_aside(self, key: int, problem: Exception) -> None:
        words = f"{type(problem).__name__}: {problem}"[:300]
        logger.warning("The mail of delivery %s could not be written: %s", key, words)
        self._unfit.append((key, Outcome.retry(words)))


def parcel_of(delivery: Delivery, earlier: tuple[int, ...]) -> Item:
    """News as a parcel, printed like all others of its broadcast; anything else as it is."""
    reader = delivery.subscription
    if delivery.broadcast_id is None or reader is None:
        return delivery
    links = (reader.public_id, reader.nonce)
    told = delivery.pk, delivery.broadcast_id, delivery.destination, delivery.attempts
    return Parcel(*told, *links, reader.language, reader.time_zone, "", earlier)


def _rows(items: Iterable[Item]) -> dict[int, Delivery]:
    keys = [item.delivery for item in items if isinstance(item, Parcel)]
    related = Delivery.objects.select_related("page", "subscription__page")
    return related.in_bulk(keys)
