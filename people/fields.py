"""Secrets in the database: encrypted with ENCRYPTION_KEY, useless in a dump."""

import base64
import hashlib
from functools import cache
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class Sealed(str):
    """What was encrypted with another key: a row that holds it can be listed, ended, replaced."""

    __slots__ = ()


def opened(secret: str) -> str:
    """Return a secret that is to be used; ImproperlyConfigured where it cannot be read."""
    if isinstance(secret, Sealed):
        raise ImproperlyConfigured(SEALED)
    return secret


def unsealed(stored: str) -> str:
    """Return in the clear what a column holds, or `Sealed` what no key here opens."""
    try:
        return _box(settings.ENCRYPTION_KEY).decrypt(stored.encode()).decode()
    except InvalidToken:
        return Sealed(stored)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is stored encrypted (Fernet: AES-128-CBC with HMAC) and read in the clear."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; blank stays blank, and so does what is sealed."""
        if isinstance(value, Sealed):
            return str(value)
        return _box(settings.ENCRYPTION_KEY).encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Decrypt on the way out; a row whose secret cannot be read is still a row."""
        return unsealed(value) if value else value


SEALED: Final = "A secret was encrypted with another ENCRYPTION_KEY: set that key, or connect anew."


@cache
def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
