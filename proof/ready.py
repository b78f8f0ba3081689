"""Databases that are migrated once in a run of proofs, then copied: a migration takes long."""

import atexit
import os
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import psycopg

from proof import tools

TEMPLATE: Final = f"candor_proof_ready_{os.getpid()}"
FILE: Final = "candor.sqlite3"

_kept: Final[dict[str, Path]] = {}
_copies: Final[set[str]] = set()


def make(database: str) -> None:
    """Make a PostgreSQL database: a copy of the one that is ready, or an empty one."""
    if TEMPLATE in _kept:
        on_server(f'CREATE DATABASE "{database}" TEMPLATE "{TEMPLATE}"')
        _copies.add(database)
    else:
        on_server(f'CREATE DATABASE "{database}"')


def is_ready(url: str, data: Path) -> bool:
    """Whether this database needs no migration; a file that is ready is put into its folder.

    A file that is there already was put there ready by whoever made the folder.
    """
    if url:
        return _name(url) in _copies
    if (data / FILE).exists():
        return True
    if ready := _kept.get(FILE):
        data.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ready, data / FILE)
    return FILE in _kept


def keep(url: str, data: Path) -> None:
    """Keep a copy of what was just migrated, and holds nothing else yet."""
    if not url:
        _kept[FILE] = Path(mkdtemp(prefix="candor-ready-")) / FILE
        shutil.copyfile(data / FILE, _kept[FILE])
    elif TEMPLATE not in _kept:
        on_server(f'CREATE DATABASE "{TEMPLATE}" TEMPLATE "{_name(url)}"')
        atexit.register(on_server, f'DROP DATABASE IF EXISTS "{TEMPLATE}"')
        _kept[TEMPLATE] = Path()


def on_server(statement: str) -> None:
    """Do something to the server itself, beside all its databases."""
    url = tools.maintenance_url(tools.POSTGRES_URL)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _name(url: str) -> str:
    return url.rpartition("/")[2]
