"""Ranges of days that are asked for."""

from datetime import date, timedelta

from dodam.features.therapy import errors
from dodam.platform.errors import InvalidInput

LONGEST_RANGE = 366


def day_range(
    first: date | None,
    last: date | None,
    today: date,
    *,
    default_days: int,
    longest: int = LONGEST_RANGE,
) -> tuple[date, date]:
    """The asked-for days, both included, with the missing end filled in. Raises InvalidInput."""
    try:
        if last is None:
            last = today if first is None else first + timedelta(days=default_days - 1)
        if first is None:
            first = last - timedelta(days=default_days - 1)
    except OverflowError:
        raise InvalidInput(fields=[errors.RANGE_REVERSED]) from None
    if last < first:
        raise InvalidInput(fields=[errors.RANGE_REVERSED])
    if (last - first).days >= longest:
        raise InvalidInput(fields=[errors.range_too_long(longest)])
    return first, last
