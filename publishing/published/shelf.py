"""The published folder of one page: whole files that anything can serve.

A file appears by its last step, a rename: whoever reads sees a whole old or a whole new version.
"""

import fcntl
import gzip
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final

from publishing.artefact import HTML, Artefact
from publishing.published.disk import drafted, put_in_place, sync, take_away
from publishing.published.finished import Elsewhere, Finished, Gone
from publishing.published.index import Index, Kept, known, note

INDEX: Final = "index.html"
GONE: Final = ".gone"
MOVED: Final = ".moved"
# Named by their content; pages that were made before may still ask for old ones.
ASSETS: Final = "assets/"
WORTH_PACKING: Final = 512
# What is packed already, or is no text.
PACKED: Final = (".png", ".webp", ".ico")


@dataclass(frozen=True)
class Change:
    """The paths whose files became others, and those that have none any more."""

    changed: list[str]
    gone: list[str]


class Shelf:
    """The folder of one page below `root`, and the index of it."""

    def __init__(self, root: Path, name: str) -> None:
        self.name = name
        self.folder = root / name
        self.index = Index(root / ".index" / f"{name}.sqlite3")
        self._stamp = root / ".index" / f"{name}.stamp"
        self._drafts = root / ".drafts"

    def make_room(self) -> None:
        """Make the folders that publishing needs."""
        for folder in (self.folder, self.index.place.parent, self._drafts):
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, finished: Iterable[Finished]) -> Change:
        """Bring files up to date, all those of one call at nearly one instant.

        What is equal stays as it is; its instant is noted. Raises OSError where the disk refuses,
        with every file whole and every path still owed.
        """
        finished = list(finished)
        self.make_room()
        with self.index.open() as rows:
            before = known(rows, [each.path for each in finished])
            fresh = [each for each in finished if not self._has(before.get(each.path), each)]
            left = [each.path for each in fresh if isinstance(each, Gone)]
            gone = [path for path in left if path in before or self._stands(path)]
            self._write(fresh)
            for each in finished:
                note(rows, each)
        changed = [each.path for each in fresh if not isinstance(each, Gone)]
        if changed or gone:
            self._stamp.write_text(token_hex(8))
        return Change(changed, gone)

    def stamp(self) -> str:
        """Another word after each change of the files, whichever process made it."""
        with suppress(OSError):
            # A crash of the machine may have left anything: another word it is all the same.
            return self._stamp.read_text(errors="replace")
        return ""

    @contextmanager
    def held(self, *, wait: bool = False) -> Iterator[bool]:
        """Hold the folder against other publishers of this host; False where one holds it."""
        self.make_room()
        way = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
        with self.index.place.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, way)
            except BlockingIOError:
                yield False
            else:
                yield True

    def orphans(self) -> list[str]:
        """The paths of files of which the index knows nothing: it was lost, or begun anew."""
        listed = {each.path for each in self.index.files()}
        found = (
            place.relative_to(self.folder).as_posix()
            for place in self.folder.rglob("*")
            if place.is_file() and place.suffix != ".gz"
        )
        paths = {name.removesuffix(INDEX) for name in found if not name.startswith(".")}
        return sorted(path for path in paths - listed if not path.startswith(ASSETS))

    def lost(self) -> list[str]:
        """The paths at which something stands, says the index, and nothing does."""
        return [kept.path for kept in self.index.files() if not self._is_there(kept)]

    def clear(self) -> None:
        """Take everything away: the page is not for everybody any more."""
        with self.held(wait=True):
            shutil.rmtree(self.folder, ignore_errors=True)
            self.index.remove()

    def read(self, path: str) -> bytes | None:
        """Return the file at a path, as it is."""
        return _reads(self.folder / file_of(path))

    def settled(self, path: str) -> Artefact | None:
        """The page at a path just as it was written, unless it is owed."""
        kept, body = self.index.settled(path), self.read(path)
        if kept is None or body is None:
            return None
        page = Artefact(path, HTML, body, kept.at)
        return page if kept.says(page) else None

    def holds(self, finished: Finished) -> bool:
        """Whether the very bytes stand where they belong."""
        return all(_reads(place) == body for place, body in self._bodies(finished))

    def _write(self, fresh: list[Finished]) -> None:
        drafts: list[tuple[Path, Path]] = []
        try:
            for each in fresh:
                for place, body in self._bodies(each):
                    drafts.append((drafted(self._drafts, place, body), place))
            touched = put_in_place(drafts)
        except BaseException:
            for draft, _place in drafts:
                draft.unlink(missing_ok=True)
            raise
        sync(touched | take_away(place for each in fresh for place in self._leftovers(each)))

    def _bodies(self, finished: Finished) -> Iterator[tuple[Path, bytes]]:
        match finished:
            case Artefact():
                place = self._place(finished)
                if is_packed(finished.path, len(finished.body)):
                    yield packed(place), gzip.compress(finished.body, 6, mtime=0)
                yield place, finished.body
            case Elsewhere():
                yield self._place(finished), finished.target.encode()

    def _has(self, before: Kept | None, finished: Finished) -> bool:
        """Whether just this stands already: the index may be older than the files, or newer."""
        return before is not None and before.says(finished) and self.holds(finished)

    def _is_there(self, kept: Kept) -> bool:
        below = {200: "", 301: f"{MOVED}/"}.get(kept.status, f"{GONE}/")
        return os.path.exists(f"{self.folder}/{below}{file_of(kept.path)}")  # noqa: PTH110 -- quick

    def _stands(self, path: str) -> bool:
        """Whether anything stands at a path, of which a lost index may know nothing."""
        return any(place.is_file() for place in self._places(path))

    def _places(self, path: str) -> list[Path]:
        """Wherever something may stand at a path, in one way or another."""
        bases = (self.folder, self.folder / GONE, self.folder / MOVED)
        return [base / file_of(path) for base in bases]

    def _place(self, finished: Finished) -> Path:
        """Where a server finds it: only what answers 200 stands where the world looks."""
        match finished:
            case Artefact(status=200):
                return self.folder / file_of(finished.path)
            case Elsewhere():
                return self.folder / MOVED / file_of(finished.path)
        return self.folder / GONE / file_of(finished.path)

    def _leftovers(self, finished: Finished) -> Iterator[Path]:
        """Where something may stand at this path in another way."""
        stands = None if isinstance(finished, Gone) else self._place(finished)
        for place in self._places(finished.path):
            if place != stands:
                yield place
                yield packed(place)
        plain = isinstance(finished, Artefact) and not is_packed(finished.path, len(finished.body))
        if stands and plain:
            yield packed(stands)


def file_of(path: str) -> str:
    """The file of a path: a folder's own page is its index."""
    return f"{path}{INDEX}" if path == "" or path.endswith("/") else path


def packed(place: Path) -> Path:
    """Where the compressed twin of a file stands."""
    return place.with_name(f"{place.name}.gz")


def is_packed(path: str, length: int) -> bool:
    """Whether a file has a compressed twin."""
    return length >= WORTH_PACKING and not path.endswith(PACKED)


def _reads(place: Path) -> bytes | None:
    with suppress(OSError):
        return place.read_bytes()
    return None
