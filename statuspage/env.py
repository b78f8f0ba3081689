"""Typed readers of the environment: the only place where it is read."""

import os
import re
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from statuspage import mail_providers, mail_servers, secret_files
from statuspage.addresses import taken_apart

Network = IPv4Network | IPv6Network
RATE = re.compile(
    r"(?P<domain>\*|[a-z0-9][a-z0-9.-]*)=(?P<count>\d{1,6})(/(?P<unit>[smh]))?", re.ASCII
)
SECONDS = {"s": 1, "m": 60, "h": 3600}
# What a request may name as its host: letters of other alphabets arrive as xn--...
HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]", re.ASCII | re.IGNORECASE)


def text(name: str, default: str = "") -> str:
    """Return NAME, or the contents of the file that NAME_FILE points to, or the default.

    One that is set to nothing counts as absent: that is how compose files pass on what is not set.
    So does an empty file.
    """
    path = os.environ.get(f"{name}_FILE")
    held = secret_files.contents(name, Path(path)) if path else ""
    return held or os.environ.get(name, "").strip() or default


def integer(name: str, default: int, most: int = 1_000_000_000) -> int:
    """Return NAME as a whole number from 0 to `most`."""
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) > most:
        raise ImproperlyConfigured(f"{name} must be a whole number up to {most}, not “{value}”.")
    return int(value)


def switch(name: str) -> bool:
    """Return whether NAME is `yes`; absent is `no`."""
    value = text(name, "no").lower()
    if value not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not “{value}”.")
    return value == "yes"


def calling_codes(name: str) -> list[str]:
    """Return NAME as the beginnings of telephone numbers, each like +49."""
    codes = words(name)
    if wrong := [code for code in codes if not (code.startswith("+") and code[1:].isdecimal())]:
        raise ImproperlyConfigured(f"{name} must list codes like +1,+49, not “{wrong[0]}”.")
    return codes


def rates(name: str) -> dict[str, float]:
    """Return how many a second go to each domain, from `example.com=20/s,*=0`; 0 is no limit."""
    found: dict[str, float] = {}
    for word in words(name):
        read = RATE.fullmatch(word.lower())
        if read is None:
            raise ImproperlyConfigured(f"{name} must be like example.com=20/s,*=0, not “{word}”.")
        found[read["domain"]] = float(read["count"]) / SECONDS[read["unit"] or "s"]
    return found


def sms(name: str) -> dict[str, str]:
    """Return NAME (`twilio://SID:token@sender`) as an account's parts; empty where there is none.

    The sender is a number, or a messaging service (MG…).
    """
    value = text(name)
    if not value:
        return {}
    parts = taken_apart(name, value.replace("@+", "@%2B"))
    account = {"sid": unquote(parts.username or ""), "token": unquote(parts.password or "")}
    # A host is read in lower case; what Twilio calls a service is not.
    account["sender"] = unquote(parts.netloc.rpartition("@")[2])
    if parts.scheme != "twilio" or not all(account.values()):
        raise ImproperlyConfigured(f"{name} must be like twilio://SID:token@+14155550100.")
    return account | {"api": "https://api.twilio.com"}


def price(name: str) -> tuple[Decimal, str] | None:
    """Return NAME (`0.08 EUR`) as an amount and its currency; nothing where it is not set."""
    value = text(name)
    if not value:
        return None
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ([A-Z]{3})", value)
    if found is None:
        raise ImproperlyConfigured(f"{name} must be like 0.08 EUR, not “{value}”.")
    return Decimal(found[1]), found[2]


