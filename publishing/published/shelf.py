"""The published folder of one page: whole files that anything can serve, and what is known of them.

A file appears by its last step, a rename: whoever reads sees a whole old or a whole new version.
What is still owed is kept beside the files, so that a killed publisher goes on where it was.
"""

import fcntl
import gzip
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Final, NamedTuple

from publishing.artefact import Artefact

INDEX: Final = "index.html"
GONE: Final = ".gone"
MOVED: Final = ".moved"
# Named by their content; pages that were made before may still ask for old ones.
ASSETS: Final = "assets/"
WORTH_PACKING: Final = 512
ASIDE: Final = 9
# What is packed already, or is no text.
PACKED: Final = (".png", ".webp", ".ico")
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, at TEXT NOT NULL, status INTEGER NOT NULL, etag TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owed (path TEXT PRIMARY KEY, stage INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS owed_by_stage ON owed (stage);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Kept(NamedTuple):
    """What is known of one file: the instant that it shows, its HTTP status and its validator."""

    path: str
    at: datetime
    status: int
    etag: str


class Gone(NamedTuple):
    """Nothing public stands at this path any more."""

    path: str


class Elsewhere(NamedTuple):
    """What stood at this path stands at another one of the page."""

    path: str
    target: str


type Finished = Artefact | Gone | Elsewhere


@dataclass(frozen=True)
class Change:
    """The paths whose files became others, and those that have none any more."""

    changed: list[str]
    gone: list[str]


class Shelf:
    """The folder of one page below `root`, and an index of it that only publishers read."""

    def __init__(self, root: Path, name: str) -> None:
        self.name = name
        self.folder = root / name
        self._index = root / ".index" / f"{name}.sqlite3"
        self._stamp = root / ".index" / f"{name}.stamp"
        self._drafts = root / ".drafts"

    def make_room(self) -> None:
        """Make the folders that publishing needs."""
        for folder in (self.folder, self._index.parent, self._drafts):
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, finished: Iterable[Finished]) -> Change:
        """Bring files up to date, all those of one call at nearly one instant.

        What is equal stays as it is; its instant is noted. Raises OSError where the disk refuses,
        with every file whole and every path still owed.
        """
        finished = list(finished)
        with self._open() as index:
            before = {each.path: each for each in _kept(index, [each.path for each in finished])}
            fresh = [each for each in finished if not self._has(before.get(each.path), each)]
            self._write(fresh)
            for each in finished:
                _note(index, each)
            index.executemany("DELETE FROM owed WHERE path = ?", [(e.path,) for e in finished])
        gone = [each.path for each in fresh if isinstance(each, Gone) and each.path in before]
        changed = [each.path for each in fresh if not isinstance(each, Gone)]
        if changed or gone:
            self._stamp.write_text(token_hex(8))
        return Change(changed, gone)

    def stamp(self) -> str:
        """Another word after each change of the files, whichever process made it."""
        with suppress(OSError):
            return self._stamp.read_text()
        return ""

    def owe(self, plan: Mapping[str, int], marks: Mapping[str, str]) -> None:
        """Note what has to be made anew, and up to where the record was read for that."""
        with self._open() as index:
            index.executemany(
                "INSERT INTO owed VALUES (?, ?)"
                " ON CONFLICT (path) DO UPDATE SET stage = min(stage, excluded.stage)",
                plan.items(),
            )
            index.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", marks.items())

    def owed(self, most: int) -> list[str]:
        """The paths that are owed soonest, all of one stage."""
        with self._open() as index:
            rows = index.execute(
                "SELECT path FROM owed WHERE stage = (SELECT min(stage) FROM owed WHERE stage < ?)"
                " ORDER BY path LIMIT ?",
                [ASIDE, most],
            )
            return [path for (path,) in rows]

    def postpone(self, path: str) -> None:
        """Put aside what cannot be made just now, so that it holds up nothing else."""
        with self._open() as index:
            index.execute("UPDATE owed SET stage = ? WHERE path = ?", [ASIDE, path])

    def take_up(self) -> None:
        """Try again what was put aside."""
        with self._open() as index:
            index.execute("UPDATE owed SET stage = ? WHERE stage = ?", [ASIDE - 1, ASIDE])

    def marks(self) -> dict[str, str]:
        """Up to where the record was read."""
        with self._open() as index:
            return dict(index.execute("SELECT name, value FROM marks"))

    def files(self) -> list[Kept]:
        """Everything that stands here."""
        with self._open() as index:
            return _kept(index)

    @contextmanager
    def held(self, *, wait: bool = False) -> Iterator[bool]:
        """Hold the folder against other publishers of this host; False where one holds it."""
        self.make_room()
        way = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
        with self._index.with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, way)
            except BlockingIOError:
                yield False
            else:
                yield True

    def orphans(self) -> list[str]:
        """The paths of files of which the index knows nothing: it was lost, or begun anew."""
        known = {each.path for each in self.files()}
        found = (
            place.relative_to(self.folder).as_posix()
            for place in self.folder.rglob("*")
            if place.is_file() and place.suffix != ".gz"
        )
        paths = {name.removesuffix(INDEX) for name in found if not name.startswith(".")}
        return sorted(path for path in paths - known if not path.startswith(ASSETS))

    def clear(self) -> None:
        """Take everything away: the page is not for everybody any more."""
        with self.held(wait=True):
            shutil.rmtree(self.folder, ignore_errors=True)
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self._index}{suffix}").unlink(missing_ok=True)

    def read(self, path: str) -> bytes | None:
        """Return the file at a path, as it is."""
        return _reads(self.folder / file_of(path))

    def holds(self, finished: Finished) -> bool:
        """Whether the very bytes stand where they belong."""
        return all(_reads(place) == body for place, body in self._bodies(finished))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction on the index; a broken index is begun anew, and all is owed again."""
        self.make_room()
        try:
            connection = _connect(self._index)
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
            connection = _connect(self._index)
        try:
            with closing(connection), connection:
                yield connection
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
            raise

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        """Take a broken index away; one that is busy, or on a full disk, is none."""
        if type(error) is not sqlite3.DatabaseError:
            raise error
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._index}{suffix}").unlink(missing_ok=True)

    def _write(self, fresh: list[Finished]) -> None:
        drafts: list[tuple[Path, Path]] = []
        try:
            for each in fresh:
                for place, body in self._bodies(each):
                    drafts.append((self._draft(place, body), place))
            for draft, place in drafts:
                place.parent.mkdir(parents=True, exist_ok=True)
                draft.replace(place)
        except BaseException:
            for draft, _place in drafts:
                draft.unlink(missing_ok=True)
            raise
        for each in fresh:
            self._clear(each)

    def _bodies(self, finished: Finished) -> Iterator[tuple[Path, bytes]]:
        match finished:
            case Artefact():
                place = self._place(finished)
                if is_packed(finished.path, len(finished.body)):
                    yield packed(place), gzip.compress(finished.body, 6, mtime=0)
                yield place, finished.body
            case Elsewhere():
                yield self._place(finished), finished.target.encode()

    def _draft(self, place: Path, body: bytes) -> Path:
        draft = self._drafts / token_hex(8)
        try:
            with draft.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            _differ(draft, place, len(body))
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return draft

    def _has(self, before: Kept | None, finished: Finished) -> bool:
        """Whether just this stands already: the index may be older than the files, or newer."""
        return _is_equal(before, finished) and self.holds(finished)

    def _place(self, finished: Finished) -> Path:
        """Where a server finds it: only what answers 200 stands where the world looks."""
        match finished:
            case Artefact(status=200):
                return self.folder / file_of(finished.path)
            case Elsewhere():
                return self.folder / MOVED / file_of(finished.path)
        return self.folder / GONE / file_of(finished.path)

    def _clear(self, finished: Finished) -> None:
        """Take away what stood at this path in another way."""
        stands = None if isinstance(finished, Gone) else self._place(finished)
        for base in (self.folder, self.folder / GONE, self.folder / MOVED):
            place = base / file_of(finished.path)
            if place != stands:
                place.unlink(missing_ok=True)
                packed(place).unlink(missing_ok=True)
        plain = isinstance(finished, Artefact) and not is_packed(finished.path, len(finished.body))
        if stands and plain:
            packed(stands).unlink(missing_ok=True)


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


def _differ(draft: Path, place: Path, length: int) -> None:
    """Let two versions of equal length never bear the same second: some servers know no more."""
    with suppress(FileNotFoundError):
        old, new = place.stat(), draft.stat()
        if old.st_size == length and int(new.st_mtime) <= int(old.st_mtime):
            os.utime(draft, (new.st_atime, int(old.st_mtime) + 1))


def _is_equal(before: Kept | None, finished: Finished) -> bool:
    if before is None:
        return False
    match finished:
        case Artefact():
            return (before.status, before.etag) == (finished.status, finished.etag)
        case Elsewhere():
            return (before.status, before.etag) == (301, finished.target)
    return False


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=20)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(SCHEMA)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _kept(index: sqlite3.Connection, paths: list[str] | None = None) -> list[Kept]:
    every = "SELECT path, at, status, etag FROM files"
    if paths is None:
        rows = index.execute(f"{every} ORDER BY path").fetchall()
    else:
        one = f"{every} WHERE path = ?"
        rows = [row for path in paths for row in index.execute(one, [path])]
    return [Kept(path, datetime.fromisoformat(at), status, etag) for path, at, status, etag in rows]


def _note(index: sqlite3.Connection, finished: Finished) -> None:
    row: tuple[str, str, int, str]
    match finished:
        case Gone():
            index.execute("DELETE FROM files WHERE path = ?", [finished.path])
            return
        case Artefact():
            row = (finished.path, finished.at.isoformat(), finished.status, finished.etag)
        case Elsewhere():
            row = (finished.path, "0001-01-01T00:00:00+00:00", 301, finished.target)
    index.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", row)
