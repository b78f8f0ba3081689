"""What publishers know of a folder: what stands in it, what is still owed, up to where they read.

It is kept beside the files, so that a killed publisher goes on where it was.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from publishing.artefact import Artefact
from publishing.published.finished import Elsewhere, Finished, Gone

LAST, ASIDE = 8, 9
# What a crash of the machine may take along is made anew from the record.
SYNCHRONOUS: Final = "NORMAL"
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

    def says(self, finished: Finished) -> bool:
        """Whether just this was written."""
        match finished:
            case Artefact():
                return (self.status, self.etag) == (finished.status, finished.etag)
            case Elsewhere():
                return (self.status, self.etag) == (301, finished.target)
        return False


class Index:
    """One file of SQLite for each folder, which only publishers read."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def files(self) -> list[Kept]:
        """Everything that stands there."""
        with self.open() as rows:
            return _kept(rows)

    def owe(self, plan: Mapping[str, int], marks: Mapping[str, str]) -> None:
        """Note what has to be made anew, and up to where the record was read for that."""
        with self.open() as rows:
            rows.executemany(
                "INSERT INTO owed VALUES (?, ?)"
                " ON CONFLICT (path) DO UPDATE SET stage = min(stage, excluded.stage)",
                plan.items(),
            )
            rows.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", marks.items())

    def settled(self, path: str) -> Kept | None:
        """What stands at a path, unless that is owed."""
        with self.open() as rows:
            if rows.execute("SELECT 1 FROM owed WHERE path = ?", [path]).fetchone():
                return None
            return known(rows, [path]).get(path)

    def owed(self, most: int) -> list[str]:
        """The paths that are owed soonest, all of one stage."""
        with self.open() as rows:
            found = rows.execute(
                "SELECT path FROM owed WHERE stage = (SELECT min(stage) FROM owed WHERE stage < ?)"
                " ORDER BY path LIMIT ?",
                [ASIDE, most],
            )
            return [path for (path,) in found]

    def soonest(self) -> int | None:
        """The stage of what is owed soonest; None where nothing is."""
        with self.open() as rows:
            found = rows.execute("SELECT min(stage) FROM owed WHERE stage < ?", [ASIDE])
            stage: int | None = found.fetchone()[0]
            return stage

    def postpone(self, path: str) -> None:
        """Put aside what cannot be made just now, so that it holds up nothing else."""
        with self.open() as rows:
            rows.execute("UPDATE owed SET stage = ? WHERE path = ?", [ASIDE, path])

    def put_last(self, path: str) -> None:
        """Let everything else go before a file that has no place just now."""
        with self.open() as rows:
            rows.execute("INSERT OR REPLACE INTO owed VALUES (?, ?)", [path, LAST])

    def take_up(self) -> None:
        """Try again what was put aside."""
        with self.open() as rows:
            rows.execute("UPDATE owed SET stage = ? WHERE stage = ?", [LAST, ASIDE])

    def marks(self) -> dict[str, str]:
        """Up to where the record was read."""
        with self.open() as rows:
            return dict(rows.execute("SELECT name, value FROM marks"))

    def remove(self) -> None:
        """Forget everything."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.place}{suffix}").unlink(missing_ok=True)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """One transaction; a broken index is begun anew, and all is owed again."""
        self.place.parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = _connect(self.place)
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
            connection = _connect(self.place)
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
        self.remove()


def known(rows: sqlite3.Connection, paths: Iterable[str]) -> dict[str, Kept]:
    """What stands at these paths, by path."""
    return {each.path: each for each in _kept(rows, list(paths))}


def note(rows: sqlite3.Connection, finished: Finished) -> None:
    """What was made stands now, and is owed no more."""
    rows.execute("DELETE FROM owed WHERE path = ?", [finished.path])
    row: tuple[str, str, int, str]
    match finished:
        case Gone():
            rows.execute("DELETE FROM files WHERE path = ?", [finished.path])
            return
        case Artefact():
            row = (finished.path, finished.at.isoformat(), finished.status, finished.etag)
        case Elsewhere():
            row = (finished.path, "0001-01-01T00:00:00+00:00", 301, finished.target)
    rows.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", row)


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=20)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
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
