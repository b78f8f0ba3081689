"""Texts kept ready: fixed names in double braces are filled in once; this is no language."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from incidents.core import checks

# What each name stands for; whatever else stands in double braces is refused on saving.
NAMES: Final[dict[str, str]] = {
    "page": "the name of the page",
    "incident": "the title of the incident",
    "component": "the first component that is named",
    "components": "all components that are named",
    "start": "when the incident began",
    "now": "when the text is filled in",
    "next_update": "when the next update is due",
    "support_url": "where readers get help",
}

_BRACES: Final = re.compile(r"\{\{([^{}]*)\}\}")


def check(text: str, *, field: str) -> str:
    """Return `text`; raises ValidationError on `field` for a name that does not exist."""
    for found in _BRACES.finditer(text):
        if found[1].strip() not in NAMES:
            known = ", ".join(f"{{{{{name}}}}}" for name in NAMES)
            raise checks.refusal(field, f"“{found[0]}” is not known; there are {known}.")
    return text


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with the names filled in that have a value; what a value holds stays as is."""
    return _BRACES.sub(lambda found: values.get(found[1].strip()) or found[0], text)


def unfilled(text: str) -> list[str]:
    """Return the names in `text` that still wait for a value."""
    return [found[0] for found in _BRACES.finditer(text) if found[1].strip() in NAMES]


def spelt(moment: datetime, zone: ZoneInfo) -> str:
    """Return a time as it is filled in: the same in every language, with its zone."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"
