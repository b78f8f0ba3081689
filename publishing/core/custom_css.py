"""Custom CSS: what may stand in it, and what of a text was left out, line by line and why.

It says how a page looks, never what it says: nothing is loaded from anywhere, and no property
that hides, covers or moves things away is taken. docs/themes.md tells the rules to who writes it.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import tinycss2
from tinycss2 import ast
from tinycss2.serializer import serialize_string_value

from publishing.core.css_rules import (
    CONDITIONS,
    FARTHEST_SHADOW,
    FUNCTIONS,
    IMAGE,
    KEYWORDS,
    LENGTHS,
    LITERALS,
    MATHS,
    NAMED_SIZES,
    PROPERTIES,
    SMALLEST_TYPE,
    TOKENS,
    UNSIGNED,
)

LARGEST: Final = 32_768
DEEPEST: Final = 8
LARGEST_IMAGE: Final = 8_192
_SUSPECT: Final = re.compile(r"</|<!|\x00|[\ud800-\udfff]")

type Node = Any


@dataclass(frozen=True, slots=True)
class Dropped:
    """One thing that was left out, where it stood in what was typed."""

    line: int
    what: str
    why: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is left of a text, and what is not."""

    css: str
    dropped: tuple[Dropped, ...]


class Unfit(Exception):
    """Why a value, a selector or a condition is left out."""


def sanitised(text: str) -> Sheet:
    """Return what of `text` readers get; nothing in it can leave the layer that it is put in."""
    if len(text) > LARGEST:
        return Sheet("", (Dropped(1, "everything", f"at most {LARGEST:,} characters."),))
    first = _Reader()
    css = first.read(text)
    # What we wrote has to read as what we meant: else some parser may see what ours does not.
    again = _Reader()
    if again.read(css) != css or again.dropped:
        first.dropped.append(Dropped(1, "everything", "it reads differently the second time."))
        css = ""
    return Sheet(css, tuple(sorted(first.dropped, key=lambda each: each.line)))


@dataclass
class _Reader:
    """Reads a text once, keeping a note of what it leaves out."""

    dropped: list[Dropped] = field(default_factory=list)

    def read(self, text: str) -> str:
        nodes = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        return "\n".join(self._rules(nodes, depth=0))

    def _rules(self, nodes: Iterable[Node], depth: int) -> Iterator[str]:
        for node in nodes:
            try:
                yield from self._rule(node, depth)
            except Unfit as unfit:
                self._leave_out(node, _name(node), str(unfit))

    def _rule(self, node: Node, depth: int) -> Iterator[str]:
        if depth > DEEPEST:
            raise Unfit("nested too deep.")
        if isinstance(node, ast.Declaration):
            yield _declaration(node)
            return
        if isinstance(node, ast.AtRule):
            head = f"@{_condition(node)} {_written(node.prelude, 'condition')}"
        elif isinstance(node, ast.QualifiedRule):
            head = _written(node.prelude, "selector")
        else:
            raise Unfit("this cannot be read as CSS.")
        inside = tinycss2.parse_blocks_contents(
            node.content, skip_comments=True, skip_whitespace=True
        )
        lines = list(self._rules(inside, depth + 1))
        if lines:
            yield f"{head} {{ {' '.join(lines)} }}"

    def _leave_out(self, node: Node, what: str, why: str) -> None:
        self.dropped.append(Dropped(node.source_line, what, why))


def _name(node: Node) -> str:
    """What a thing is called when it is left out."""
    if isinstance(node, ast.Declaration):
        return str(node.name[:40])
    if isinstance(node, ast.AtRule):
        return f"@{node.at_keyword[:40]}"
    if isinstance(node, ast.QualifiedRule):
        head = " ".join(token.serialize() for token in node.prelude[:8] if token.type == "ident")
        return f"the rule for “{head[:40]}”" if head else "a rule"
    return "a fragment"


def _condition(node: ast.AtRule) -> str:
    if node.lower_at_keyword not in CONDITIONS:
        raise Unfit("only @media, @supports and @container may stand here.")
    if node.content is None:
        raise Unfit("its block is missing.")
    return str(node.lower_at_keyword)


def _declaration(node: ast.Declaration) -> str:
    name: str = node.lower_name
    if name not in PROPERTIES:
        raise Unfit(_why_not(name))
    value = _written(node.value, "value")
    _check(name, list(_flat(node.value)))
    return f"{name}: {value}{' !important' if node.important else ''};"


def _why_not(name: str) -> str:
    if name.startswith("--"):
        return "colours are set in the fields above, where their contrast is checked."
    return "this property is not one that custom CSS may set."


