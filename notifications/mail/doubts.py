"""Whether refused addresses are at fault, or the provider that refuses so many of them."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from incidents.models import Page
from notifications.models import Bucket
from notifications.outcomes import DOUBTED, Outcome, Verdict
from notifications.parcels import Settled
from people.actors import Actor

logger = logging.getLogger(__name__)

BY: Final = Actor.system("notifier")
DAY: Final = timedelta(days=1)

SAMPLE: Final = 50
"""So many outcomes are awaited before the first refused address is believed."""
FEW: Final = 10
"""So many refused addresses are believed whatever their share."""
SHARE: Final = 0.2


class Doubts:
    """Withholds the outcomes of refused addresses until enough others are known.

    One address in five is no list of readers: then none is suppressed, since a provider that knows
    us no more, or whose directory is away, says the same words. What it refused without taking
    anything at all is tried again; otherwise it fails, and can be sent again by hand.
    """

    def __init__(self, provider: str, at: datetime | None = None) -> None:
        self._provider, self._at = provider, at
        self._seen = self._sent = self._refused = 0
        self._withheld: list[Settled] = []
        self.arose = False
        """Whether the provider was disbelieved."""

    def sift(self, rounds: Iterator[list[Settled]]) -> Iterator[list[Settled]]:
        """The same rounds, with refused addresses a little later and perhaps for another reason."""
        for settled in rounds:
            yield self._known(settled)
        yield self._released()

    def _known(self, settled: list[Settled]) -> list[Settled]:
        refused = [each for each in settled if each[1].verdict is Verdict.UNDELIVERABLE]
        self._withheld += refused
        self._refused += len(refused)
        self._seen += len(settled)
        self._sent += sum(outcome.verdict is Verdict.SENT for _key, outcome in settled)
        others = [each for each in settled if each not in refused] if refused else settled
        return others + self._released() if self._seen >= SAMPLE and self._withheld else others

    def _released(self) -> list[Settled]:
        withheld, self._withheld = self._withheld, []
        if self._refused <= max(FEW, SHARE * self._seen):
            return withheld
        if withheld and not self.arose:
            self.arose = True
            counts = self._provider, self._refused, self._seen
            logger.error("The mailer “%s” refused %s of %s addresses: none is suppressed", *counts)
            self._warn([key for key, _outcome in withheld])
        return [(key, self._doubted(outcome)) for key, outcome in withheld]

    def _warn(self, keys: Sequence[int]) -> None:
        """Whoever is on call hears of it; sending goes on whatever happens."""
        try:
            if self._at:
                warn(keys, self._at)
        except Exception:
            logger.exception("Nobody could be warned of a mail server that refuses too much")

    def _doubted(self, outcome: Outcome) -> Outcome:
        words = f"{DOUBTED}: {outcome.detail}"[:300]
        return Outcome.failed(words) if self._sent else Outcome.retry(words)


def warn(keys: Sequence[int], at: datetime) -> None:
    """Writes an alarm into the journal of each page that these deliveries are of, once a day."""
    for page in Page.objects.filter(deliveries__in=keys).distinct():
        if Bucket.take(f"refusals of {page.slug}", limit=1, every=DAY, at=at):
            with page.writing(by=BY, at=at) as journal:
                journal.append("subscription.doubted", page)
