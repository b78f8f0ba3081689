"""Run the product: web server, and the worker too where there is no broker."""

from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import Interfaces

# SQLite and PostgreSQL both like few connections; a page is a millisecond's work.
THREADS: Final = 8


class Command(BaseCommand):
    """serve [--host HOST] [--port PORT]."""

    help = "Serve the site and console; without REDIS_URL the worker runs in the same process."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an address to listen on."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        self._refuse_old_tables()
        server = Granian(
            "statuspage.server:open_door",
            factory=True,
            address=options["host"],
            port=options["port"],
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=THREADS,
            backpressure=256,
            workers_kill_timeout=15,
            log_enabled=False,
        )
        self.stdout.write(f"Serving {settings.SITE_URL} (Ctrl-C stops it)")
        server.serve()

    def _refuse_old_tables(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is not up to date: run `manage.py migrate` first.")
        connection.close()
