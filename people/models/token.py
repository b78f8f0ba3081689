"""Keys of automation: shown once, kept as a digest, never more than their owner may."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

SCOPES: Final = (
    "read", "incidents:write", "components:write", "pages:write", "credits:write",
    "subscribers:read",
)  # fmt: skip
PREFIX: Final = "cnd_"
NAME_LIMIT: Final = 80
USE_RECORDED_EVERY: Final = timedelta(minutes=1)


class ApiToken(models.Model):
    """A key for the API; acts in its owner's name, within its scopes."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=NAME_LIMIT)
    prefix = models.CharField(max_length=12, help_text="The first characters, to recognise it by.")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @classmethod
    def issue(
        cls,
        *,
        owner: models.Model,
        name: str,
        scopes: list[str],
        at: datetime,
        expires_at: datetime | None = None,
    ) -> tuple[Self, str]:
        """Return a new token and its plaintext, which cannot be had again.

        Raises ValidationError on "name", or on "scopes" for a scope that does not exist.
        """
        check_scopes(scopes)
        name = _checked_name(name)
        plaintext = PREFIX + secrets.token_urlsafe(32)
        token = cls.objects.create(
            owner=owner,
            name=name,
            prefix=plaintext[: len(PREFIX) + 6],
            digest=_digest(plaintext),
            scopes=sorted(set(scopes)),
            created_at=at,
            expires_at=expires_at,
        )
        return token, plaintext

    @classmethod
    def authenticate(cls, plaintext: str, *, at: datetime) -> Self | None:
        """Return the live token with this plaintext, or None."""
        live = Q(expires_at=None) | Q(expires_at__gt=at)
        tokens = cls.objects.filter(live, revoked_at=None, owner__is_active=True)
        token = tokens.select_related("owner").filter(digest=_digest(plaintext)).first()
        if token is not None:
            token._record_use(at)
        return token

    def allows(self, scope: str) -> bool:
        """Return whether this token may do what `scope` names; any write scope may read."""
        return scope in self.scopes or (scope == "read" and bool(self.scopes))

    def revoke(self, *, at: datetime) -> None:
        """End this token's life; it stays listed."""
        self.revoked_at = self.revoked_at or at
        self.save(update_fields=["revoked_at"])

    def _record_use(self, at: datetime) -> None:
        # Once a minute is enough to know that a key is in use, and spares a write per request.
        if self.last_used_at is None or at - self.last_used_at >= USE_RECORDED_EVERY:
            self.last_used_at = at
            self.save(update_fields=["last_used_at"])


def check_scopes(scopes: list[str]) -> None:
    """Raise ValidationError on "scopes" unless each is one of SCOPES and there is one at least."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        named = f"“{unknown[0]}” is no scope" if unknown else "A token needs a scope"
        raise ValidationError({"scopes": [f"{named}; there are {', '.join(SCOPES)}."]})


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME_LIMIT or not name.isprintable():
        message = f"A token is named in one line of 1 to {NAME_LIMIT} characters."
        raise ValidationError({"name": [message]})
    return name


def _digest(plaintext: str) -> str:
    # The plaintext carries 256 random bits, so a fast hash is as good as a slow one.
    return hashlib.sha256(plaintext.encode()).hexdigest()
