"""Reading exact numbers and known fields: whatever is not understood is refused, never guessed."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from django.core.exceptions import ValidationError

_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_LIMIT: Final = 10**15
_MISSING: Final = object()


class NotSupportedYet(ValidationError):
    """A field that the arithmetic does not know: refused by name instead of answered wrongly."""

    def __init__(self, field: str) -> None:
        super().__init__({field.split(maxsplit=1)[0]: [f"not supported yet: {field}"]})


def refusal(field: str, message: str) -> ValidationError:
    """Return the ValidationError for one field."""
    return ValidationError({field: [message]})


def named(value: object, field: str) -> Mapping[str, Any]:
    """Return `value` if it is an object with named fields."""
    if not isinstance(value, Mapping):
        raise refusal(field, "Give an object with named fields.")
    return value


def known(value: object, field: str, *fields: str) -> Mapping[str, Any]:
    """Return `value` as a mapping that holds no other fields than these."""
    mapping = named(value, field)
    for name in mapping:
        if name not in fields:
            raise NotSupportedYet(str(name))
    return mapping


def rows(value: object, field: str) -> list[Any]:
    """Return `value` if it is a list."""
    if not isinstance(value, list):
        raise refusal(field, "Give a list.")
    return value


def needed(mapping: Mapping[str, Any], field: str) -> Any:
    """Return a field that has to be there."""
    value = mapping.get(field, _MISSING)
    if value is _MISSING:
        raise refusal(field, "This field is missing.")
    return value


def decimal(value: object, field: str) -> Fraction:
    """Return an integer or plain decimal text ("99.9") as an exact fraction; floats are refused."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LIMIT:
        return Fraction(value)
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Fraction(value)
    raise refusal(field, f"“{value}” is not an exact number. Write it as text, for example “99.9”.")


def whole(value: object, field: str) -> int:
    """Return a whole number."""
    number = decimal(value, field)
    if number.denominator != 1:
        raise refusal(field, f"“{value}” is not a whole number.")
    return number.numerator


def half_even(number: Fraction) -> int:
    """Return the nearest integer; an exact half goes to the even neighbour."""
    return round(number)


def truncated(number: Fraction, places: int) -> str:
    """Return a non-negative number cut (never rounded) after so many decimals."""
    digits = str(number * 10**places // 1).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def plain(number: Fraction) -> str:
    """Return a terminating decimal as people write it ("99.9", "25"), else the fraction."""
    for places in range(19):
        if (number * 10**places).denominator == 1:
            return truncated(number, places)
    return str(number)
