"""What is sent about the messages that go out."""

from typing import Annotated

from pydantic import Field, StrictInt

from api.fields import Text
from api.sent import Sent, _example


class PauseSent(Sent):
    """Nothing more is needed."""

    model_config = _example()


class ResumptionSent(Sent):
    """Nothing more is needed."""

    model_config = _example()


class BroadcastCancellationSent(Sent):
    """Nothing more is needed."""

    model_config = _example()


class ReplaySent(Sent):
    """Nothing more is needed."""

    model_config = _example()


class ReplaysSent(Sent):
    """Which dead letters are tried again; all of the page where nothing is said."""

    model_config = _example(channel="email")

    channel: Annotated[Text, Field(max_length=16, description="Only this channel's.")] = ""
    broadcast: Annotated[
        StrictInt | None, Field(ge=1, description="Only this broadcast's, by its number.")
    ] = None
