"""Markdown that staff type, made into safe HTML, or refused with the way out."""

import re
from typing import Final

from django.core.exceptions import ValidationError

from incidents.core.markup_helper import HELPER, Stumbled, TookTooLong

LIMIT: Final = 25_000
SECONDS: Final = 2.0
DEEPEST_BRACKETS: Final = 20
DEEPEST_NESTING: Final = 10
MOST_LINKS: Final = 400

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CODE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`", re.DOTALL)
_ACTIVE = re.compile(
    r"</?(?:script|style|iframe|object|embed|form|input|button|textarea|select|svg|math"
    r"|link|meta|base|template|img|video|audio)\b",
    re.IGNORECASE,
)
_MARKERS = re.compile(r"^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){11}", re.MULTILINE)
# Possessive where it matters: the server reads these itself, so no text may make one look back.
_INDENTED = re.compile(r"^(?: {4}|\t){11}[ \t]*+(?:[-*+]|\d{1,9}[.)])[ \t]", re.MULTILINE)
_BRACKETS = re.compile(r"(?<!\\)[\[\]]|\n[ \t]*\n")


def render(text: str, *, field: str = "body") -> str:
    """Return safe HTML for `text`; raise ValidationError on `field` for what cannot be shown."""
    check(text, field=field)
    try:
        return HELPER.render(text, SECONDS)
    except TookTooLong:
        raise _refusal(field, "too_slow", _TOO_SLOW) from None
    except Stumbled:
        raise _refusal(field, "unreadable", _UNREADABLE) from None


def check(text: str, *, field: str = "body") -> None:
    """Refuse what is too long, or known to stall or break the parser, before parsing."""
    if len(text) > LIMIT:
        raise _refusal(field, "too_long", _TOO_LONG.format(len(text), LIMIT, len(text) - LIMIT))
    if found := _CONTROL.search(text):
        raise _refusal(field, "control_character", _CONTROL_FOUND.format(ord(found[0])))
    if text.count("](") > MOST_LINKS:
        raise _refusal(field, "too_many_links", _LINKS.format(MOST_LINKS))
    if _bracket_depth(text) > DEEPEST_BRACKETS:
        raise _refusal(field, "nested", _BRACKETS_OPEN.format(DEEPEST_BRACKETS))
    if _MARKERS.search(text) or _INDENTED.search(text):
        raise _refusal(field, "nested", _NESTED.format(DEEPEST_NESTING))
    if found := _ACTIVE.search(_CODE.sub("", text)):
        raise _refusal(field, "html", _HTML.format(found[0]))


def plain(text: str) -> str:
    """Return the text twin for mails, feeds and bots: the words, without Markdown's signs."""
    for pattern, replacement in _PLAIN:
        text = pattern.sub(replacement, text)
    return text.strip()


def excerpt(text: str) -> str:
    """Return the words alone, without the addresses of links: for lines that lead there anyway."""
    return plain(_LINK.sub(r"\1", text))


def literal(text: str) -> str:
    """Return Markdown that shows one line as it stands: what others typed, in words of ours."""
    if any(sign in text for sign in "<&[]`"):
        return f"`{text.replace('`', "'")}`"
    return _SIGNS.sub(r"\\\g<0>", text)


_LINK: Final = re.compile(r"\[([^\[\]]*+)\]\([^()]*+\)")
_SIGNS: Final = re.compile(r"[\\*_#]")
_PLAIN: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"\r\n?"), "\n"),
    (re.compile(r"^(?:```|~~~)[^\n]*\n?", re.MULTILINE), ""),
    (re.compile(r"\[([^\[\]]*+)\]\(([^()\s]*+)[^()]*+\)"), r"\1 (\2)"),
    (re.compile(r"<((?:https?|mailto):[^<>\s]*)>"), r"\1"),
    (re.compile(r"<br\s*/?>\n?", re.IGNORECASE), "\n"),
    (re.compile(r"</?(?:b|strong|i|em|code|a|p)(?:\s[^<>]*)?/?>", re.IGNORECASE), ""),
    (re.compile(r"^ {0,3}#{1,6} +", re.MULTILINE), ""),
    (re.compile(r"\*\*([^*\n]+)\*\*"), r"\1"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*\n]*)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)__([^_\n]+)__(?!\w)"), r"\1"),
    (re.compile(r"(?<!\w)_([^_\n]+)_(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>-])"), r"\1"),
    (re.compile(r"\n{3,}"), "\n\n"),
)

_TOO_LONG = "This text has {:,} characters; {:,} are allowed. Shorten it by {:,}, or link to more."
_TOO_SLOW = "This text takes too long to lay out. Use fewer nested signs, or plain paragraphs."
_UNREADABLE = "This text cannot be laid out. Use simpler Markdown: paragraphs, flat lists, links."
_CONTROL_FOUND = "A control character (U+{:04X}) is in this text. Paste it as plain text."
_LINKS = "More than {} links. Link to one page that lists them."
_BRACKETS_OPEN = "More than {} brackets are open at once. Close them, or write \\[ for a plain one."
_NESTED = "Lists or quotes are nested more than {} levels deep. Flatten them."
_HTML = "HTML is not allowed here ({}>). Write Markdown, or put `backticks` around it to show it."


def _bracket_depth(text: str) -> int:
    """The most brackets open at once within a paragraph: the parser's time grows with it."""
    depth = deepest = 0
    for found in _BRACKETS.finditer(text):
        depth = {"[": depth + 1, "]": max(depth - 1, 0)}.get(found[0], 0)
        deepest = max(deepest, depth)
    return deepest


def _refusal(field: str, code: str, message: str) -> ValidationError:
    return ValidationError({field: [ValidationError(message, code=code)]})
