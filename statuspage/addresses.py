"""Settings that are addresses, some with a password in them: what is wrong is said without it."""

from urllib.parse import SplitResult, parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured


def taken_apart(name: str, url: str, *, with_port: bool = True) -> SplitResult:
    """Return the parts of setting NAME; ImproperlyConfigured for what is no address.

    A # that is not encoded would cut a password short, and a / would end it early.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port if with_port else None
    except ValueError:
        # The parser's own words hold what it could not read.
        raise ImproperlyConfigured(_encode(name)) from None
    if "#" in url:
        raise ImproperlyConfigured(_encode(name))
    return parts


def options(name: str, parts: SplitResult) -> dict[str, str]:
    """Return what follows the question mark, which is no part of a password."""
    if "@" in parts.query or parts.path not in {"", "/"}:
        raise ImproperlyConfigured(_encode(name))
    return dict(parse_qsl(parts.query, keep_blank_values=True))


def _encode(name: str) -> str:
    return (
        f"{name} is no address. Percent-encode special characters in names and passwords, "
        "such as %23 for #, %2F for /, %3F for ? and %40 for @."
    )
