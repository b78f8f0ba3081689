"""Texts that fit: counted as each provider counts, cut at a word, and never in the link."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Final

Measure = Callable[[str], int]

ELLIPSIS: Final = " …"
LINK_ON_X: Final = 23
LINK_ON_MASTODON: Final = 23
JOINER: Final = "\u200d"
MARKS: Final = frozenset({"Mn", "Me", "Mc"})
_WORD: Final = re.compile(r"\S+")
_LINK: Final = re.compile(r"https?://\S+")
_LINKLIKE: Final = re.compile(r"\S+\.[a-z]{2,}\S*", re.IGNORECASE)


def fitted(
    text: str, tail: str, *, limit: int, measure: Measure = len, ellipsis: str = ELLIPSIS
) -> str:
    """The text with `tail` (the link) after it, within `limit`: the text is cut, the tail never."""
    if measure(text + tail) <= limit:
        return text + tail
    rest = ellipsis + tail
    for ends in (_ends_of_words(text), _ends_of_clusters(text)):
        if end := _most(ends, lambda end: measure(text[:end] + rest) <= limit):
            return text[:end] + rest
    return tail.strip()


def graphemes(text: str) -> int:
    """Signs as readers see them (Bluesky, Mastodon): never fewer than the provider counts."""
    return sum(1 for _cluster in clusters(text))


def utf16(text: str) -> int:
    """Code units of UTF-16 (Telegram, Discord): an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def utf8(text: str) -> int:
    """Bytes on the wire."""
    return len(text.encode())


def weight_on_x(text: str) -> int:
    """What X counts: most signs outside of Latin weigh two, each link weighs 23."""
    composed = unicodedata.normalize("NFC", text)
    links = sum(_weight_of_link(link[0]) for link in _LINKLIKE.finditer(composed))
    return links + _weight(_LINKLIKE.sub("", composed))


def weight_on_mastodon(text: str) -> int:
    """What Mastodon counts: signs as readers see them, and 23 for each link."""
    rest, links = _LINK.subn("", text)
    return graphemes(rest) + LINK_ON_MASTODON * links


def segments(text: str) -> int:
    """How many short messages a text takes: 160 signs of GSM 03.38, 153 each when several; or
    70 and 67 code units of UCS-2 as soon as one sign is not in that alphabet."""
    if all(sign in GSM or sign in GSM_EXTENDED for sign in text):
        return _parts(len(text) + sum(sign in GSM_EXTENDED for sign in text), 160, 153)
    return _parts(utf16(text), 70, 67)


def clusters(text: str) -> Iterator[str]:
    """The signs of a text as readers see them: letters with their marks, joined emoji, flags."""
    cluster = ""
    for sign in text:
        if cluster and not _belongs(cluster, sign):
            yield cluster
            cluster = ""
        cluster += sign
    if cluster:
        yield cluster


GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED: Final = frozenset("^{}\\[~]|€\f")


def plainer(text: str) -> str:
    """The same text with the signs of typographers spelt as a telephone's alphabet has them."""
    return text.translate(_PLAINER)


_PLAINER: Final = str.maketrans(
    {"…": "...", "–": "-", "—": "-", "−": "-", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"}
    | {"‚": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "•": "-", "«": '"', "»": '"'}
)


def _most(ends: list[int], fits: Callable[[int], bool]) -> int:
    """The last of `ends` that fits, 0 if none does; they grow, so half of them are passed over."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(ends[middle - 1]) else (low, middle - 1)
    return ends[low - 1] if low else 0


def _ends_of_words(text: str) -> list[int]:
    return [word.end() for word in _WORD.finditer(text)]


def _ends_of_clusters(text: str) -> list[int]:
    return list(accumulate(len(cluster) for cluster in clusters(text)))


def _parts(units: int, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)


def _weight_of_link(link: str) -> int:
    # Without a scheme it may be none for X, and then counts in full.
    return LINK_ON_X if _LINK.fullmatch(link) else max(LINK_ON_X, _weight(link))


def _weight(text: str) -> int:
    return sum(1 if _is_light(ord(sign)) else 2 for sign in text)


def _is_light(point: int) -> bool:
    ranges = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
    return any(low <= point <= high for low, high in ranges)


def _belongs(cluster: str, sign: str) -> bool:
    """Whether `sign` is one with what stands before it."""
    if _is_flag(sign):
        return len(cluster) == 1 and _is_flag(cluster)
    return _extends(sign) or cluster[-1] == JOINER or (cluster, sign) == ("\r", "\n")


def _extends(sign: str) -> bool:
    is_tone = "\U0001f3fb" <= sign <= "\U0001f3ff"
    is_tag = "\U000e0020" <= sign <= "\U000e007f"
    return sign == JOINER or is_tone or is_tag or unicodedata.category(sign) in MARKS


def _is_flag(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"
