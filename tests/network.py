"""Tests reach this machine only: every other address is refused before a packet leaves."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest


class NetworkClosed(RuntimeError):
    """A test tried to leave this machine."""


@contextmanager
def closed() -> Iterator[None]:
    """Refuse connections and look-ups that lead away from loopback and Unix sockets."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _local_names(socket.getaddrinfo))
        patch.setattr(socket, "gethostbyname", _local_names(socket.gethostbyname))
        yield


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *args: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _refuse_strangers(args[-1][0])
        return method(self, *args)

    return guarded


def _local_names(look_up: Callable[..., Any]) -> Callable[..., Any]:
    def local(host: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not _address(name):  # spelling out an address asks nobody
            _refuse_strangers(name)
        return look_up(host, *args, **options)

    return local


def _refuse_strangers(host: str) -> None:
    address = _address(host)
    if host in {"", "localhost"} or host.endswith(".localhost"):
        return
    if address is None or not (address.is_loopback or address.is_unspecified):
        raise NetworkClosed(f"Tests stay on this machine; {host} is elsewhere.")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    with suppress(ValueError):
        return ipaddress.ip_address(host.partition("%")[0])
    with suppress(OSError):
        return ipaddress.IPv4Address(socket.inet_aton(host))  # as in 0x7f.1 or 2130706433
    return None
