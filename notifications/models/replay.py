"""Saying something again: the same message under the same name, in a row of its own."""

from typing import Final

from notifications.models.delivery import Delivery

BROADCAST: Final = "replays"
"""Under which a replay carries the broadcast that it repeats."""


def replayed(delivery: Delivery) -> int | None:
    """The broadcast that a delivery tells, for the first time or again; None for any other."""
    again: int | None = delivery.merge.get(BROADCAST)
    return delivery.broadcast_id or again
