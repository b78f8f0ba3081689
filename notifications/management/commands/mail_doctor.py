"""Say what keeps mail from being believed, and what to write into DNS."""

from argparse import ArgumentParser
from contextlib import suppress
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend
from django.core.management.base import BaseCommand, CommandError

from incidents.models import Page
from notifications.mail import doctor
from notifications.mail.backends import KeepBackend
from notifications.mail.mails import sender


class Command(BaseCommand):
    """mail_doctor [--page SLUG] [--selector NAME] [--address IP]; 1 when something is bad."""

    # Tests hand in a resolver; operators cannot.
    stealth_options = ("ask",)
    help = "Look up what receivers look up: SPF, DKIM, DMARC, PTR, return path, one-click."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what the settings do not say."""
        parser.add_argument("--page", default="", help="Only this page, by its slug.")
        parser.add_argument("--selector", action="append", default=[], help="A DKIM selector.")
        parser.add_argument("--address", action="append", default=[], help="A sending address.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine the senders of all pages, each once."""
        ask: doctor.Resolver = options.get("ask") or doctor.ask_dns
        bad = 0
        for route in _routes(options, ask):
            self.stdout.write(f"{route.sender}, links to {route.site}")
            for finding in doctor.examine(route, ask):
                bad += finding.grade == "bad"
                self._say(finding)
        self._say_how_mail_leaves()
        if bad:
            self.stdout.write(f"{bad} to put right.")
            raise SystemExit(1)
        self.stdout.write("Nothing to put right.")

    def _say(self, finding: doctor.Finding) -> None:
        mark = {"good": "ok  ", "poor": "hint", "bad": "BAD "}[finding.grade]
        self.stdout.write(f"  {mark} {finding.about}: {finding.words}")
        if finding.write:
            self.stdout.write(f"       write: {finding.write}")

    def _say_how_mail_leaves(self) -> None:
        if isinstance(mailers.default, KeepBackend):
            self.stdout.write("EMAIL_URL is keep: nothing leaves yet.")


def _routes(options: dict[str, Any], ask: doctor.Resolver) -> list[doctor.Route]:
    pages = Page.objects.order_by("pk")
    if options["page"]:
        pages = pages.filter(slug=options["page"])
    if not pages:
        raise CommandError("There is no such page.")
    host = _server()
    found = {}
    for page in pages:
        address = parseaddr(sender(page))[1]
        found[address, page.site] = doctor.Route(
            sender=address,
            site=page.site,
            host=host,
            addresses=options["address"] or _addresses(host, ask),
            bounces=settings.BOUNCE_ADDRESS,
            selectors=options["selector"] or doctor.SELECTORS,
        )
    return list(found.values())


def _server() -> str:
    backend = mailers.default
    return str(backend.host) if isinstance(backend, EmailBackend) else ""


def _addresses(host: str, ask: doctor.Resolver) -> list[str]:
    """Where the server stands; a provider’s may send from elsewhere, so this is a first guess."""
    with suppress(OSError):
        return [*ask(host, "A"), *ask(host, "AAAA")] if host and "." in host else []
    return []
