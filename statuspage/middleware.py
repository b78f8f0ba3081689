"""What of a request is believed and taken: headers of proxies that were named, small files."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


def trust_proxies(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Set REMOTE_ADDR to the reader's address; drop forwarded headers of anybody unknown."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = _reader(request)
        else:
            for header in FORWARDED:
                request.META.pop(header, None)
        return respond(request)

    return middleware


def take_small_files(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse large bodies in parts unread: a picture of half a megabyte is the most that we take.

    What is smaller stays in memory; larger parts would go to the disk, whoever sends them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        small = length.isdecimal() and len(length) < 20
        if request.content_type == "multipart/form-data" and not (
            small and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        ):
            return HttpResponse(
                "This is too large: a picture may have 512 KB. Go back, and make it smaller.\n",
                status=413,
                content_type="text/plain; charset=utf-8",
            )
        return respond(request)

    return middleware


def _reader(request: HttpRequest) -> str:
    """Return the last address of the chain that no trusted proxy of ours put there."""
    chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    hops = [hop.strip() for hop in chain if hop.strip()]
    strangers = [hop for hop in reversed(hops) if not _is_trusted(hop)]
    # What is no address is a proxy's slip or somebody's trick: then the proxy itself is the reader.
    reader = _address(strangers[0]) if strangers else None
    return str(reader or request.META["REMOTE_ADDR"])


def _is_trusted(text: str) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in settings.TRUSTED_PROXIES)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address; an IPv4 one that came over an IPv6 socket counts as IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
