"""The project as an app: its commands, system checks and connections."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import register
from django.db.backends.signals import connection_created

from statuspage.checks import files_of_the_record, places_to_publish_to, ways_to_mail


class StatuspageConfig(AppConfig):
    """Composition root."""

    name = "statuspage"

    def ready(self) -> None:
        """Have our checks made before commands run, and connections set up as they open."""
        register(places_to_publish_to)
        register(ways_to_mail, deploy=True)
        register(files_of_the_record, deploy=True)
        connection_created.connect(without_jit, dispatch_uid="without_jit")


def without_jit(connection: Any, **_rest: Any) -> None:
    """PostgreSQL would compile a story's long statement for longer than it runs."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
