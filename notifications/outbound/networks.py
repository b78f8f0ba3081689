"""Which addresses a request may go to: an explicit table, since `ipaddress` is too lenient."""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

GLOBAL_UNICAST = IPv6Network("2000::/3")

REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private network"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local, where cloud metadata lives"),
        ("172.16.0.0/12", "private network"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT relay"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private network"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "IPv4 inside IPv6"),
        ("::ffff:0:0:0/96", "IPv4 inside IPv6"),
        ("::/96", "IPv4 inside IPv6"),
        ("64:ff9b::/96", "NAT64, IPv4 inside IPv6"),
        ("64:ff9b:1::/48", "local NAT64, IPv4 inside IPv6"),
        ("100::/64", "discard-only"),
        ("2001::/32", "Teredo, IPv4 inside IPv6"),
        ("2001::/23", "protocol assignments"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4, IPv4 inside IPv6"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "private network"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)


def classify(address: str | Address, allow: tuple[Network, ...] = ()) -> str | None:
    """Why this address must not be connected to, or None when it may be."""
    if isinstance(address, str):
        try:
            address = ip_address(address)
        except ValueError:
            return "not an IP address"
    if is_allowed(address, allow):
        return None
    if isinstance(address, IPv6Address) and address.scope_id:
        return "an address with a scope"
    return _listed(address) or _outside_global(address)


def is_allowed(address: str | Address, allow: tuple[Network, ...]) -> bool:
    """Whether the operator opened this address by OUTBOUND_ALLOW."""
    if isinstance(address, str):
        address = ip_address(address)
    return any(address.version == network.version and address in network for network in allow)


def literal(host: str) -> Address | None:
    """The address that a host name spells, in any of the forms that a C library accepts."""
    bare = host.removeprefix("[").removesuffix("]").rstrip(".")
    try:
        return ip_address(bare)
    except ValueError:
        return _numbers_and_dots(bare)


def _numbers_and_dots(host: str) -> IPv4Address | None:
    if not host or host[0] not in "0123456789":
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _listed(address: Address) -> str | None:
    for network, reason in REFUSED:
        if address.version == network.version and address in network:
            return reason
    return None


def _outside_global(address: Address) -> str | None:
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return "outside the public internet"
    return None
