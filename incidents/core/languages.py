"""Languages by their codes and by their own names."""

from collections.abc import Iterable
from typing import Any, Final

from django.conf.locale import LANG_INFO

# Those that Candor's own words exist in: one catalogue each in locale/, English in the code.
SPOKEN: Final = ("en", "ar", "de", "es", "fr", "it", "ja", "nl", "pt-br")

_KNOWN: dict[str, dict[str, Any]] = LANG_INFO


def beside(main: str, further: Iterable[str]) -> list[str]:
    """Return those of `further` that pages exist in beside their `main` language."""
    return [code for code in further if code in SPOKEN and code != main]


def local_name(code: str) -> str:
    """Return a language as those who speak it call it: “Deutsch”; the code where nobody knows."""
    known = _KNOWN.get(code) or _KNOWN.get(code.partition("-")[0]) or {}
    name = str(known.get("name_local", code))
    return name[:1].upper() + name[1:]


def is_right_to_left(code: str) -> bool:
    """Whether a language is written from right to left."""
    known = _KNOWN.get(code) or _KNOWN.get(code.partition("-")[0]) or {}
    return bool(known.get("bidi"))
