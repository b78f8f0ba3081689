"""Channels, and those that staff connected; secrets are named and never shown."""

from typing import Any, Self

from pydantic import BaseModel, Field

from notifications.channels import Channel, channel_named
from notifications.details import Detail, open_ones, secrets_of
from notifications.kinds import Kind
from notifications.models import Delivery, Subscription
from notifications.models.sign_up import State
from notifications.models.states import State as DeliveryState
from people.fields import Sealed


class DetailShown(BaseModel):
    """One thing that a channel asks for."""

    name: str
    label: str
    help: str
    secret: bool
    required: bool
    choices: list[str] = Field(description="What may be picked; any line where there is none.")
    usual: str = Field(description="What holds when it is left out.")

    @classmethod
    def of(cls, detail: Detail) -> Self:
        """Show `detail`."""
        return cls(
            name=detail.name,
            label=detail.label,
            help=detail.help,
            secret=detail.secret,
            required=detail.required and not detail.usual,
            choices=list(detail.choices),
            usual=detail.usual,
        )


class ChannelShown(BaseModel):
    """A channel that can be connected."""

    name: str
    label: str
    destination: str
    details: list[DetailShown]

    @classmethod
    def of(cls, channel: Channel) -> Self:
        """Show `channel`."""
        return cls(
            name=channel.name,
            label=channel.label,
            destination=channel.destination,
            details=[DetailShown.of(each) for each in channel.details],
        )


class ChannelsShown(BaseModel):
    """All of them."""

    items: list[ChannelShown]


class ConnectionShown(BaseModel):
    """A channel of staff's, as admins of the page see it."""

    id: str
    channel: str
    destination: str
    state: State
    config: dict[str, Any] = Field(description="What it was given, without the secrets.")
    secrets: list[str] = Field(description="The names of the secrets that are kept.")
    components: list[str] = Field(description="Component ids; none: all.")
    kinds: list[Kind] = Field(description="None: all.")
    failures: int = Field(description="How often in a row it failed.")

    @classmethod
    def of(cls, connection: Subscription) -> Self:
        """Show `connection`."""
        details = channel_named(connection.channel).details
        kept = {} if isinstance(connection.config, Sealed) else connection.settings
        return cls(
            id=connection.public_id,
            channel=connection.channel,
            destination=connection.destination,
            state=State(connection.state),
            config=open_ones(details, kept),
            secrets=[each.name for each in details if secrets_of([each], kept)],
            components=[each.public_id for each in connection.components.all()],
            kinds=[Kind(kind) for kind in connection.kinds.split(",") if kind],
            failures=connection.failures,
        )


class TestShown(BaseModel):
    """A test on its way."""

    __test__ = False

    state: DeliveryState
    destination: str

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Show `delivery`."""
        return cls(state=DeliveryState(delivery.state), destination=delivery.destination)
