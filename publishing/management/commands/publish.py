"""Write every public file that is due, or compare what stands with the record."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from incidents.core.viewers import PUBLIC
from incidents.models import Page
from publishing.published.publisher import Publisher
from publishing.published.verifying import differences

SHOWN = 20


class Command(BaseCommand):
    """publish [--page SLUG] [--anew] [--verify]."""

    help = "Bring the published folder up to date; --verify compares it with the record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one page, or all of them."""
        parser.add_argument("--page", default="", help="Short name of a page; all if absent.")
        parser.add_argument("--anew", action="store_true", help="Make every file anew.")
        parser.add_argument("--verify", action="store_true", help="Change nothing, only compare.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the pages; a difference that --verify finds ends in exit code 1."""
        pages = Page.objects.visible_to(PUBLIC).order_by("pk")
        if options["page"]:
            pages = pages.filter(slug=options["page"])
            if not pages:
                raise CommandError(f"There is no public page “{options['page']}”.")
        publisher = Publisher(settings.PUBLISHED_DIR)
        if options["verify"]:
            self._verify(publisher, list(pages))
            return
        publisher.publish(pages, anew=options["anew"])
        for page in pages:
            self.stdout.write(
                f"{page.slug}: {len(publisher.shelf(page).index.files())} files stand"
            )

    def _verify(self, publisher: Publisher, pages: list[Page]) -> None:
        wrong = 0
        for page in pages:
            shelf = publisher.shelf(page)
            paths = differences(page, shelf, timezone.now())
            wrong += len(paths)
            count = len(shelf.index.files())
            self.stdout.write(f"{page.slug}: {count} files, {len(paths)} not as the record has it")
            for path in paths[:SHOWN]:
                self.stdout.write(f"  /{path}")
        if wrong:
            raise CommandError("Run publish --anew to put them right.")