def _check(name: str, tokens: list[Node]) -> None:
    """Look at the value of those properties that could hide something."""
    words = {token.lower_value for token in tokens if token.type == "ident"}
    lengths = [token for token in tokens if token.type in LENGTHS]
    signs = {token.value for token in tokens if token.type == "literal"}
    calls = {token.lower_name for token in tokens if token.type == "function"}
    if name in KEYWORDS and (words - KEYWORDS[name] or len(words) != len(tokens)):
        raise Unfit(f"only {', '.join(sorted(KEYWORDS[name]))} may stand here.")
    below = any(each.value < 0 for each in lengths)
    if name in UNSIGNED and (below or signs - {","} or calls & {"calc"}):
        raise Unfit("no negative or calculated length here, which could move words out of sight.")
    if name == "font-size" and not _is_readable(words, signs, calls, lengths):
        raise Unfit("only sizes from 10px or 0.65rem on, or clamp() of such, can be read.")
    if name == "content" and (calls - {"counter"} or any(token.type == "url" for token in tokens)):
        raise Unfit("only quoted words may stand here.")
    if name == "box-shadow" and (calls & MATHS or any(_is_far(each) for each in lengths)):
        raise Unfit("a shadow reaches 48px or 3rem at most, so that it covers nothing.")
    if name == "color" and ("transparent" in words or "/" in signs or _has_alpha(tokens)):
        raise Unfit("what is transparent cannot be read.")


def _has_alpha(tokens: list[Node]) -> bool:
    """Whether a colour is written with how much of it is seen, which may be nothing."""
    hashes = (token.value for token in tokens if token.type == "hash")
    calls = [token for token in tokens if token.type == "function"]
    fourth = any(
        call.lower_name in {"rgba", "hsla"}
        or (call.lower_name in {"rgb", "hsl"} and sum(each == "," for each in call.arguments) > 2)
        for call in calls
    )
    return fourth or any(len(each) in {4, 8} for each in hashes)


def _is_readable(words: set[str], signs: set[str], calls: set[str], sizes: list[Node]) -> bool:
    named = words <= NAMED_SIZES and signs <= {","} and calls <= {"clamp", "max", "var"}
    return named and all(
        each.type == "dimension" and each.value >= SMALLEST_TYPE.get(each.lower_unit, math.inf)
        for each in sizes
    )


def _is_far(length: Node) -> bool:
    far = length.type == "dimension" and FARTHEST_SHADOW.get(length.lower_unit, 0)
    return far is not False and abs(length.value) > far


def _flat(nodes: Iterable[Node]) -> Iterator[Node]:
    """Every token, those within functions and brackets too; spaces and comments are none."""
    for node in nodes:
        if node.type not in {"whitespace", "comment"}:
            yield node
        yield from _flat(_within(node))


def _within(node: Node) -> list[Node]:
    inside = getattr(node, "arguments", None)
    return inside if inside is not None else getattr(node, "content", None) or []


def _written(nodes: list[Node], what: str) -> str:
    """Write tokens in our own spelling, if each is of a kind that may stand there."""
    text: str = tinycss2.serialize(list(_fit(nodes, what, depth=0))).strip()
    if not text and what != "condition":
        raise Unfit(f"its {what} is missing.")
    if _SUSPECT.search(text):
        raise Unfit("it holds signs that belong to no style sheet.")
    return text


def _fit(nodes: Iterable[Node], what: str, depth: int) -> Iterator[Node]:
    if depth > DEEPEST:
        raise Unfit("nested too deep.")
    for node in nodes:
        if node.type == "comment":
            continue
        _check_token(node, what)
        inside = _within(node)
        inside[:] = _fit(inside, what, depth + 1) if inside else []
        yield node


def _check_token(node: Node, what: str) -> None:
    sign = node.value if node.type == "literal" else None
    if node.type not in TOKENS[what] or (sign is not None and sign not in LITERALS[what]):
        raise Unfit(f"its {what} holds what may not stand there.")
    if node.type == "function" and node.lower_name == "url" and what == "value":
        _check_image(node, _string_in(node))
    elif node.type == "function" and what == "value" and node.lower_name not in FUNCTIONS:
        raise Unfit(f"{node.lower_name[:40]}() may not stand here.")
    elif node.type == "url":
        _check_image(node, node.value)
    elif node.type == "string":
        node.representation = f'"{_quoted(node.value)}"'
    elif node.type == "whitespace":
        node.value = " "


def _string_in(node: Node) -> str:
    inside = [token for token in node.arguments if token.type not in {"whitespace", "comment"}]
    alone = len(inside) == 1 and inside[0].type == "string"
    return inside[0].value if alone else ""


def _check_image(node: Node, address: str) -> None:
    if not IMAGE.fullmatch(address):
        raise Unfit(
            "nothing is loaded from elsewhere; url() takes data:image/png, webp or gif in base64."
        )
    if len(address) > LARGEST_IMAGE:
        raise Unfit(f"a picture in it may have {LARGEST_IMAGE:,} characters.")
    if node.type == "url":
        node.representation = f"url({address})"


def _quoted(text: str) -> str:
    return str(serialize_string_value(text)).replace("<", "\\3c ")
