"""Chance that repeats itself: random streams and ids that depend on names, not on order."""

from datetime import datetime
from random import Random
from uuid import UUID

_TIME_BITS = 48
_LOW_BITS = 62


def stream(*names: object) -> Random:
    """Return the random stream of that name; equal names give equal streams on every machine."""
    return Random("/".join(str(name) for name in names))  # noqa: S311 (a simulation, no secret)


def uuid7(at: datetime, chance: Random) -> UUID:
    """Make a UUIDv7 (RFC 9562 section 5.7) whose time is `at` and whose rest is `chance`."""
    milliseconds = int(at.timestamp() * 1000) % (1 << _TIME_BITS)
    high = (milliseconds << 16) | (0x7 << 12) | chance.getrandbits(12)
    low = (0b10 << _LOW_BITS) | chance.getrandbits(_LOW_BITS)
    return UUID(int=(high << 64) | low)


def lucky(chance: Random, probability: float) -> bool:
    """Draw once; true with `probability` (0 to 1)."""
    return chance.random() < probability


def clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))
