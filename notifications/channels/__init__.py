"""The ways to tell somebody: each file in this folder is one, found by being here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from django.core.exceptions import ValidationError

from notifications.costs import Bill
from notifications.details import Details
from notifications.outcomes import Outcome, Schedule
from notifications.parcels import Accepted, Parcel, Settled

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from notifications.bulletins import Bulletin
    from notifications.models import Delivery, Subscription

Attempts = Iterator[tuple["Delivery", Outcome]]
Rounds = Iterator[list[Settled]]


@dataclass(frozen=True)
class Example:
    """A connection as the contract test makes one, with what the operator has to set for it."""

    destination: str
    config: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """How a message will read, and how much of its room it takes."""

    text: str
    used: int
    limit: int
    unit: str


class Channel(Protocol):
    """What a file in this folder offers as `CHANNEL`."""

    name: str
    """How rows name it; the file's name."""
    label: str
    """How people name it."""
    lane: str
    """Whose queue its deliveries wait in: mail, chats or webhooks."""
    schedule: Schedule
    """The waits before the second, third, ... attempt."""
    jitter: float
    """How much of a wait is left to chance, so that retries do not come in step."""
    public: bool
    """Whether readers may sign up over it by themselves."""
    by_staff: bool
    """Whether staff connects it as a channel of the page's own."""
    destination: str
    """What a destination is called, with an example, for the form that asks for one."""
    details: Details
    """What else staff is asked for when connecting it."""

    def validate_destination(self, text: str) -> str:
        """The canonical destination; ValidationError naming the field otherwise."""

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The settings to keep with a subscription; ValidationError naming the field otherwise."""

    def send(self, batch: Sequence["Delivery"], at: datetime) -> Attempts:
        """Tries each delivery once and says at once what came of it; raises for none of them."""

    def example(self, base_url: str) -> Example:
        """A connection whose other side listens at `base_url`, for the contract test."""


@runtime_checkable
class BulkChannel(Channel, Protocol):
    """A channel that takes whole chunks, as fast as the wire allows."""

    def post(self, parcels: Iterable[Parcel], accepted: Accepted, at: datetime) -> Rounds:
        """Tries each parcel once; yields what is known after each round, raises for none of them.

        Raises Away where the other side takes nothing at all for now, and draws no more parcels.
        `parcels` may block for a moment while the next chunk is read.
        """


@dataclass(frozen=True)
class Entrance:
    """What a secret address is called, and what of it is kept where nobody reads it."""

    destination: str
    config: Mapping[str, Any]


@runtime_checkable
class AskingChannel(Channel, Protocol):
    """A channel that is entered by a secret address, and asks there whether it is wanted."""

    def entrance(self, address: str) -> Entrance:
        """What to keep of an address; ValidationError on "destination" for any other."""


@runtime_checkable
class SerialChannel(Channel, Protocol):
    """A channel that sends one message after the other: nothing is under way between two."""

    def host(self, delivery: "Delivery") -> str:
        """Whose server it goes to: messages to others do not wait for it. Raises for none."""


@runtime_checkable
class OpenChannel(Channel, Protocol):
    """A channel over which readers name addresses that would have to be looked up."""

    def validate_typed(self, text: str) -> str:
        """The canonical destination as `validate_destination` says it, without asking anybody."""


@runtime_checkable
class ShortChannel(Channel, Protocol):
    """A channel of short texts, which staff see before they are sent."""

    def preview(self, bulletin: "Bulletin", settings: Mapping[str, Any]) -> Preview:
        """The text as it will be sent."""


@runtime_checkable
class PaidChannel(ShortChannel, Protocol):
    """A channel whose messages cost money: what they do is said before they are sent."""

    def bills(
        self, bulletin: "Bulletin", audience: "QuerySet[Subscription]", at: datetime
    ) -> Iterable[Bill]:
        """What telling `audience` costs, a bill for each account; nothing for nobody."""


@cache
def channels() -> Mapping[str, Channel]:
    """Every channel by name."""
    files = sorted(module.name for module in iter_modules(__path__))
    found = (import_module(f"{__name__}.{file}").CHANNEL for file in files)
    return MappingProxyType({channel.name: channel for channel in found})


def bulk_channels() -> dict[str, BulkChannel]:
    """Those that take whole chunks, by name."""
    return {name: each for name, each in channels().items() if isinstance(each, BulkChannel)}


def channel_named(name: str) -> Channel:
    """The channel of that name; ValidationError on "channel" for any other word."""
    try:
        return channels()[name]
    except KeyError:
        known = ", ".join(channels())
        raise ValidationError({"channel": [f"“{name}” is none of {known}."]}) from None
