"""Standard Webhooks signatures: who called, and that nothing was changed on the way."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable

from notifications.macs import Mac

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
        return LEAST_BYTES <= len(raw(text)) <= MOST_BYTES
    except ValueError:
        return False


def raw(secret: str) -> bytes:
    """The bytes that a secret spells."""
    return b64decode(secret.removeprefix(PREFIX) + "==")


def key_of(secret: str) -> Mac:
    """A secret, ready to sign with."""
    return Mac(raw(secret))


def signature(keys: Iterable[Mac], message_id: str, timestamp: int, body: bytes) -> str:
    """One signature a key, so that either of two verifies while receivers change over."""
    signed = b"%b.%d.%b" % (message_id.encode(), timestamp, body)
    return " ".join(f"v1,{b64encode(key.of(signed)).decode()}" for key in keys)
