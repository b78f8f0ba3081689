"""Small checks of what people type; each refusal names the field and the way out."""

import re
from datetime import date, datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from incidents.core.clocks import minute

TITLE_LIMIT: Final = 255
# More than any number has that people pick or type; Python reads none of some thousand digits.
DIGITS: Final = 12
# The last two are no characters at all: one of them in a title would break every feed.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
# They turn the direction of all that follows, in mails and lists beyond this line, too.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def line(text: str, *, field: str, limit: int = TITLE_LIMIT, required: bool = True) -> str:
    """Return `text` trimmed, if it is one line of at most `limit` characters.

    Raises ValidationError on `field` for line breaks and other control characters, which would
    end up in mail headers, for signs that turn the direction of text, and for too much or nothing.
    """
    text = text.strip()
    if required and not text:
        raise refusal(field, "Write something here.")
    if _CONTROL.search(text):
        raise refusal(field, "This must be one line: take out line breaks and control characters.")
    if found := _TURNING.search(text):
        sign = f"U+{ord(found[0]):04X}"
        raise refusal(field, f"Take out {sign}: it is unseen, and turns the direction of text.")
    if len(text) > limit:
        raise refusal(field, f"At most {limit} characters; these are {len(text)}.")
    return text


def number(text: str) -> int | None:
    """Return the whole number that was sent as text; None for what is none, or far too long."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None


def sought(text: str) -> str:
    """Return what is looked for, trimmed; without NUL, of which PostgreSQL cannot even be asked."""
    return text.replace("\0", "").strip()


def not_in_future(instant: datetime, at: datetime, *, field: str) -> datetime:
    """Return `instant` unless it lies after `at`."""
    if instant > at:
        raise refusal(field, f"{minute(instant)} has not come yet; it is {minute(at)}.")
    return instant


def ordered(start: datetime, end: datetime, *, field: str = "end") -> None:
    """Raise ValidationError on `field` unless `start` lies before `end`."""
    if end <= start:
        raise refusal(
            field, f"This ends at {minute(end)}, which is not after its start, {minute(start)}."
        )


def within_years(on: date | None, years: range, *, field: str) -> None:
    """Raise ValidationError on `field` for a day of a year that no record reaches."""
    if on is not None and on.year not in years:
        raise refusal(field, f"The year {on.year} is not one of {years[0]} to {years[-1]}.")


def web_address(text: str, *, field: str) -> str:
    """Return `text` if it is blank or an http address."""
    try:
        if text:
            URLValidator(schemes=["http", "https"])(text)
    except ValidationError as error:
        raise refusal(field, f"“{text[:80]}” is no address; begin it with https://.") from error
    return text


def choice(value: str, choices: list[str], *, field: str) -> str:
    """Return `value` if it is one of `choices`."""
    if value not in choices:
        raise refusal(field, f"“{value}” is none of {', '.join(choices)}.")
    return value


def refusal(field: str, message: str) -> ValidationError:
    """Return the error that a verb raises: one field, one sentence."""
    return ValidationError({field: [message]})
