"""What is sent about who may read a private page."""

from typing import Annotated

from pydantic import Field

from api.fields import Id, Text
from api.sent import Sent, _example

Networks = Annotated[
    list[Text], Field(max_length=100, description="Like 192.0.2.0/24 or 2001:db8::/32.")
]
Seen = Annotated[list[Id], Field(max_length=500, description="Component ids: what they see.")]


class DoorSent(Sent):
    """Who reads the whole of a private page from now on; what is left out stays."""

    model_config = _example(networks=["192.0.2.0/24"])

    networks: Networks | None = None
    password: Annotated[
        Text | None, Field(description="8 to 200 characters; blank: nobody is let in by one.")
    ] = None


class AccessGroupSent(Sent):
    """A new group of readers."""

    model_config = _example(
        name="Customers in the north", components=["ab12cd34ef56"], networks=["192.0.2.0/24"]
    )

    name: Text
    components: Seen
    networks: Networks = Field(default_factory=list)


class AccessGroupChangeSent(Sent):
    """What becomes of a group; what is left out stays."""

    model_config = _example(components=["ab12cd34ef56", "gh78ij90kl12"])

    name: Text | None = None
    components: Seen | None = None
    networks: Networks | None = None


class AccessPasswordSent(Sent):
    """Nothing more is needed."""

    model_config = _example()


class AccessEndSent(Sent):
    """Nothing more is needed."""

    model_config = _example()
