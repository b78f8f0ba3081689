"""Make the first owner: the one account that no other account can make."""

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from people.models import User


class Command(BaseCommand):
    """create_owner EMAIL [--name NAME] [--password PASSWORD]."""

    help = "Create somebody who may do everything; prints a generated password unless one is given."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address to sign in with."""
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--password", default="", help="Generated and printed when absent.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the owner, or say why not."""
        email, password = options["email"].strip().lower(), options["password"]
        self._check(email, options["name"], password)
        password = password or secrets.token_urlsafe(15)
        User.objects.create_superuser(email, password, name=options["name"])
        self.stdout.write(f"Owner {email} created.")
        if not options["password"]:
            self.stdout.write(f"Password: {password}")

    def _check(self, email: str, name: str, password: str) -> None:
        try:
            User(email=email, name=name).clean_fields(exclude=["password"])
            if password:
                validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if User.objects.filter(email=email).exists():
            raise CommandError(f"There is a user {email} already.")
