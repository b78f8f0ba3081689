"""Fill this installation with the demo; `make demo` runs it before every start."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from incidents.models import Page
from statuspage import tables
from statuspage.demo import people, seed


class Command(BaseCommand):
    """demo [--serve]: seeds once; each start prints the address and newly generated passwords."""

    help = "Seed a fictional mail company with two real outages, and print how to sign in."
    # It runs before every start, and `serve` checks the system then.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to go on serving."""
        parser.add_argument("--serve", action="store_true", help="Serve it, too.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed if need be, then say where it is and how to sign in."""
        if not tables.are_current():
            call_command("migrate", verbosity=0)
        try:
            page = seed.seed(at=timezone.now())
        except ValidationError as error:
            raise CommandError(
                f"{' '.join(error.messages)} Set DATA_DIR to a new folder."
            ) from error
        self._say(page)
        if options["serve"]:
            self.stdout.flush()
            call_command("serve")

    def _say(self, page: Page) -> None:
        owner = people.renew_password(people.owner())
        approver = people.renew_password(people.approver())
        outage = seed.mailstore_outage().public_url
        self.stdout.write(f"{page.name:<22}{page.url()}")
        self.stdout.write(f"{'The Mailstore outage':<22}{outage}")
        self.stdout.write(f"{'Console':<22}{settings.SITE_URL}/console/")
        for sign_in in (owner, approver):
            self.stdout.write(f"  {sign_in.user.email:<22}{sign_in.password}  ({sign_in.user})")
        self.stdout.write("These passwords are generated anew at every start of the demo.")
