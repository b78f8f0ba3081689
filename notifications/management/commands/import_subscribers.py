"""Brings subscribers in from a table of any length."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from incidents.models import Page
from notifications import bringing
from people.actors import Actor

AGAIN = "Run the same command again: it goes on where it stopped."


class Command(BaseCommand):
    """The same as “Import a CSV file” in the console, for tables that are too large for a form."""

    help = "Takes subscribers by e-mail up from a CSV file; the whole file is checked first."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose subscribers, from where, and whether they agreed."""
        parser.add_argument("page", help="slug of the page")
        parser.add_argument(
            "file", type=Path, help="CSV in UTF-8; the first line names the columns"
        )
        parser.add_argument("--dry-run", action="store_true", help="check the file, write nothing")
        parser.add_argument(
            "--consent",
            action="store_true",
            help="these people agreed and are told at once; without it each is asked by mail first",
        )

    def handle(
        self, *_args: Any, page: str, file: Path, dry_run: bool, consent: bool, **_options: Any
    ) -> None:
        """Check, then bring."""
        if (found := Page.objects.filter(slug=page).first()) is None:
            there_are = ", ".join(Page.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no page “{page}”. There are: {there_are}.")
        with _in_words():
            lines = self._check(file, found)
            if not dry_run:
                self._bring(file, found, lines, consent=consent)

    def _check(self, file: Path, page: Page) -> int:
        good = bad = 0
        for roll in bringing.read(file, page, timezone.now()):
            good, bad = good + len(roll.entries), bad + len(roll.refused)
            for each in roll.refused:
                self.stderr.write(f"line {each.line}: {each.reason}")
        self.stdout.write(f"Checked: {good:,} lines can be taken, {bad:,} cannot.")
        return good + bad

    def _bring(self, file: Path, page: Page, lines: int, *, consent: bool) -> None:
        by = Actor.system("import_subscribers", face="command")
        done = added = known = left_out = 0
        for roll, intake in bringing.bring(file, page, consent=consent, by=by, clock=timezone.now):
            done += len(roll.entries) + len(roll.refused)
            if intake is None:
                left_out += len(roll.refused)
                continue
            added, known = added + intake.added, known + intake.known
            left_out += len(intake.refused)
            for line, reason in intake.refused[len(roll.refused) :]:
                self.stderr.write(f"line {line}: {reason}")
            self.stdout.write(f"{done:,} of {lines:,} lines")
            if intake.gave_up:
                raise CommandError(f"A part could not be taken up; see the log. {AGAIN}")
        asked = "told from now on" if consent else "asked by mail"
        self.stdout.write(
            f"Done: {added:,} new ({asked}), {known:,} known already, {left_out:,} left out."
        )


@contextmanager
def _in_words() -> Iterator[None]:
    """Say what stopped it, and the way on."""
    try:
        yield
    except ValidationError as wrong:
        raise CommandError(" ".join(wrong.messages)) from wrong
    except OSError as wrong:
        raise CommandError(f"The file cannot be read: {wrong.strerror}.") from wrong
    except KeyboardInterrupt as stopped:
        raise CommandError(f"Stopped. {AGAIN}") from stopped
