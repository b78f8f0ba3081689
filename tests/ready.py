"""A database with all migrations applied: made once for each state of them, then copied.

Applying them takes many seconds of work, a copy takes next to none. What is ready is named after
everything that decides what it holds, so that no other state can be taken for it.
"""

import ast
import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, LiteralString

import django
import psycopg
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from proof import tools
from statuspage import env

FOLDER: Final = Path(tempfile.gettempdir()) / f"candor-ready-{os.getuid()}"
KEPT: Final = 8  # states of the migrations, for work on several branches
BESIDE: Final = ("statuspage/settings.py", "statuspage/env.py", "tests/ready.py")


def lay(connection: BaseDatabaseWrapper) -> None:
    """Lay this process's test database, a copy of the one that is ready."""
    name, test = _name(), connection.settings_dict["TEST"]
    with _alone(name):
        if connection.vendor == "sqlite":
            shutil.copyfile(_file(connection, name), test["NAME"])
        else:
            test["TEMPLATE"] = _template(connection, name)
        test["MIGRATE"] = False  # all that is in the copy
        kept = connection.vendor == "sqlite"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=kept)


def spare(data: Path) -> None:
    """Put one into an empty data folder; on PostgreSQL none is there, and the product migrates."""
    name = _name()
    ready = FOLDER / f"{name}.sqlite3"
    with _alone(name):
        if ready.exists():
            data.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ready, data / "candor.sqlite3")


def digest(root: Path) -> str:
    """Return a name of 16 characters for what a migrated database of the checkout `root` holds."""
    versions = django.__version__, sqlite3.sqlite_version, settings.INSTALLED_APPS
    seen = hashlib.sha256(repr(versions).encode())
    for path in sorted(deciding(root) | {root / name for name in BESIDE}):
        seen.update(f"{path.relative_to(root)}\n{path.read_text(encoding='utf-8')}\n".encode())
    return seen.hexdigest()[:16]


def deciding(root: Path) -> set[Path]:
    """Return the migrations and the modules of ours that they lean on: fields, operations.

    A module that defines models is not followed further: what it says of tables, the migrations
    say themselves.
    """
    found: set[Path] = set()
    left = [*root.glob("*/migrations/*.py")]
    while left:
        if (path := left.pop()) not in found:
            found.add(path)
            text = path.read_text(encoding="utf-8")
            left += [] if "(models.Model)" in text else _imported(ast.parse(text), root)
    return found


def _imported(tree: ast.Module, root: Path) -> Iterator[Path]:
    for node in ast.walk(tree):
        names: Iterable[str] = ()
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}", *(f"{node.module}.{each.name}" for each in node.names)]
        paths = (root.joinpath(*name.split(".")).with_suffix(".py") for name in names)
        yield from (path for path in paths if path.is_file())


def _name() -> str:
    return f"candor_ready_{digest(tools.root())}"


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Wait until no other process makes or copies the one of that name."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _file(connection: BaseDatabaseWrapper, name: str) -> Path:
    ready = FOLDER / f"{name}.sqlite3"
    if not ready.exists():
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            making = Path(folder) / "making.sqlite3"
            _make(connection, str(making))
            making.replace(ready)
        for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            old.unlink()
    ready.touch()
    return ready


def _template(connection: BaseDatabaseWrapper, name: str) -> str:
    """Return PostgreSQL's template; a database becomes one when it is whole."""
    maintenance = tools.maintenance_url(env.text("DATABASE_URL"))
    with psycopg.connect(maintenance, autocommit=True) as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE datistemplate ORDER BY oid")
        whole = [row[0] for row in rows if row[0].startswith("candor_ready_")]
        if name not in whole:
            _make(connection, name)
            server.execute(_sql("ALTER DATABASE {} IS_TEMPLATE true", name))
            for old in whole[: 1 - KEPT]:
                server.execute(_sql("ALTER DATABASE {} IS_TEMPLATE false", old))
                server.execute(_sql("DROP DATABASE {}", old))
    return name


def _sql(statement: LiteralString, database: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(database))


def _make(connection: BaseDatabaseWrapper, name: str) -> None:
    """Apply all migrations to a new database."""
    test = connection.settings_dict["TEST"]
    own, test["NAME"] = test["NAME"], name
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    test["NAME"] = own
