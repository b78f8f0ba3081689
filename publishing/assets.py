"""The public style sheet and script: many small sources, one request each, named by content."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders

from publishing.artefact import CSS, JS, SVG

CSS_FOLDER: Final = "candor/css"
JS_FOLDER: Final = "candor/js"
BY_CONTENT: Final = ("site.css", "site.js", "frame.css", "frame.js", "push.js")
FIRST: Final = ("layers", "tokens", "reset", "base")
# Sources are modules that name what they need; served as one file, all is at hand.
MODULE_WORDS: Final = re.compile(rb"^(?:import [^\n]*\n|export )", re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """One file that pages refer to."""

    file_name: str
    content_type: str
    body: bytes


@cache
def named(name: str) -> Asset:
    """One of `BY_CONTENT`, `script.js` or `favicon.svg`."""
    return _MAKERS[name]()


def by_file_name(file_name: str) -> Asset | None:
    """The asset that this very name stands for; an old one is gone."""
    return next((asset for asset in map(named, _MAKERS) if asset.file_name == file_name), None)


def _stylesheet() -> Asset:
    folder = _folder(CSS_FOLDER)
    parts = [folder / f"{name}.css" for name in FIRST]
    parts += [*sorted((folder / "components").glob("*.css")), folder / "utilities.css"]
    sources = [part.read_bytes() for part in parts]
    return _joined("site", "css", CSS, sources)


def _script() -> Asset:
    sources = [part.read_bytes() for part in sorted(_folder(JS_FOLDER).glob("*.js"))]
    plain = [MODULE_WORDS.sub(b"", source) for source in sources]
    return _joined("site", "js", JS, plain)


def _icon() -> Asset:
    body = (_folder("candor") / "favicon.svg").read_bytes()
    return Asset("favicon.svg", SVG, body)


def _joined(stem: str, suffix: str, content_type: str, parts: list[bytes]) -> Asset:
    body = b"\n".join(parts)
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Asset(f"{stem}.{digest}.{suffix}", content_type, body)


def _of_embed(name: str, content_type: str) -> Callable[[], Asset]:
    """What the frame on other people's pages is made of."""

    def made() -> Asset:
        body = (_folder("candor/embed") / name).read_bytes()
        stem, _dot, suffix = name.partition(".")
        return _joined(stem, suffix, content_type, [body])

    return made


def _of_push(name: str, *, named_by_content: bool) -> Callable[[], Asset]:
    """What lets a browser show notifications; its worker keeps one name for good."""

    def made() -> Asset:
        body = (_folder("candor/push") / name).read_bytes()
        stem = name.partition(".")[0]
        return _joined(stem, "js", JS, [body]) if named_by_content else Asset(name, JS, body)

    return made


_MAKERS: Final = {
    "site.css": _stylesheet,
    "site.js": _script,
    "favicon.svg": _icon,
    "frame.css": _of_embed("frame.css", CSS),
    "frame.js": _of_embed("frame.js", JS),
    "script.js": _of_embed("script.js", JS),
    "push.js": _of_push("push.js", named_by_content=True),
    "push-worker.js": _of_push("push-worker.js", named_by_content=False),
}


def _folder(path: str) -> Path:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(f"static folder {path} is missing from this installation")
    return Path(found)
