"""The words that readers meet, found in the sources without any tool beside Python."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from django.utils.translation.template import templatize

from tests.house.tree import ROOT

TEMPLATES: Final = ("templates/base", "templates/publishing", "templates/notifications")
FLOORS: Final = ("publishing", "notifications", "incidents")
# What staff alone meet stays in English, as the console does; locale/README.md leaves it out too.
STAFF: Final = (
    "publishing/management/", "publishing/models/", "publishing/targets/", "incidents/migrations/",
    "incidents/management/", "incidents/core/roles.py", "incidents/models/site/",
    "incidents/models/afterwards/record.py", "incidents/models/afterwards/review.py",
    "incidents/models/story/commitment.py", "incidents/models/story/draft.py",
    "incidents/models/story/entry.py", "incidents/models/story/link.py",
    "incidents/models/story/update.py", "incidents/models/story/update_level.py",
    "incidents/models/story/window.py",
    "notifications/models/states.py",
)  # fmt: skip
# Which arguments of a call are msgid, plural and context.
SHAPES: Final[dict[str, tuple[int, int | None, int | None]]] = {
    "_": (0, None, None),
    "gettext": (0, None, None),
    "gettext_lazy": (0, None, None),
    "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0),
}
CALL: Final = re.compile(r"\b(n?p?gettext|_)\(")


class Word(NamedTuple):
    """One message, as catalogues know it."""

    singular: str
    plural: str = ""
    context: str = ""


def readers_words() -> set[Word]:
    """Return every message of the sources that readers and subscribers meet."""
    found: set[Word] = set()
    for path in sources():
        text = path.read_text(encoding="utf-8")
        found |= set(_in_python(text) if path.suffix == ".py" else _in_template(text))
    return found


def sources() -> Iterator[Path]:
    """The templates and modules whose words reach readers."""
    for folder in TEMPLATES:
        yield from sorted(path for path in (ROOT / folder).rglob("*.*") if path.is_file())
    for folder in FLOORS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not path.relative_to(ROOT).as_posix().startswith(STAFF):
                yield path


def _in_python(source: str) -> Iterator[Word]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [each.value if isinstance(each, ast.Constant) else None for each in node.args]
            yield from _word(name, [each if isinstance(each, str) else None for each in given])


def _in_template(source: str) -> Iterator[Word]:
    """Django turns templates into something like Python, with the words as calls."""
    text = templatize(source)
    for call in CALL.finditer(text):
        yield from _word(call[1], list(_strings(text[call.end() :])))


def _strings(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.STRING:
            yield str(ast.literal_eval(token.string))
        elif token.string == ")":
            return


def _word(name: str, given: list[str | None]) -> Iterator[Word]:
    if name not in SHAPES:
        return
    said = [
        given[place] if place is not None else "" for place in SHAPES[name] if _has(given, place)
    ]
    if len(said) == 3 and said[0]:
        yield Word(*(each or "" for each in said))


def _has(given: list[str | None], place: int | None) -> bool:
    return place is None or place < len(given)
