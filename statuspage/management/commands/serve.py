"""Run the product: web server, and the worker too where there is no broker."""

import gc
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from granian import Granian
from granian.constants import Interfaces

from statuspage import starting, tables


class Command(BaseCommand):
    """serve [--host HOST] [--port PORT]."""

    help = "Serve the site and console; without REDIS_URL the worker runs in the same process."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an address to listen on."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Spare a file that is gone Django's own checks: they would ask it what it can."""
        there = tables.open_only_what_is_there()
        return super().execute(
            *args, **options | {"skip_checks": options.get("skip_checks") or not there}
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        if starting.is_taken(options["host"], options["port"]):
            place = f"{options['host']}:{options['port']}"
            raise CommandError(f"Somebody listens on {place} already: stop that, or set PORT.")
        self._check_tables()
        server = Granian(
            "statuspage.server:open_door",
            factory=True,
            address=options["host"],
            port=options["port"],
            interface=Interfaces.RSGI,
            workers=1,
            workers_kill_timeout=15,
            log_enabled=False,
        )
        self.stdout.write(f"Serving {settings.SITE_URL} (Ctrl-C stops it)")
        # What is loaded by now stays: shared with the web process, and never looked through again.
        gc.freeze()
        server.serve()

    def _check_tables(self) -> None:
        """Refuse old tables; without a database, what is published can be read."""
        try:
            current = tables.are_current()
        except OperationalError as error:
            if tables.are_still_to_come():
                raise CommandError("There is no database yet: run `manage.py migrate`.") from error
            self.stderr.write(f"No database ({error}): serving what is published.")
            return
        finally:
            connection.close()
        if not current:
            raise CommandError("The database is not up to date: run `manage.py migrate` first.")
