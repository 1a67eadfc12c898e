"""Whether an account may play as a subscriber does."""

from collections.abc import Iterable
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


NOT_ENTITLED = Entitlement(entitled=False, grounds=None, until=None)


def end_of_all(spans: Iterable[tuple[datetime, datetime | None]]) -> datetime | None:
    """When the first of the spans ends, or the last of those that follow it without a gap.

    Spans come in the order of time and do not overlap; without an end, there is none.
    """
    (_, end), *later = spans
    for begins, ends in later:
        if end is None or begins > end:
            break
        end = ends
    return end
