"""Networks as people write them: kept as they are matched, or refused with what is wrong."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from django.core.exceptions import ValidationError

from incidents.core import checks

MOST: Final = 100
# How much of an IPv6 address says that an IPv4 one stands within.
MAPPED: Final = 96

type Network = IPv4Network | IPv6Network


def checked_networks(networks: list[str]) -> list[str]:
    """Return them as addresses are matched with them; raises ValidationError on "networks"."""
    if len(networks) > MOST:
        raise checks.refusal("networks", f"At most {MOST} networks.")
    return [str(_checked(each)) for each in networks]


def _checked(written: str) -> Network:
    try:
        network = _plain(ip_network(written))
    except ValueError:
        raise _refused(written) from None
    if not network.prefixlen:
        raise checks.refusal("networks", f"“{written}” is everybody; name the networks you mean.")
    return network


def _plain(network: Network) -> Network:
    """Where an IPv4 network is written as IPv6 ones are, return what it stands for."""
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is None or network.prefixlen < MAPPED:
        return network
    return IPv4Network((mapped, network.prefixlen - MAPPED))


def _refused(written: str) -> ValidationError:
    try:
        around = _plain(ip_network(written, strict=False))
    except ValueError:
        words = f"“{written}” is no network; write it like 192.0.2.0/24 or 2001:db8::/32."
    else:
        words = f"“{written}” is an address within {around}; write the network or the address."
    return checks.refusal("networks", words)
