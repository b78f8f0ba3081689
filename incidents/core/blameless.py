"""Names of people in a text that is to tell what happened, not who did it."""

import re
from collections.abc import Iterable
from typing import Final

SHORTEST: Final = 3


def named(texts: Iterable[str], names: Iterable[str], *, apart_from: str = "") -> list[str]:
    """Return which of `names`, whole or in part, are found in `texts`; each once, in their order.

    Words of `apart_from` (the name of the page) are nobody's name.
    """
    whole = "\n".join(texts)
    free = {word.casefold() for word in apart_from.split()}
    found = [
        name
        for name in dict.fromkeys(names)
        if any(_stands(word, whole) for word in [name, *_parts(name, free)])
    ]
    return [name for name in found if name]


def _parts(name: str, free: set[str]) -> list[str]:
    """The words of a person's name: capitalised all, and long enough to be no initial."""
    words = name.split()
    if not all(word[:1].isupper() for word in words):
        return []
    return [word for word in words if len(word) >= SHORTEST and word.casefold() not in free]


def _stands(word: str, text: str) -> bool:
    return bool(word) and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
