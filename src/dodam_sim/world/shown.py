"""What the world's page shows of what a service received."""

from datetime import datetime

from msgspec import Struct


class Shown(Struct, frozen=True, kw_only=True):
    """One thing received; `who` it was for: a number, an address, a channel, a customer."""

    at: datetime
    title: str
    text: str
    who: str
