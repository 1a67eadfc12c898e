"""Whether an account may play as a subscriber does."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Grounds(StrEnum):
    """Why an account is entitled; of several grounds the first of these.

    A trial counts as a subscription. `complimentary` was granted by staff as an attribute.
    """

    SUBSCRIPTION = "subscription"
    COMPLIMENTARY = "complimentary"
    PROMOTION = "promotion"


class Entitlement(Struct, frozen=True):
    """Whether an account may play as a subscriber does, now.

    `until` is when that ends unless something changes; null where no end is set.
    """

    entitled: bool
    grounds: Grounds | None
    until: datetime | None


NOT_ENTITLED = Entitlement(entitled=False, grounds=None, until=None)


class Time(Struct, frozen=True):
    """From an instant on, up to another; without an end where that is null."""

    begins_at: datetime
    ends_at: datetime | None


def both(some: Iterable[Time], others: Sequence[Time]) -> list[Time]:
    """The times that lie in one of each."""
    return [
        time
        for one in some
        for other in others
        if (time := _overlap(one, other)).ends_at is None or time.begins_at < time.ends_at
    ]


def end_of_all(times: Iterable[Time], now: datetime) -> datetime | None:
    """When all times that hold at an instant, and those that follow them without a gap, are over.

    Null where one has no end.
    """
    until = now
    for each in sorted(times, key=lambda time: time.begins_at):
        if each.begins_at > until:
            break
        if each.ends_at is None:
            return None
        until = max(until, each.ends_at)
    return until


def _overlap(one: Time, other: Time) -> Time:
    ends = [end for end in (one.ends_at, other.ends_at) if end is not None]
    return Time(max(one.begins_at, other.begins_at), min(ends, default=None))
