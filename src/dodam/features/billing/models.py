"""Words of billing."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Grounds(StrEnum):
    """Why an account is entitled: `complimentary` was granted by staff as an attribute."""

    COMPLIMENTARY = "complimentary"


class Entitlement(Struct, frozen=True):
    """Whether an account may play as a subscriber does, now.

    `until` is when that ends unless something changes; null where no end is set.
    """

    entitled: bool
    grounds: Grounds | None
    until: datetime | None
