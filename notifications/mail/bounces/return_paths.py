"""Where bounces come back to: an envelope sender per delivery (VERP) that nobody can make up."""

import hmac
from functools import cache
from hashlib import sha256
from typing import Final

from django.conf import settings

from notifications.macs import Mac

MAC_LENGTH: Final = 16


def return_path(delivery: int) -> str:
    """The envelope sender of one delivery; blank when BOUNCE_ADDRESS names no mailbox."""
    if not settings.BOUNCE_ADDRESS:
        return ""
    mailbox, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    tag = f"{delivery:x}-{_mac(delivery)}"
    return f"{mailbox}+{tag}@{domain}" if mailbox else f"{tag}@{domain}"


def delivery_in(address: str) -> int | None:
    """The key of the delivery whose return path this is; None for any other address."""
    local, _at, _domain = address.strip().rpartition("@")
    number, _dash, mac = local.rpartition("+")[2].lower().partition("-")
    try:
        delivery = int(number, 16)
    except ValueError:
        return None
    known = hmac.compare_digest(mac.encode(), _mac(delivery).encode())
    # The number is written in one way only: what is spelt otherwise was not written by us.
    return delivery if known and number == f"{delivery:x}" else None


def _mac(delivery: int) -> str:
    return _secret(settings.SECRET_KEY).of(str(delivery).encode()).hex()[:MAC_LENGTH]


@cache
def _secret(secret_key: str) -> Mac:
    return Mac(sha256(f"notifications.return_path{secret_key}".encode()).digest())
