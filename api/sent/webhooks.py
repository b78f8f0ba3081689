"""What is sent about a webhook's own doings."""

from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field, StrictInt

from api.fields import Instant
from api.sent import Sent, _example
from notifications.webhooks.settings import LONGEST_OVERLAP, OVERLAP

HOUR: Final = timedelta(hours=1)


class WebhookSecretSent(Sent):
    """How long the secret before the new one stays valid."""

    model_config = _example(overlap_hours=24)

    overlap_hours: Annotated[
        StrictInt,
        Field(ge=1, le=LONGEST_OVERLAP // HOUR, description="Calls are signed with both so long."),
    ] = OVERLAP // HOUR


class WebhookTestSent(Sent):
    """Nothing more is needed."""

    model_config = _example()


class WebhookReplaySent(Sent):
    """What is said again: one broadcast, or all that did not arrive; of the last week if unsaid."""

    model_config = _example(since="2026-03-02T12:00:00Z")

    broadcast: Annotated[
        StrictInt | None, Field(ge=1, description="The number of a broadcast that it was told.")
    ] = None
    since: Annotated[
        Instant | None, Field(description="All that was told since then and did not arrive.")
    ] = None


class WebhookResumptionSent(Sent):
    """Nothing more is needed."""

    model_config = _example()
