"""How long a streak must be to be told of."""

from collections.abc import Iterator

_FIRST = (3, 7, 14, 30, 50, 100)
_THEN_EACH = 50


def milestones(length: int) -> Iterator[int]:
    """The milestones up to a streak's length, the shortest first."""
    yield from (each for each in _FIRST if each <= length)
    yield from range(_FIRST[-1] + _THEN_EACH, length + 1, _THEN_EACH)
