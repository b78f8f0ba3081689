"""Resolve a name once, in bounded time, and vet every answer before anything connects."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout

from notifications.outbound.networks import Network, classify, is_allowed

WEB_PORTS = frozenset({80, 443})

Resolver = Callable[[str, int], list[str]]

_lookups = ThreadPoolExecutor(max_workers=64, thread_name_prefix="resolve")


class Forbidden(OSError):
    """The request would leave the public internet, so it is not made."""


class ClosedPort(Forbidden):
    """No port of the web."""


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host, in the system's order."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def vetted(
    host: str,
    port: int,
    *,
    allow: tuple[Network, ...],
    timeout: float,
    resolver: Resolver = resolve,
) -> list[str]:
    """The addresses that may be connected to; Forbidden when any answer is a bad one."""
    return vet(host, port, _in_time(resolver, host, port, timeout), allow=allow)


def vet(host: str, port: int, addresses: list[str], *, allow: tuple[Network, ...]) -> list[str]:
    """The same for addresses that are known already; OSError when there is none."""
    for address in addresses:
        reason = classify(address, allow)
        if reason:
            raise Forbidden(f"{host} is {address}: {reason}")
        if port not in WEB_PORTS and not is_allowed(address, allow):
            raise ClosedPort(f"port {port}: only 80 and 443 are open")
    if not addresses:
        raise OSError(f"{host} has no address")
    return addresses


def _in_time(resolver: Resolver, host: str, port: int, timeout: float) -> list[str]:
    bare = host.removeprefix("[").removesuffix("]")
    looking = _lookups.submit(resolver, bare, port)
    try:
        return looking.result(timeout)
    except FutureTimeout as slow:
        # Nobody waits for it any more: what is not begun holds up no other.
        looking.cancel()
        raise OSError(f"{host} was not resolved within {round(timeout, 1):g} s") from slow
    except UnicodeError as odd:
        raise OSError(f"{host} is not a host name") from odd
