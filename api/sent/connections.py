"""What is sent about the channels that staff connects."""

from typing import Annotated

from pydantic import Field, StrictStr

from api.fields import Id, Text
from api.sent import Sent, _example
from notifications.kinds import Kind

Config = Annotated[
    dict[StrictStr, Text],
    Field(max_length=20, description="What the channel asks for, by name; see listChannels."),
]
Components = Annotated[list[Id], Field(max_length=500, description="Only about these; none: all.")]
Kinds = Annotated[list[Kind], Field(max_length=20, description="Only these; none: all.")]


class ConnectionSent(Sent):
    """A channel to connect."""

    model_config = _example(
        channel="telegram",
        destination="@acmestatus",
        config={"token": "123456:ABC-secret-of-the-bot", "follow": "edit"},
        components=["ab12cd34ef56"],
        kinds=["incident", "update"],
    )

    channel: Text
    destination: Text
    config: Config = Field(default_factory=dict)
    components: Components = Field(default_factory=list)
    kinds: Kinds = Field(default_factory=list)


class ConnectionChangeSent(Sent):
    """What a connection is given from now on; what is left out stays, secrets too."""

    model_config = _example(config={"follow": "thread"})

    config: Config = Field(default_factory=dict)
    components: Components | None = None
    kinds: Kinds | None = None


class ConnectionEndSent(Sent):
    """Nothing more is needed."""

    model_config = _example()


class ConnectionTestSent(Sent):
    """Nothing more is needed."""

    model_config = _example()
