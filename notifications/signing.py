"""Standard Webhooks signatures: who called, and that nothing was changed on the way."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
SECRET_BYTES = 32
LEAST_BYTES, MOST_BYTES = 24, 64


def new_secret() -> str:
    """A fresh secret in the form that receivers' libraries read."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def is_key(text: object) -> bool:
    """Whether this is a secret that receivers' libraries take."""
    if not isinstance(text, str) or not text.startswith(PREFIX):
        return False
    try:
        raw = b64decode(text.removeprefix(PREFIX) + "==")
    except ValueError:
        return False
    return LEAST_BYTES <= len(raw) <= MOST_BYTES


def signed_headers(
    keys: Sequence[str], message_id: str, at: datetime, body: bytes
) -> dict[str, str]:
    """The three headers; with two keys during a rotation, either of them verifies."""
    # `Webhook.sign` overwrites the zone instead of converting, so it is given UTC.
    instant = at.astimezone(UTC)
    text = body.decode()
    signatures = [Webhook(key).sign(message_id, instant, text) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
