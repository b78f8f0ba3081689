"""Derive the kept days of uptime anew, or say whether they are as the record has it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from incidents.derived import difference, rebuild
from incidents.models import Page
from people.actors import Actor


class Command(BaseCommand):
    """rebuild_uptime [--page SLUG] [--verify]."""

    help = "Derive every day of uptime from the impact windows; --verify only compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one page, or all of them."""
        parser.add_argument("--page", default="", help="Short name of a page; all if absent.")
        parser.add_argument("--verify", action="store_true", help="Change nothing, only compare.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the pages; a difference that --verify finds ends in exit code 1."""
        pages = Page.objects.order_by("pk")
        if options["page"]:
            pages = pages.filter(slug=options["page"])
            if not pages:
                raise CommandError(f"There is no page “{options['page']}”.")
        wrong = sum(self._each(page, verify=options["verify"]) for page in pages)
        if options["verify"] and wrong:
            raise CommandError("Run rebuild_uptime without --verify to put them right.")

    def _each(self, page: Page, *, verify: bool) -> int:
        if verify:
            days = difference(page).days
            self.stdout.write(f"{page.slug}: {days} days differ from the record")
            return days
        at = timezone.now()
        days = rebuild(page, by=Actor.system("rebuild_uptime", face="command"), at=at)
        self.stdout.write(f"{page.slug}: {days} days put right")
        return days
