"""Published files, ready to hand over: the hot ones in memory, the rest from the disk.

A read asks no database, and waits for no publisher: who publishes tells which paths changed, and
the next reader of one finds its file.
"""

import gzip
import re
import zlib
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from incidents.models import Page
from publishing.headers import WHILE_MOVED, guards_of, headers_of, type_of
from publishing.published.shelf import (
    GONE,
    INDEX,
    MOVED,
    Change,
    Shelf,
    file_of,
    is_packed,
    packed,
)
from publishing.published.sites import PREFIX, Sites
from publishing.words.tongues import split

MEMORY: Final = 32 * 1024 * 1024
# Only paths that can have been published are looked for on the disk.
SAFE: Final = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*(?:[A-Za-z0-9_][A-Za-z0-9._-]*)?")
LONGEST: Final = 200
# Names that only the folder has: nobody would tell of a change of what is kept under them.
UNNAMED: Final = (INDEX, ".gz", ".br")

type Headers = list[tuple[str, str]]


class Ready(NamedTuple):
    """One finished answer in one encoding."""

    status: int
    etag: str
    headers: Headers
    unchanged: Headers
    body: bytes


class Variants(NamedTuple):
    """The same answer plain and, where that is worth it, compressed."""

    plain: Ready
    packed: Ready | None

    @property
    def size(self) -> int:
        return len(self.plain.body) + (len(self.packed.body) if self.packed else 0)


class Counter:
    """Hands out what stands in the folders below `root`."""

    def __init__(self, root: Path, memory: int = MEMORY) -> None:
        self._root = root
        self._memory = memory
        self._hot: dict[tuple[str, str], Variants] = {}
        self._size = 0
        self._generation = 0
        self._lock = Lock()
        self._pages: dict[str, Page] = {}
        self.take_sites(Sites.load(root))

    def find(self, host: str, path: str) -> Variants | None:
        """Return what stands at a path of a host, or None: then somebody else has to answer.

        `path` begins with its slash; `host` is in small letters and without a port.
        """
        name, within = self.sites.find(host, path[1:])
        if not name:
            return self._led_on(path[1:])
        found = self._hot.get((name, within))
        return found or self._fetch(name, within)

    def take_sites(self, sites: Sites) -> None:
        """Learn which pages there are, and where."""
        pages = {name: page for name in sites.pages if (page := sites.page(name)) is not None}
        with self._lock:
            self.sites, self._pages = sites, pages
            self._generation += 1
            self._hot.clear()
            self._size = 0

    def take_change(self, shelf: Shelf, change: Change) -> None:
        """Forget what became another; whoever reads it next gets the new file."""
        with self._lock:
            self._generation += 1
            for path in (*change.changed, *change.gone):
                self._drop((shelf.name, path))

    def forget(self, shelf: Shelf) -> None:
        """Forget all of one page: somebody else wrote in its folder."""
        with self._lock:
            self._generation += 1
            for key in [key for key in self._hot if key[0] == shelf.name]:
                self._drop(key)

    def _fetch(self, name: str, path: str) -> Variants | None:
        if len(path) > LONGEST or path.endswith(UNNAMED) or not SAFE.fullmatch(path):
            return None
        generation = self._generation
        found = self._load(self._root / name, path, self._pages.get(name))
        if found is None:
            return None
        with self._lock:
            if generation == self._generation and found.size * 8 < self._memory:
                self._drop((name, path))
                self._hot[name, path] = found
                self._size += found.size
                while self._size > self._memory:
                    self._drop(next(iter(self._hot)))
        return found

    def _led_on(self, path: str) -> Variants | None:
        """The way to a page that had another short name before, or has its own host now."""
        if not path.startswith(PREFIX):
            return None
        slug, _, rest = path.removeprefix(PREFIX).partition("/")
        page = self._pages.get(self.sites.former.get(slug, ""))
        return _moved(page.url(rest)) if page is not None and SAFE.fullmatch(rest) else None

    def _drop(self, key: tuple[str, str]) -> None:
        if (dropped := self._hot.pop(key, None)) is not None:
            self._size -= dropped.size

    def _load(self, folder: Path, path: str, page: Page | None) -> Variants | None:
        with suppress(OSError):
            return _variants(folder / file_of(path), path, 200, page)
        with suppress(OSError):
            return _variants(folder / GONE / file_of(path), path, 410, page)
        if page is None:
            return None
        with suppress(OSError):
            return _moved(page.path((folder / MOVED / file_of(path)).read_text()))
        if not path.endswith("/") and (folder / path / file_of("")).is_file():
            return _moved(page.path(f"{path}/"))
        return None


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding lets an answer be compressed; nonsense lets nothing."""
    weights = dict(_weights(accepted[:LONGEST]))
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def is_current(given: str, tag: str) -> bool:
    """Whether an If-None-Match names this validator."""
    named = {each.strip().removeprefix("W/") for each in given[:4096].split(",")}
    return tag in named or "*" in named


def _weights(accepted: str) -> list[tuple[str, float]]:
    found = []
    for part in accepted.lower().split(","):
        coding, _, rest = part.strip().partition(";")
        name, _, weight = rest.strip().partition("=")
        try:
            found.append((coding.strip(), float(weight) if name.strip() == "q" else 1.0))
        except ValueError:
            found.append((coding.strip(), 0.0))
    return found


def _variants(place: Path, path: str, status: int, page: Page | None) -> Variants:
    body, changed = place.read_bytes(), place.stat().st_mtime
    digest = sha256(body).hexdigest()[:32]
    language = split(page, path)[0] if page and type_of(path).startswith("text/html") else ""
    fixed = headers_of(path) | guards_of(path) | {"Last-Modified": formatdate(changed, usegmt=True)}
    if language:
        fixed["Content-Language"] = language
    plain = _ready(status, f'"{digest}"', fixed, body)
    if not is_packed(path, len(body)):
        return Variants(plain, None)
    fixed["Vary"] = "Accept-Encoding"
    small = _ready(
        status, f'"{digest}-gz"', fixed | {"Content-Encoding": "gzip"}, _twin(place, body)
    )
    return Variants(_ready(status, f'"{digest}"', fixed, body), small)


def _twin(place: Path, body: bytes) -> bytes:
    """The compressed file, if it is that of these very bytes and of no version beside them."""
    with suppress(OSError):
        twin = packed(place).read_bytes()
        check = int.from_bytes(twin[-8:-4], "little"), int.from_bytes(twin[-4:], "little")
        if check == (zlib.crc32(body), len(body) & 0xFFFFFFFF):
            return twin
    return gzip.compress(body, 6, mtime=0)


def _ready(status: int, etag: str, fixed: dict[str, str], body: bytes) -> Ready:
    lasting = [(name.lower(), value) for name, value in (fixed | {"ETag": etag}).items()]
    unchanged = [row for row in lasting if row[0] not in {"content-type", "content-encoding"}]
    return Ready(status, etag, [*lasting, ("content-length", str(len(body)))], unchanged, body)


def _moved(target: str) -> Variants:
    headers = [
        ("location", target),
        ("cache-control", WHILE_MOVED),
        ("content-length", "0"),
        *((name.lower(), value) for name, value in guards_of("").items()),
    ]
    return Variants(Ready(301, "", headers, headers, b""), None)
