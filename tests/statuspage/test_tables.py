"""Tables are those of this version, or a migration waits."""

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from statuspage import tables


def test_tables_are_current_once_every_migration_is_applied(db: None) -> None:
    assert tables.are_current()
    newest = MigrationRecorder.Migration.objects.filter(app="incidents").latest("name")
    MigrationRecorder(connection).record_unapplied("incidents", newest.name)
    assert not tables.are_current()
