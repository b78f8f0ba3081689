"""Names and links that only we can make, by HMAC: no dump of the database holds them.

Tens of thousands are made a second while a broadcast goes out, under keys that are hashed once.
"""

import hmac
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Literal

from django.conf import settings

from incidents.core.ids import LENGTH
from notifications.macs import Mac

Purpose = Literal["confirm", "manage", "unsubscribe"]
MAC_LENGTH = 32
KEY_LENGTH = 24
LENGTH_OF_A_TOKEN = LENGTH + MAC_LENGTH


def make(purpose: Purpose, public_id: str, nonce: str) -> str:
    """The token of a subscription for one purpose; a new nonce makes the old token worthless.

    Only the way out stays open for good: an old mail's link still ends the subscription.
    """
    return maker(purpose)(public_id, nonce)


def maker(purpose: Purpose) -> Callable[[str, str], str]:
    """`make` for one purpose, with its key at hand: for whoever makes thousands."""
    secret, lasting = _secret_for(purpose), purpose == "unsubscribe"

    def made(public_id: str, nonce: str) -> str:
        return public_id + _tag(secret, public_id, "" if lasting else nonce)

    return made


def public_id_in(token: str) -> str:
    """Whose token this claims to be; check it with `matches` before believing it."""
    return token[:LENGTH] if len(token) == LENGTH_OF_A_TOKEN else ""


def matches(token: str, purpose: Purpose, public_id: str, nonce: str) -> bool:
    """Whether the token was made for this purpose, subscription and nonce."""
    valid = [make(purpose, public_id, nonce)]
    if purpose == "unsubscribe":
        # Mails that went out before the way out became lasting carry links with a nonce.
        valid.append(public_id + _tag(_secret_for(purpose), public_id, nonce))
    return any(hmac.compare_digest(token.encode(), each.encode()) for each in valid)


def key_of_news(broadcast: int, channel: str, destination: str) -> str:
    """The name of a broadcast's message to one destination, in every attempt.

    Whoever knows which broadcasts came before can name those messages without looking them up.
    """
    return namer(channel)(broadcast, destination)


def namer(channel: str) -> Callable[[int, str], str]:
    """`key_of_news` for one channel, with its key at hand."""
    secret = _secret_for("news")

    def named(broadcast: int, destination: str) -> str:
        return _mac(secret, f"{broadcast}:{channel}:{destination}")[:KEY_LENGTH]

    return named


def key_of_delivery(delivery: int) -> str:
    """The name of any other message, in every attempt."""
    return _mac(_secret_for("delivery"), str(delivery))[:KEY_LENGTH]


def _tag(secret: Mac, public_id: str, nonce: str) -> str:
    return _mac(secret, f"{public_id}:{nonce}")[:MAC_LENGTH]


def _mac(secret: Mac, value: str) -> str:
    return secret.of(value.encode()).hex()


def _secret_for(purpose: str) -> Mac:
    return _secret(f"notifications.{purpose}", settings.SECRET_KEY)


@cache
def _secret(salt: str, secret_key: str) -> Mac:
    """The same key as Django's `salted_hmac` derives, derived once."""
    return Mac(sha256(salt.encode() + secret_key.encode()).digest())
