"""Issue a key for the API."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people.models import ApiToken, User
from people.models.token import SCOPES


class Command(BaseCommand):
    """create_token NAME --scope SCOPE [--scope SCOPE] [--owner EMAIL] [--days N]."""

    help = "Issue an API token and print it, once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a name to recognise the token by, and its scopes."""
        parser.add_argument("name")
        parser.add_argument("--scope", action="append", default=[], help=", ".join(SCOPES))
        parser.add_argument("--owner", default="", help="E-mail address; the only user if absent.")
        parser.add_argument("--days", type=int, default=0, help="Life in days; 0 never expires.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the token, or say why not."""
        at = timezone.now()
        expires_at = at + timedelta(days=options["days"]) if options["days"] else None
        try:
            _token, plaintext = ApiToken.issue(
                owner=self._owner(options["owner"]),
                name=options["name"],
                scopes=options["scope"],
                at=at,
                expires_at=expires_at,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(plaintext)

    def _owner(self, email: str) -> User:
        users = User.objects.filter(is_active=True)
        found = users.filter(email=email.strip().lower()) if email else users.order_by("pk")[:2]
        if len(found) != 1:
            problem = f"There is no user {email}." if email else "Say whose token with --owner."
            raise CommandError(problem)
        return found[0]
