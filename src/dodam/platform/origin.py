"""Where a request comes from."""

from msgspec import Struct


class Origin(Struct, frozen=True):
    """`address` is the network address as text; `network` is what rate limits count by.

    A household or a phone is given a whole IPv6 /64, so one address of it says nothing.
    """

    address: str
    network: str
    user_agent: str
