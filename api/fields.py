"""Types of what is sent and shown: text that can be stored, times with their zone."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from django.core.exceptions import ValidationError
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StrictStr,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from incidents.core.instants import parse_instant

METADATA_LIMIT: Final = 10_000
DEEPEST: Final = 20
LONGEST_TIME: Final = 64
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_DATE_TIME: Final = {"type": "string", "format": "date-time", "examples": ["2026-03-02T12:00:00Z"]}


def storable(text: str) -> str:
    """Refuse characters that no database keeps."""
    if found := _UNSTORABLE.search(text):
        raise _invalid(f"Take out the character U+{ord(found[0]):04X}; it cannot be stored.")
    return text


def instant(sent: object) -> object:
    """Read a time that says its zone; a naive one, or a number, is refused."""
    if sent is None or isinstance(sent, datetime):
        return sent
    if not isinstance(sent, str) or len(sent) > LONGEST_TIME:
        raise _invalid("Write a time as text with its zone, for example 2026-03-02T12:00:00Z.")
    try:
        return parse_instant(storable(sent))
    except ValidationError as error:
        raise _invalid(" ".join(error.messages)) from error


def small_object(sent: dict[str, Any]) -> dict[str, Any]:
    """Refuse what JSON cannot hold, and more of it than belongs beside an incident."""
    if _is_deeper(sent, DEEPEST):
        raise _invalid(f"At most {DEEPEST} levels of nesting; flatten it.")
    try:
        text = json.dumps(sent, allow_nan=False, ensure_ascii=False)
    except ValueError as error:
        raise _invalid("Numbers must be finite; send a text instead.") from error
    if len(text) > METADATA_LIMIT:
        raise _invalid(f"At most {METADATA_LIMIT:,} characters of JSON; these are {len(text):,}.")
    if "\\u0000" in text or _UNSTORABLE.search(text):
        raise _invalid("Take out NUL and lone surrogates; they cannot be stored.")
    return sent


def _is_deeper(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    children = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(child, levels - 1) for child in children)


def _spelt(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _invalid(message: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{message}", {"message": message})


Text = Annotated[StrictStr, AfterValidator(storable)]
Id = Annotated[StrictStr, Field(pattern=r"^[a-z0-9]{12}$", examples=["ab12cd34ef56"])]
Instant = Annotated[datetime, BeforeValidator(instant), WithJsonSchema(_DATE_TIME)]
Metadata = Annotated[dict[str, Any], AfterValidator(small_object)]
Time = Annotated[datetime, PlainSerializer(_spelt, return_type=str), WithJsonSchema(_DATE_TIME)]
