"""How many mails a second go to the addresses of a domain; what exceeds that waits its turn."""

from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import Final

from django.conf import settings

# What was put off comes due one by one and is looked for every few seconds.
BURST: Final = 5.0
OTHERS: Final = "*"


class DomainBudgets:
    """A bucket for each domain that has one, shared by all senders of this process."""

    def __init__(self, rates: Mapping[str, float]) -> None:
        self._rates = rates
        self._filled: dict[str, tuple[float, float]] = {}
        self._queues: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def wait(self, address: str, now: float) -> float:
        """Seconds until one more may go to this address; 0 if it may now, which is counted.

        Each that has to wait has a turn of its own behind those before it.
        """
        domain = address.rpartition("@")[2].lower()
        rate = self._rates.get(domain, self._rates.get(OTHERS, 0.0))
        if not rate:
            return 0.0
        with self._lock:
            return 0.0 if self._take(domain, rate, now) else self._queue(domain, rate, now)

    def _take(self, domain: str, rate: float, now: float) -> bool:
        most = max(rate * BURST, 1.0)
        left, since = self._filled.get(domain, (most, now))
        left = min(left + (now - since) * rate, most)
        may = left >= 1
        self._filled[domain] = (left - may, now)
        return may

    def _queue(self, domain: str, rate: float, now: float) -> float:
        before, since = self._queues.get(domain, (0.0, now))
        ahead = max(before - (now - since) * rate, 0.0) + 1
        self._queues[domain] = (ahead, now)
        return ahead / rate


def domain_budgets() -> DomainBudgets | None:
    """Those of the settings; None where there are none."""
    rates = tuple(sorted(settings.MAIL_DOMAIN_BUDGETS.items()))
    return domain_budgets_of(rates) if any(rate for _domain, rate in rates) else None


@lru_cache(1)
def domain_budgets_of(rates: tuple[tuple[str, float], ...]) -> DomainBudgets:
    """The ones of this process for such rates: what was counted stays counted."""
    return DomainBudgets(dict(rates))
