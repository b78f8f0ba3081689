"""Links that act for one subscription: one purpose each, made by HMAC, so no dump holds them."""

from hmac import compare_digest
from typing import Literal

from django.utils.crypto import salted_hmac

from incidents.core.ids import LENGTH

Purpose = Literal["confirm", "manage", "unsubscribe"]
MAC_LENGTH = 32
LENGTH_OF_A_TOKEN = LENGTH + MAC_LENGTH


def make(purpose: Purpose, public_id: str, nonce: str) -> str:
    """The token of a subscription for one purpose; a new nonce makes the old token worthless."""
    return public_id + _mac(purpose, public_id, nonce)


def public_id_in(token: str) -> str:
    """Whose token this claims to be; check it with `matches` before believing it."""
    return token[:LENGTH] if len(token) == LENGTH_OF_A_TOKEN else ""


def matches(token: str, purpose: Purpose, public_id: str, nonce: str) -> bool:
    """Whether the token was made for this purpose, subscription and nonce."""
    expected = make(purpose, public_id, nonce)
    return compare_digest(token.encode(), expected.encode())


def _mac(purpose: str, public_id: str, nonce: str) -> str:
    value = f"{public_id}:{nonce}"
    mac = salted_hmac(f"notifications.{purpose}", value, algorithm="sha256")
    return mac.hexdigest()[:MAC_LENGTH]
