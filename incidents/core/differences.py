"""What changed between two editions of a postmortem, section by section, word by word."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final, Literal

from django.utils.translation import gettext as _

from incidents.core.editions import Edition, InstantSaid, SectionSaid
from incidents.core.sections import SectionKind

type Op = Literal["same", "removed", "added"]
type Closer = Callable[[str, str], Iterator["Piece"]]
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS: Final = re.compile(r"\s*\S+|\s+")
# Comparing takes the square of this in the worst case; beyond it a text is told as replaced.
MOST: Final = 1_500
FEW: Final = 3


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed, went or came."""

    op: Op
    text: str


@dataclass(frozen=True)
class Difference:
    """One heading under which something changed."""

    heading: str
    pieces: tuple[Piece, ...]

    @property
    def verdict(self) -> str:
        """What became of it, in a word."""
        ops = {piece.op for piece in self.pieces}
        if ops == {"added"}:
            return _("Added")
        return _("Removed") if ops == {"removed"} else _("Changed")


def differences(before: Edition, after: Edition) -> list[Difference]:
    """Return what changed, in the order in which it is printed; what stayed is left out."""
    old, new = _texts(before), _texts(after)
    headings = [heading for heading in [*new, *old] if old.get(heading) != new.get(heading)]
    order = {heading: rank for rank, heading in enumerate(_headings())}
    found = sorted(dict.fromkeys(headings), key=order.__getitem__)
    return [Difference(each, tuple(pieces(old.get(each, ""), new.get(each, "")))) for each in found]


def pieces(before: str, after: str) -> Iterator[Piece]:
    """Return the words of both texts in one run: equal ones once, others as removed or added."""
    yield from _merged(_compared(_LINES.findall(before), _LINES.findall(after), _by_words))


def _by_words(before: str, after: str) -> Iterator[Piece]:
    return _compared(_WORDS.findall(before), _WORDS.findall(after), _replaced)


def _compared(old: Sequence[str], new: Sequence[str], closer: Closer) -> Iterator[Piece]:
    if max(len(old), len(new)) > MOST:
        yield from _replaced("".join(old), "".join(new))
        return
    for op, start, end, to, till in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[start:end]), "".join(new[to:till])
        if op == "equal":
            yield Piece("same", gone)
        else:
            yield from closer(gone, come)


def _replaced(before: str, after: str) -> Iterator[Piece]:
    if before:
        yield Piece("removed", before)
    if after:
        yield Piece("added", after)


def _merged(found: Iterator[Piece]) -> Iterator[Piece]:
    """Join what belongs together: a word or two that stayed between changes reads as changed."""
    runs = list(found)
    gone, come = "", ""
    for place, piece in enumerate(runs):
        inside = bool(gone or come) and place + 1 < len(runs)
        stays = piece.op == "same" and not (inside and len(piece.text.split()) < FEW)
        if stays:
            yield from _replaced(gone, come)
            gone, come = "", ""
            yield piece
            continue
        gone += piece.text if piece.op != "added" else ""
        come += piece.text if piece.op != "removed" else ""
    yield from _replaced(gone, come)


def _texts(edition: Edition) -> dict[str, str]:
    about = "\n".join(edition.incidents)
    standing = _("Interim: a final one follows.") if edition.interim else _("Final.")
    texts = {
        _("Title"): edition.title,
        _("Standing"): standing,
        _("Signed by"): "\n".join(edition.signatories),
        _("Incidents"): about,
        _("Timeline"): "\n".join(_line(each) for each in edition.timeline),
    }
    texts |= {section.label: _section(section) for section in edition.sections}
    return {heading: text for heading, text in texts.items() if text}


def _line(each: InstantSaid) -> str:
    at = _stamp(each.at)
    return f"{_('about %s') % at if each.about else at} {each.text}"


def _section(section: SectionSaid) -> str:
    dated = _stamp(section.dated_at) if section.dated_at else ""
    byline = ", ".join(filter(None, [section.author, dated]))
    return "\n\n".join(filter(None, [section.body, byline]))


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _headings() -> list[str]:
    first = [_("Title"), _("Standing"), _("Signed by"), _("Incidents")]
    return [*first, *(str(kind.label) for kind in SectionKind), _("Timeline")]
