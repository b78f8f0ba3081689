"""Who counts as one sender when something is throttled."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

ONE_HOUSEHOLD: Final = 64


def source_of(remote_address: str) -> str:
    """Return the address, or the /64 network of an IPv6 one: a household gets all of that.

    Whatever is no address counts as it stands.
    """
    try:
        address = ip_address(remote_address)
    except ValueError:
        return remote_address
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Network((address, ONE_HOUSEHOLD), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
