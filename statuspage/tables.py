"""The tables of the database, and whether they are those of this version."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def are_current() -> bool:
    """Whether no migration waits to be applied. Raises OperationalError without a database."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
