"""Times as Apple gives them: whole milliseconds of UNIX time."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Milliseconds: TypeAlias = int

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE = timedelta(milliseconds=1)
_YEAR = 12
DAY: Milliseconds = 86_400_000


def milliseconds(at: datetime) -> Milliseconds:
    return (at - _EPOCH) // _ONE


def moment(at: Milliseconds) -> datetime:
    return _EPOCH + at * _ONE


def lasting(time: timedelta) -> Milliseconds:
    return time // _ONE


def months_later(at: Milliseconds, months: int) -> Milliseconds:
    """On the same day of the month, or on its last where it is shorter."""
    then = moment(at)
    years, month = divmod(then.month - 1 + months, _YEAR)
    year, month = then.year + years, month + 1
    day = min(then.day, monthrange(year, month)[1])
    return milliseconds(then.replace(year=year, month=month, day=day))
