"""The database holds readers' addresses and staff's sessions: nobody but its owner reads it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from statuspage.databases import database


@pytest.fixture
def connection(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """To a database that is not there yet, by a process that lets everybody read."""
    handler: Any = ConnectionHandler({"default": database("", tmp_path)})
    umask = os.umask(0o022)
    with django_db_blocker.unblock():
        yield handler["default"]
        handler["default"].close()
    os.umask(umask)


def test_all_files_of_a_new_database_are_its_owners_alone(connection: Any, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE one (x)")
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert modes == dict.fromkeys(
        ("candor.sqlite3", "candor.sqlite3-wal", "candor.sqlite3-shm"), 0o600
    )


def test_a_database_that_is_there_keeps_its_mode(connection: Any, tmp_path: Path) -> None:
    (tmp_path / "candor.sqlite3").touch(mode=0o640)
    connection.ensure_connection()
    assert stat.S_IMODE((tmp_path / "candor.sqlite3").stat().st_mode) == 0o640


def test_a_folder_that_is_not_there_is_said_by_sqlite(connection: Any, tmp_path: Path) -> None:
    connection.settings_dict["NAME"] = str(tmp_path / "none" / "x.sqlite3")
    with pytest.raises(OperationalError, match="unable to open"):
        connection.ensure_connection()
