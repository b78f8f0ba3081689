"""The tables of the database, and whether they are those of this version."""

from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from publishing.published.sites import FILE


def are_current() -> bool:
    """Whether no migration waits to be applied. Raises OperationalError without a database."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def open_only_what_is_there() -> bool:
    """Have SQLite refuse a file that is not there; returns whether there is one.

    It would make an empty one, which looks like an installation before its first migration.
    """
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or not Path(name).is_absolute():
        return True
    connection.settings_dict["NAME"] = f"file:{quote(name)}?mode=rw"
    return Path(name).exists()


def are_still_to_come() -> bool:
    """Whether nothing was ever published: what is not there was never made."""
    return connection.vendor == "sqlite" and not (settings.PUBLISHED_DIR / FILE).exists()
