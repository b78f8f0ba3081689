"""Which provider takes the mails: the first that is well, and the next one where it is not."""

import logging
from collections.abc import Callable, Generator, Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.conf import settings

from notifications.mail.carriers import carrier
from notifications.mail.desk import Desk, Tray
from notifications.mail.domains import DomainBudgets
from notifications.mail.doubts import Doubts
from notifications.mail.smtp.server import CONNECTIONS
from notifications.outcomes import Away
from notifications.parcels import Accepted, Settled

logger = logging.getLogger(__name__)

REST: Final = 60.0
# Longer than until the first two attempts after it, which another provider may take.
DOUBTED: Final = 600.0

_resting: Final[dict[str, float]] = {}


def providers(now: float) -> list[str]:
    """The mailers of the settings in their order; those that failed within a minute come last."""
    return sorted(settings.MAILERS, key=lambda name: _resting.get(name, now) > now)


def send(
    tray: Tray,
    accepted: Accepted,
    *,
    at: datetime | None = None,
    connections: int = CONNECTIONS,
    clock: Callable[[], float] = monotonic,
    budgets: DomainBudgets | None = None,
) -> Iterator[list[Settled]]:
    """Hands over all that is on the tray, by whichever provider takes it.

    Raises Away once none does: the rest of the tray is not even looked at. At `at` whoever is on
    call is warned of one that refuses too many addresses to be believed. What exceeds the
    `budgets` of its domain is put off.
    """
    why = ""
    for name in providers(clock()):
        desk, doubts = Desk(tray, budgets), Doubts(name, at)
        why = yield from _over(name, desk, tray, doubts, accepted, connections)
        if not why:
            _resting.pop(name, None)
            if doubts.arose:
                _resting[name] = clock() + DOUBTED
            return
        logger.warning("The mailer “%s” takes no mails: %s", name, why)
        _resting[name] = clock() + REST
        tray.put_back()
    raise Away(why[:300], timedelta(seconds=REST))


def _over(
    name: str, desk: Desk, tray: Tray, doubts: Doubts, accepted: Accepted, connections: int
) -> Generator[list[Settled], None, str]:
    """Hands over what the desk writes; returns why this provider took no more, if so."""
    while True:
        chosen = carrier(name, desk, connections)
        for settled in doubts.sift(chosen.run(accepted)):
            known = settled + desk.unfit()
            tray.settle(known)
            yield known
        if unfit := desk.unfit():
            tray.settle(unfit)
            yield unfit
        if chosen.trouble or not desk.paused:
            return chosen.trouble
