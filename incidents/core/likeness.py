"""How alike two error texts are, though addresses, ids, quotes and line breaks differ."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import log
from sys import intern
from typing import Final, Self

ENOUGH: Final = 0.5
# A short phrase shares that many trigrams with a long text by chance alone.
ENOUGH_TRIGRAMS: Final = 0.7

# What varies from reader to reader: <placeholders>, addresses, then whatever holds a digit, such
# as ids and times.
_VARIES: Final = re.compile(r"<[^<>]*>|\S+@\S+|\b[a-z]+://\S+")
_WORD: Final = re.compile(r"[^\W_]+")
# `5.7.1` and `12:30` are one figure each.
_FIGURE: Final = re.compile(r"\d+(?:[.:]\d+)+|[^\W_]*\d[^\W_]*")


@dataclass(frozen=True)
class Phrase:
    """A text as the words that stay the same whoever meets it."""

    words: tuple[str, ...]
    figures: frozenset[str]
    has_words: bool

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the phrase of `text`; figures count only where there is nothing else."""
        folded = unicodedata.normalize("NFKC", text).casefold()
        apart = _VARIES.sub(" ", folded)
        kept = apart if _WORD.search(apart) else folded
        every = _words(kept)
        steady = tuple(word for word in every if not any(sign.isdigit() for sign in word))
        figures = frozenset(map(intern, _FIGURE.findall(kept)))
        return cls(steady or every, figures, has_words=bool(steady))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word once."""
        return frozenset(self.words)

    @cached_property
    def trigrams(self) -> frozenset[str]:
        """Every three signs in a row, so that a slip of a finger costs little."""
        padded = f" {' '.join(self.words)} "
        return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


class Rarity:
    """How telling each word is among the texts that are compared: rare ones are."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        listed = list(phrases)
        self._held_by = Counter(word for phrase in listed for word in phrase.vocabulary)
        self._texts = len(listed)

    def weight(self, words: Iterable[str]) -> float:
        """Return how much these words tell together."""
        return sum(log(1 + (self._texts + 1) / (self._held_by[word] + 1)) for word in words)


def likeness(asked: Phrase, known: Phrase, rarity: Rarity, *, quoted: bool = True) -> float:
    """Return 0 to 1: how much of what was asked is known here.

    A `quoted` text is found within a longer one that was pasted, too, and in spite of slips.
    A code alone, such as `550 5.7.1`, is looked for among the figures of what is known.
    """
    if not asked.has_words:
        return _share(len(asked.figures & known.figures), len(asked.figures))
    shared = asked.vocabulary & known.vocabulary
    found = _share(rarity.weight(shared), rarity.weight(asked.vocabulary))
    if not quoted:
        return found
    if len(shared) > 1 or known.vocabulary <= asked.vocabulary:
        found = max(found, _share(rarity.weight(shared), rarity.weight(known.vocabulary)))
    return max(found, _by_trigrams(asked, known))


def _words(text: str) -> tuple[str, ...]:
    # Texts share their words: each word is kept once, however many texts are.
    return tuple(intern(word) for word in _WORD.findall(text))


def _by_trigrams(asked: Phrase, known: Phrase) -> float:
    smaller = min(asked.trigrams, known.trigrams, key=len)
    alike = _share(len(asked.trigrams & known.trigrams), len(smaller))
    return alike if alike >= ENOUGH_TRIGRAMS else 0.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
