"""Tables that can only grow: triggers refuse UPDATE and DELETE on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION candor_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""  # noqa: E501 -- one statement
_POSTGRESQL: Final = (
    "CREATE TRIGGER append_only_{table}_{verb} BEFORE {verb} ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION candor_append_only()"
)
_SQLITE: Final = (
    "CREATE TRIGGER append_only_{table}_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)


class AppendOnly(Operation):
    """Migration operation: from here on, rows of `table` are never changed nor removed.

    SQLite drops triggers with the table that it rebuilds, so a later migration that alters the
    table repeats this operation.
    """

    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Leave the models' state alone: triggers are no part of it."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """Create both triggers."""
        vendor = schema_editor.connection.vendor
        if vendor == "postgresql":
            schema_editor.execute(_FUNCTION, None)
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(self._drop(verb, vendor))
            template = _POSTGRESQL if vendor == "postgresql" else _SQLITE
            schema_editor.execute(template.format(table=self.table, verb=verb))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """Drop both triggers."""
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(self._drop(verb, schema_editor.connection.vendor))

    def describe(self) -> str:
        """Say what `migrate --plan` shows."""
        return f"Make {self.table} append-only"

    def _drop(self, verb: str, vendor: str) -> str:
        of_table = f" ON {self.table}" if vendor == "postgresql" else ""
        return f"DROP TRIGGER IF EXISTS append_only_{self.table}_{verb}{of_table}"


@contextmanager
def lifted(connection: BaseDatabaseWrapper = default_connection) -> Iterator[None]:
    """Lift SQLite's triggers for as long as a test runner empties the tables.

    PostgreSQL needs nothing: it empties by TRUNCATE, which row triggers do not see.
    """
    triggers = _triggers(connection) if connection.vendor == "sqlite" else []
    _run(connection, [f"DROP TRIGGER {name}" for name, _sql in triggers])
    try:
        yield
    finally:
        _run(connection, [sql for _name, sql in triggers])


def _triggers(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master "
            "WHERE type = 'trigger' AND substr(name, 1, 12) = 'append_only_'"
        )
        return list(cursor.fetchall())


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
