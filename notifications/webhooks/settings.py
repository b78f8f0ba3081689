"""What is kept of a webhook beside its address: its secrets, and the version of what it is sent."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final, Self

from django.core.exceptions import ValidationError

from notifications.macs import Mac
from notifications.webhooks.signing import is_key, key_of, new_secret

VERSIONS: Final = ("1",)
NEWEST: Final = VERSIONS[-1]
OVERLAP: Final = timedelta(hours=24)
LONGEST_OVERLAP: Final = timedelta(days=30)


class EndpointSettings:
    """One secret, or two until the old one ends; read and written as the JSON of a subscription."""

    def __init__(
        self,
        keys: list[str],
        version: str = NEWEST,
        ends: datetime | None = None,
        *,
        is_shown: bool = False,
    ) -> None:
        self.keys, self.version, self.ends, self.is_shown = keys, version, ends, is_shown

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """From what is kept."""
        ends = kept.get("ends")
        return cls(
            list(kept.get("keys", [])),
            str(kept.get("version") or NEWEST),
            datetime.fromisoformat(ends) if ends else None,
            is_shown=bool(kept.get("shown")),
        )

    @classmethod
    def typed(cls, given: Mapping[str, Any]) -> Self:
        """From what somebody typed, or what was kept; ValidationError on "keys" or "version"."""
        keys = given.get("keys") or [new_secret()]
        mine = cls.read({**given, "keys": [keys] if isinstance(keys, str) else keys})
        if len(mine.keys) > 2 or not all(is_key(key) for key in mine.keys):
            raise ValidationError({"keys": ["Give one or two keys like whsec_… (24 to 64 bytes)."]})
        if mine.version not in VERSIONS:
            raise ValidationError({"version": [f"Pick one of {', '.join(VERSIONS)}."]})
        return mine

    def rotated(self, at: datetime, overlap: timedelta = OVERLAP) -> "EndpointSettings":
        """With a new secret; the one before it stays valid for `overlap`."""
        ends = at + min(max(overlap, timedelta()), LONGEST_OVERLAP)
        keys = [new_secret(), *self.valid(at)[:1]]
        return EndpointSettings(keys, self.version, ends, is_shown=True)

    def valid(self, at: datetime) -> list[str]:
        """The secrets that calls are signed with now, the newest first."""
        return self.keys[:1] if self.ends and self.ends <= at else self.keys

    def signing(self, timestamp: int) -> list[Mac]:
        """The same, ready to sign with, for an instant in seconds since the epoch."""
        return self._macs[:1] if self.ends and self.ends.timestamp() <= timestamp else self._macs

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it."""
        ends = {"ends": self.ends.astimezone(UTC).isoformat()} if self.ends else {}
        shown = {"shown": True} if self.is_shown else {}
        return {"keys": self.keys, "version": self.version} | ends | shown

    @cached_property
    def _macs(self) -> list[Mac]:
        return [key_of(key) for key in self.keys]
