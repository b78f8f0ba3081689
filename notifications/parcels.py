"""What a whole chunk is sent as: light rows, read once, settled once."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from notifications.outcomes import Outcome

type Settled = tuple[int, Outcome]
"""The key of a delivery, and what came of it."""

type Accepted = Callable[[Sequence[int]], None]
"""Told the keys of what the other side has just taken, *before* anything further is sent."""


class Parcel(NamedTuple):
    """One delivery of a chunk with what its channel needs of its subscription."""

    delivery: int
    """The delivery's key."""
    broadcast: int
    """The key of the broadcast that it tells."""
    destination: str
    attempts: int
    """How often it was tried before."""
    public_id: str
    """The subscription's, from which its links are made."""
    nonce: str
    """What makes these links its own."""
    language: str
    """What the reader reads; empty for the page's own language."""
    time_zone: str
    """Whose clock the reader goes by; empty for the page's own."""
    config: str
    """The channel's settings of the subscription, encrypted."""
    earlier: tuple[int, ...] = ()
    """Broadcasts on the same incident that reached this destination before, oldest first."""
