"""Mail servers that EMAIL_URL names: `smtp://user:password@host:587`, `smtps://host`."""

from typing import Any, Final
from urllib.parse import SplitResult, unquote

from django.core.exceptions import ImproperlyConfigured

from statuspage import addresses

LIMITS: Final = ("connections", "per_second")


def options(parts: SplitResult) -> dict[str, Any]:
    """The OPTIONS of the MAILERS entry for an address; a user's password is sent encrypted."""
    if not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must name a server, like smtp://mail.example.com:587."
        )
    query = addresses.options("EMAIL_URL", parts)
    secure = parts.scheme == "smtps"
    starttls = query.pop("starttls", "yes" if parts.username else "no")
    if starttls not in {"yes", "no"}:
        raise ImproperlyConfigured(f"EMAIL_URL: starttls must be yes or no, not “{starttls}”.")
    return {
        "host": parts.hostname,
        "port": parts.port or (465 if secure else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": secure,
        "use_tls": not secure and starttls == "yes",
        "timeout": 20,
    } | _limits(query)


def _limits(query: dict[str, str]) -> dict[str, int]:
    """How much one sending process may ask of an SMTP server."""
    for option, value in query.items():
        if option not in LIMITS:
            raise ImproperlyConfigured(
                f"EMAIL_URL has no option “{option}”; there are starttls, connections, per_second."
            )
        if not value.isdecimal() or int(value) < 1:
            raise ImproperlyConfigured(f"EMAIL_URL: {option} must be a whole number, 1 or more.")
    return {option: int(value) for option, value in query.items()}
