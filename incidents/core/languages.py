"""Languages by their own names."""

from typing import Any

from django.conf.locale import LANG_INFO

_KNOWN: dict[str, dict[str, Any]] = LANG_INFO


def local_name(code: str) -> str:
    """Return a language as those who speak it call it: “Deutsch”; the code where nobody knows."""
    known = _KNOWN.get(code) or _KNOWN.get(code.partition("-")[0]) or {}
    return str(known.get("name_local", code)).capitalize()
