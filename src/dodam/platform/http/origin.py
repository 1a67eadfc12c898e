"""Finding out where a request comes from."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from litestar import Request

from dodam.platform.origin import Origin

_NETWORK_BITS = 64
_LONGEST_USER_AGENT = 300


def request_origin(request: Request[Any, Any, Any]) -> Origin:
    host = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")[:_LONGEST_USER_AGENT].replace("\x00", "")
    return Origin(address=host, network=_network(host), user_agent=agent)


def _network(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), _NETWORK_BITS), strict=False))
    return host
