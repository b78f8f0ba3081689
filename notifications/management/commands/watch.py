"""Watches the notifier from a process of its own."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifications.clock import database_now
from notifications.watching import EVERY, Watcher, look


class Command(BaseCommand):
    """Best on another host than the notifier: who is dead raises no alarm."""

    help = "Watches whether people are told; mails whoever is on call when that stands still."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to look just once."""
        parser.add_argument(
            "--once",
            action="store_true",
            help="look once and exit with 1 when telling stands still; for cron or a monitor",
        )

    def handle(self, *_args: Any, once: bool, **_options: Any) -> None:
        """Look, once or until SIGTERM."""
        if once:
            if wrong := look(database_now()):
                raise CommandError(wrong)
            self.stdout.write("People are told.")
            return
        watcher = Watcher()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_signal: watcher.stop())
        self.stdout.write(f"Watching, every {EVERY:.0f} s.")
        watcher.run()
