"""Take a bounce from a mail server's pipe."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error
from django.utils import timezone

from notifications.mail.bounces import reports
from notifications.models import MailEvent


class Command(BaseCommand):
    """read_bounce [--to ADDRESS] < mail."""

    help = "Read one bounce from standard input; a mail server's pipe calls this."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address at which it arrived, where the mail does not say so."""
        parser.add_argument("--to", default="", help="Where it arrived (${original_recipient}).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it down; a database that is away means: bring it again later (EX_TEMPFAIL)."""
        report = reports.read(sys.stdin.buffer.read(), options["to"])
        if report is None:
            self.stdout.write("No bounce of a mail of ours: ignored.")
            return
        try:
            fresh = MailEvent.note_report(report, timezone.now())
        except Error as error:
            self.stderr.write(f"The database is away: {error}")
            raise SystemExit(os.EX_TEMPFAIL) from error
        self.stdout.write(f"Noted: {report.fate.label}." if fresh else "Known already.")
