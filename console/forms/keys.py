"""One-time keys: what makes a double click one click."""

import secrets


def new_key() -> str:
    """A key that no other form has."""
    return secrets.token_urlsafe(24)
