"""Two people at one text: what each had read says whose words would be lost, before they are."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError

from incidents.core.clocks import minute

DIGITS: Final = 12


class Conflict(ValidationError):
    """Somebody changed the same text meanwhile: `theirs` is what stands now, field by field.

    `seen` is what a writer sends who has read it and wants to go on.
    """

    def __init__(
        self,
        theirs: Mapping[str, Any],
        *,
        seen: str,
        who: str = "",
        when: datetime | None = None,
        message: str = "",
    ) -> None:
        text = message or _said(who, when)
        super().__init__({field: [text] for field in theirs})
        self.theirs = dict(theirs)
        self.seen, self.who, self.when = seen, who, when


def fingerprint(stored: Mapping[str, Any]) -> str:
    """Return what a form carries of the fields that it started from: `name:digits name:digits`."""
    return " ".join(f"{name}:{_digest(value)}" for name, value in sorted(stored.items()))


def clashes(seen: str, stored: Mapping[str, Any], mine: Mapping[str, Any]) -> list[str]:
    """Return the fields that both sides changed, each in another way."""
    begun = read(seen)
    return [
        name
        for name in mine
        if begun.get(name) not in {None, _digest(stored[name]), _digest(mine[name])}
        and _digest(stored[name]) != _digest(mine[name])
    ]


def untouched(seen: str, stored: Mapping[str, Any], mine: Mapping[str, Any]) -> list[str]:
    """Return the fields that only the other side changed: sending them back would undo it."""
    begun = read(seen)
    return [
        name for name in mine if begun.get(name) == _digest(mine[name]) != _digest(stored[name])
    ]


def read(seen: str) -> dict[str, str]:
    """Return the digits by field; what is no fingerprint says nothing."""
    pairs = [part.partition(":") for part in seen.split()]
    return {name: digits for name, _colon, digits in pairs if len(digits) == DIGITS}


def _digest(value: object) -> str:
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(getattr(value, "public_id", value))


def _said(who: str, when: datetime | None) -> str:
    whom = who or "Somebody"
    stamp = f" at {minute(when)}" if when else ""
    return f"{whom} changed this{stamp}, while you were writing. Save again to keep yours."
