"""Addresses of webhooks as people type them: refused with the reason, or made canonical."""

from urllib.parse import SplitResult, urlsplit, urlunsplit

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from notifications.outbound.networks import Address, Network, classify, is_allowed, literal
from notifications.outbound.resolving import WEB_PORTS, ClosedPort, Forbidden, vetted

LIMIT = 2000
LOOKUP_SECONDS = 2.0
LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".home.arpa", ".lan")
DEFAULT_PORTS = {"http": 80, "https": 443}


def validate_url(
    url: str,
    field: str = "url",
    allow: tuple[Network, ...] | None = None,
    *,
    look_up: bool = True,
) -> str:
    """The canonical form of an http(s) address on the public internet; ValidationError else.

    Without `look_up` a name is taken as it is: strangers make us ask no name server, and each
    request is vetted anyway.
    """
    networks = tuple(settings.OUTBOUND_ALLOW) if allow is None else allow
    try:
        return _canonical(url.strip(), networks, look_up)
    except ValueError as wrong:
        raise ValidationError({field: [str(wrong)]}) from wrong


def is_opened(url: str) -> bool:
    """Whether its host is an address that the operator opened; no name is looked up."""
    try:
        address = literal(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return address is not None and is_allowed(address, tuple(settings.OUTBOUND_ALLOW))


def _canonical(url: str, allow: tuple[Network, ...], look_up: bool) -> str:
    if len(url) > LIMIT:
        raise ValueError(_("An address has at most %d characters.") % LIMIT)
    if not url.isprintable() or " " in url or "\\" in url:
        raise ValueError(_("An address holds no spaces, line breaks or backslashes."))
    parts = _split(url)
    host, port = _host(parts), _port(parts)
    _refuse_local(host, port, allow, look_up)
    return urlunsplit(
        (parts.scheme.lower(), _netloc(host, port, parts), parts.path, parts.query, "")
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError as wrong:
        raise ValueError(_("This is not a web address; write https://host/path.")) from wrong
    if parts.scheme.lower() not in DEFAULT_PORTS:
        raise ValueError(_("Only http:// and https:// addresses can be called."))
    if "@" in parts.netloc:
        raise ValueError(
            _("Leave name and password out of the address; the signature proves who calls.")
        )
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not host or "%" in host or ("[" in parts.netloc and ":" not in host):
        raise ValueError(_("This is not a web address; write https://host/path."))
    if ":" in host:
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return _plain(host)


def _plain(host: str) -> str:
    if not host.isascii() or not all(char.isalnum() or char in "-_." for char in host):
        raise ValueError(_("“%s” is not a host name.") % host)
    return host


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or DEFAULT_PORTS[parts.scheme.lower()]
    except ValueError as wrong:
        raise ValueError(_("The port is a number from 1 to 65535.")) from wrong


def _refuse_local(host: str, port: int, allow: tuple[Network, ...], look_up: bool) -> None:
    address = literal(host)
    if address is not None:
        _refuse_address(address, port, allow)
    elif "." not in host.rstrip(".") or host.rstrip(".").endswith(LOCAL_SUFFIXES):
        raise ValueError(
            _("“%s” names a machine of a local network; use a public host name.") % host
        )
    elif look_up:
        _refuse_name(host, port, allow)
    elif port not in WEB_PORTS and not allow:
        raise ValueError(_closed_port())


def _refuse_address(address: Address, port: int, allow: tuple[Network, ...]) -> None:
    reason = classify(address, allow)
    if reason:
        raise ValueError(_not_public(str(address), f"{address} ({reason})"))
    if port not in WEB_PORTS and not is_allowed(address, allow):
        raise ValueError(_closed_port())


def _refuse_name(host: str, port: int, allow: tuple[Network, ...]) -> None:
    try:
        vetted(host, port, allow=allow, timeout=LOOKUP_SECONDS)
    except ClosedPort as bad:
        raise ValueError(_closed_port()) from bad
    except Forbidden as bad:
        raise ValueError(_not_public(host, str(bad))) from bad
    except OSError as unknown:
        # A name that does not resolve today may tomorrow; each request vets it again.
        if port not in WEB_PORTS:
            raise ValueError(_closed_port()) from unknown


def _closed_port() -> str:
    return _("Only the ports 80 and 443 can be called.")


def _not_public(name: str, why: str) -> str:
    """Why exactly it is not is known in English only."""
    said = why if (get_language() or "en")[:2] == "en" else name
    return (
        _(
            "%s is not on the public internet. Use a public address, or ask the operator to open "
            "the network with OUTBOUND_ALLOW."
        )
        % said
    )


def _netloc(host: str, port: int, parts: SplitResult) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == DEFAULT_PORTS[parts.scheme.lower()] else f"{name}:{port}"
