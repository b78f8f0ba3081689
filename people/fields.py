"""Secrets in the database: encrypted with ENCRYPTION_KEY, useless in a dump."""

import base64
import hashlib
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is stored encrypted (Fernet: AES-128-CBC with HMAC) and read in the clear."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; blank stays blank."""
        return _box(settings.ENCRYPTION_KEY).encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Decrypt on the way out."""
        if not value:
            return value
        try:
            return _box(settings.ENCRYPTION_KEY).decrypt(value.encode()).decode()
        except InvalidToken as error:
            message = f"{self.name} was encrypted with another ENCRYPTION_KEY; set that key again."
            raise ImproperlyConfigured(message) from error


@cache
def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
