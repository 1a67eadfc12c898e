"""Which share of the children a rule reaches: the same children each time, and more as it grows."""

from hashlib import sha256
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

BUCKETS = 10_000

Salt = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,119}\Z", examples=["spring"])]


class Rollout(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A share of the children, in percent with at most two decimals.

    Rules of one `salt` reach the same children first; without one a rule draws its own, by its
    namespace and name.
    """

    percent: Annotated[float, Meta(ge=0, le=100)]
    salt: Salt | None = None

    def __post_init__(self) -> None:
        if round(self.percent, 2) != self.percent:
            raise ValueError("A percentage has two decimals at most.")

    @property
    def buckets(self) -> int:
        """How many of the buckets are reached, from the first on."""
        return round(self.percent * BUCKETS / 100)


def bucket(salt: str, child_id: UUID | None) -> int:
    """A child's place among `BUCKETS` for a salt, by SHA-256 modulo, as Statsig draws it.

    It depends on nothing else: not on the process, the time, the percentage or other rules. Who is
    no child stands last, which only all of them reach.
    (https://docs.statsig.com/sdks/how-evaluation-works)
    """
    if child_id is None:
        return BUCKETS - 1
    drawn = sha256(salt.encode() + child_id.bytes).digest()
    return int.from_bytes(drawn[:8], "big") % BUCKETS
