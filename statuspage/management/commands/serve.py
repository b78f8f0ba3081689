"""Run the product: web server, and the worker too where there is no broker."""

import gc
import resource
import sys
from argparse import ArgumentTypeError
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.common import AbstractServer

from statuspage import starting, tables

# At once. Far more than the door lets send bodies (`SENDING`), so that readers get in beside all of
# those; a connection that is refused here hears nothing at all, not even that too many ask.
CONNECTIONS: Final = 4096
# Each connection is an open file; so are the database, published pages, and what is being sent.
OTHER_FILES: Final = 1024
# For the headers of a request, the wait for the next one included, in milliseconds.
SILENCE: Final = 20_000
# For what is read of a request at a time, its headers included, in bytes: with each of CONNECTIONS
# full, this is a quarter of a gigabyte.
BUFFER: Final = 64 * 1024


class Command(BaseCommand):
    """serve [--host HOST] [--port PORT]."""

    help = "Serve the site and console; without REDIS_URL the worker runs in the same process."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an address to listen on."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=_port, default=settings.PORT)

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
            # What proxies speak behind them. Over HTTP/2, granian neither ends silent connections
            # nor says whether a body without Content-Length follows.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=SILENCE, max_buffer_size=BUFFER),
            backlog=CONNECTIONS,
            backpressure=room_for(CONNECTIONS),
        )
        self.stdout.write(f"Serving {settings.SITE_URL} (Ctrl-C stops it)")
        # What is loaded by now stays: shared with the web process, and never looked through again.
        gc.freeze()
        server.on_shutdown(lambda: self._own_up(server))
        server.serve()

    def _own_up(self, server: AbstractServer[Any]) -> None:
        """Say so where nobody asked the web process to end: it cannot do so itself."""
        if server.interrupt_children and not server.interrupt_signal:
            self.stderr.write(
                "The web process ended by itself (killed, or out of memory?), and so does the "
                "server: start it again, or have a supervisor do so."
            )
            self.stderr.flush()

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


def _port(value: str) -> int:
    if not value.isdecimal() or not int(value) < 65_536:
        raise ArgumentTypeError(f"a port is a number up to 65535, not “{value}”")
    return int(value)


def room_for(connections: int) -> int:
    """Let this process open the files for so many; returns how many the system lets it have."""
    kept = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft, hard = (sys.maxsize if each == resource.RLIM_INFINITY else each for each in kept)
    files = min(connections + OTHER_FILES, hard)
    if soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, kept[1]))
    return min(connections, max(files - OTHER_FILES, files // 2))