def words(name: str, default: str = "") -> list[str]:
    """Return NAME split at commas, without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def addresses(name: str) -> list[str]:
    """Return NAME as addresses, split at commas and spaces; they may hold passwords."""
    return text(name).replace(",", " ").split()


def hook(name: str) -> str:
    """Return NAME as a web address or as `exec:/path/to/program`; blank where there is none."""
    value = text(name)
    parts = taken_apart(name, value)
    program = parts.scheme == "exec" and Path(parts.path).is_absolute()
    if value and not program and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise ImproperlyConfigured(f"{name} must be like https://host/path or exec:/path.")
    return value


def readable_file(name: str) -> str:
    """Return NAME as the path of a file that can be read; blank where there is none."""
    value = text(name)
    if value and not os.access(value, os.R_OK):
        raise ImproperlyConfigured(f"{name}: there is no file “{value}” that can be read.")
    return value


def web_address(name: str) -> str:
    """Return NAME as a web address; blank where there is none."""
    value = text(name)
    parts = taken_apart(name, value)
    if value and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise ImproperlyConfigured(f"{name} must be like https://watch.example.com/ping/candor.")
    return value


def site(name: str, default: str) -> str:
    """Return NAME as the address of a site, without a slash at its end.

    What is wrong is said without the value, which may hold a password.
    """
    value = text(name, default).rstrip("/")
    parts = taken_apart(name, value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must be like https://status.example.com.")
    if "@" in parts.netloc or parts.path or "?" in value:
        raise ImproperlyConfigured(
            f"{name} must be like https://status.example.com, without user, path and query."
        )
    if not HOST.fullmatch(host_of(value)):
        raise ImproperlyConfigured(
            f"{name}: a host is made of letters a to z, digits, dots and hyphens (xn--...)."
        )
    return value


def host_of(site: str) -> str:
    """Return the host of a site as a request names it: an IPv6 address in brackets."""
    return re.sub(r":[0-9]*$", "", urlsplit(site).netloc).lower()


def hosts(name: str, default: str) -> list[str]:
    """Return NAME as host names; `.example.com` stands for all below it, and * for any."""
    names = words(name, default)
    if wrong := [each for each in names if each != "*" and not HOST.fullmatch(each)]:
        raise ImproperlyConfigured(
            f"{name} must list names like status.example.com, without scheme, port and path: "
            f"“{wrong[0]}” is none."
        )
    return names


def broker(name: str) -> str:
    """Return NAME as the address of a Redis; blank where there is none."""
    value = text(name)
    if value and taken_apart(name, value).scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured(f"{name} must be like redis://host:6379/0.")
    return value


def return_address(name: str) -> str:
    """Return NAME as a mailbox or as a whole domain (`@bounces.example.com`); blank for none."""
    value = text(name)
    mailbox, at, domain = value.rpartition("@")
    plain = value.isascii() and value.isprintable() and not set(value) & set(' <>,;+"')
    if value and not (at and plain and "." in domain and "@" not in mailbox and len(mailbox) <= 30):
        raise ImproperlyConfigured(f"{name} must be like bounces@example.com or @example.com.")
    return value


def login(name: str) -> str:
    """Return NAME as `user:password` of at least 16 characters; blank for none."""
    value = text(name)
    user, colon, password = value.partition(":")
    if value and not (user and colon and len(password) >= 16):
        raise ImproperlyConfigured(f"{name} must be user:password, 16 characters or more of it.")
    return value


def folder(name: str, default: str) -> Path:
    """Return NAME as a folder, which is made where it is missing."""
    path = Path(text(name, default)).absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: cannot make {path} ({error.strerror}).") from error
    return path


def folder_or_none(name: str, default: str) -> Path | None:
    """Return NAME as a folder, or nothing where it says `none`."""
    return None if text(name).lower() == "none" else folder(name, default)


def networks(name: str) -> list[Network]:
    """Return NAME as a list of networks, each in CIDR notation or a single address."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must list networks like 10.0.0.0/8: {error}."
        ) from error


def kept_secret(name: str, folder: Path) -> str:
    """Return NAME, or a secret generated once and kept in `folder` with mode 600."""
    if path := os.environ.get(f"{name}_FILE"):
        return secret_files.given(name, Path(path))
    return text(name) or secret_files.kept(name, folder / name.lower())


def mailers(name: str, default: str) -> dict[str, Any]:
    """Return NAME as MAILERS: one provider, or several in the order in which they are tried."""
    urls = text(name, default).replace(",", " ").split()
    if len(urls) > 1 and "keep:" in urls:
        raise ImproperlyConfigured(f"{name}: keep: stands alone; what it keeps is never sent.")
    names = ["default", *(f"fallback-{number}" for number in range(1, len(urls)))]
    return {each: mailer(url) for each, url in zip(names, urls, strict=True)}


def mailer(url: str) -> dict[str, Any]:
    """Return a MAILERS entry for `keep:`, `smtp://user:password@host:587`, `smtps://...` or
    `anymail+provider://key`.
    """
    if mail_providers.is_provider(url):
        return mail_providers.mailer(url)
    parts = taken_apart("EMAIL_URL", url)
    if parts.scheme == "keep":
        return {"BACKEND": "notifications.mail.backends.KeepBackend"}
    if parts.scheme in {"smtp", "smtps"}:
        backend, options = "notifications.mail.backends.SmtpBackend", mail_servers.options(parts)
        return {"BACKEND": backend, "OPTIONS": options}
    raise ImproperlyConfigured(
        "EMAIL_URL must be keep:, smtp://host:port, smtps://host:port or anymail+provider://key."
    )
