"""The connection, under the name by which Django looks for it."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Makes a file that is not there with mode 600; SQLite gives -wal and -shm that of the file."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; whatever cannot be made here is said by SQLite itself."""
        with suppress(OSError):
            _make(Path(conn_params["database"]))
        return super().get_new_connection(conn_params)


def _make(path: Path) -> None:
    """A name like :memory: or file:... is none of a file from the root.

    Only what is new is ever opened here: closing a database would drop SQLite's locks on it.
    """
    if path.is_absolute() and not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
