"""What is looked at before any command runs: settings that only the floors below can judge."""

import stat
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error

from notifications.mail.keeping import keeps
from publishing.targets import target_for

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def places_to_publish_to(**_asked: Any) -> list[CheckMessage]:
    """Each address in PUBLISH_TO is one that can be pushed to."""
    found: list[CheckMessage] = []
    for number, address in enumerate(settings.PUBLISH_TO, start=1):
        try:
            target_for(address)
        except ValueError as error:
            found.append(Error(f"PUBLISH_TO, address {number}: {error}", id="statuspage.E001"))
    return found


def ways_to_mail(**_asked: Any) -> list[CheckMessage]:
    """Mails leave, and no password is sent to a mail server for everybody to read."""
    found: list[CheckMessage] = []
    if keeps():
        words = "EMAIL_URL names no mail server: mails are kept, and nobody is told by mail."
        found.append(checks.Warning(words, id="statuspage.W001"))
    for number, mailer in enumerate(settings.MAILERS.values(), start=1):
        options = mailer.get("OPTIONS", {})
        if options.get("username") and not (options.get("use_tls") or options.get("use_ssl")):
            words = f"EMAIL_URL, address {number}: the password is sent in clear."
            hint = "Use smtps://, or leave out ?starttls=no."
            found.append(checks.Warning(words, hint=hint, id="statuspage.W002"))
    return found


def files_of_the_record(**_asked: Any) -> list[CheckMessage]:
    """Nobody else on this machine reads a SQLite file; one of an old installation may be open."""
    found: list[CheckMessage] = []
    for database in settings.DATABASES.values():
        path = Path(database["NAME"])
        if path.is_absolute() and path.is_file() and path.stat().st_mode & OTHERS:
            words = f"{path} can be read by other users of this machine."
            hint = f"Take that away: chmod 600 {path}*"
            found.append(checks.Warning(words, hint=hint, id="statuspage.W003"))
    return found
