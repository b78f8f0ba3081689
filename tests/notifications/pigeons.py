"""A bulk channel of the tests: it keeps what it was given, and does as it is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from notifications.channels import Rounds
from notifications.outcomes import Outcome
from notifications.parcels import Accepted, Parcel

type Judge = Callable[[Parcel], Outcome]


def take(_parcel: Parcel) -> Outcome:
    """Everything arrives."""
    return Outcome.sent()


@dataclass
class Pigeons:
    """Stands in for the `post` of a channel: so many at once, and each judged by `judge`."""

    judge: Judge = take
    width: int = 16
    arrived: list[Parcel] = field(default_factory=list)

    def post(self, parcels: Iterable[Parcel], accepted: Accepted, at: datetime) -> Rounds:
        """Hands over a few, says which were taken, then what came of each."""
        for some in batched(parcels, self.width):
            outcomes = [(parcel.delivery, self.judge(parcel)) for parcel in some]
            taken = [key for key, outcome in outcomes if outcome == Outcome.sent()]
            self.arrived += [parcel for parcel in some if parcel.delivery in taken]
            accepted(taken)
            yield outcomes

    @property
    def told(self) -> list[tuple[str, int]]:
        """Who got which broadcast, in the order of arrival."""
        return [(parcel.destination, parcel.broadcast) for parcel in self.arrived]
