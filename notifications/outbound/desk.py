"""What turns deliveries into calls; each channel says how one of its own is written."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator

from notifications.models import Delivery
from notifications.outbound.calling.calls import Call
from notifications.outcomes import Outcome
from notifications.parcels import Parcel, Settled

logger = logging.getLogger(__name__)


class CallDesk(ABC):
    """Makes calls ready, one after the other; what cannot be written holds up no other."""

    def __init__(self) -> None:
        self._unfit: list[Settled] = []

    def of_parcels(self, parcels: Iterable[Parcel]) -> Iterator[Call]:
        """Calls of whole chunks."""
        return self._calls(parcels, lambda parcel: parcel.delivery, self.of_parcel)

    def of_deliveries(self, batch: Iterable[Delivery]) -> Iterator[Call]:
        """Calls of loose rows: tests, replays, what is tried again."""
        return self._calls(batch, lambda delivery: delivery.pk, self.of_delivery)

    def unfit(self) -> list[Settled]:
        """What could not be written since this was last asked."""
        unfit, self._unfit = self._unfit, []
        return unfit

    @abstractmethod
    def of_parcel(self, parcel: Parcel) -> Call:
        """The call of one delivery of a chunk."""

    @abstractmethod
    def of_delivery(self, delivery: Delivery) -> Call | Outcome:
        """The call of a loose row, or why there is none."""

    def _calls[Source](
        self,
        sources: Iterable[Source],
        key_of: Callable[[Source], int],
        write: Callable[[Source], Call | Outcome],
    ) -> Iterator[Call]:
        for source in sources:
            try:
                written = write(source)
            except Exception as broken:
                logger.exception("The call of delivery %s could not be written", key_of(source))
                written = Outcome.retry(f"{type(broken).__name__}: {broken}")
            if isinstance(written, Outcome):
                self._unfit.append((key_of(source), written))
            else:
                yield written
