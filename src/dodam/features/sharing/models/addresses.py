"""Which network addresses an outside system may have.

What somebody else chooses is called from inside our network, so it must lead out of it (server
side request forgery; Standard Webhooks, "Server side request forgery"). An address is let through
if it is global by IANA's registries of special-purpose addresses,
https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-special-registry, and can
stand for no other.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Beside what Python's `is_global` leaves out, whichever release it is: protocol assignments and
# relays; IPv6 that a gateway turns into an IPv4 address (NAT64, Teredo, 6to4, IPv4-compatible);
# site-local addresses; and Azure's metadata, which have a public address.
_DENIED = tuple(
    ip_network(each)
    for each in (
        "100.64.0.0/10",
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/23",
        "2002::/16",
        "fec0::/10",
    )
)


def may_be_reached(address: str, *, loopback: bool) -> bool:
    """Whether an address, as a resolver writes it, leads out; or, with `loopback`, to ourselves."""
    plain = _without_wrapping(ip_address(address))
    if plain.is_loopback:
        return loopback
    return (
        plain.is_global
        and not plain.is_multicast
        and not plain.is_reserved
        and not any(plain in network for network in _DENIED)
    )


def _without_wrapping(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
