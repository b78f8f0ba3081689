"""Public identifiers: what appears in URLs, feeds and JSON instead of primary keys."""

import secrets
from typing import Final

ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
LENGTH: Final = 12


def new_id() -> str:
    """Return 12 random characters of [a-z0-9] (62 bits), the shape Statuspage's clients expect."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
