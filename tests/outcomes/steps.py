"""Plays of many days at once."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.families import play
from tests.therapy.steps import SEOUL

# The last day that is over, where tests begin: a Tuesday.
YESTERDAY = date(2026, 3, 17)


def days_before(last: date, count: int) -> list[date]:
    """That many days in a row, the last of which is `last`."""
    return [last - timedelta(days=ago) for ago in reversed(range(count))]


def on(day: date, minute: int = 0, **fields: Any) -> dict[str, Any]:
    """A play on a day, so many minutes after five in the afternoon in Seoul."""
    start = datetime(day.year, day.month, day.day, 17, tzinfo=SEOUL) + timedelta(minutes=minute)
    return play(start, **fields)


def session(day: date, *plays: tuple[int, int], **fields: Any) -> list[dict[str, Any]]:
    """Plays of a session one after the other: successes and repetitions of each minute."""
    same = {"session_id": str(uuid4()), **fields}
    return [
        on(day, minute, successes=successes, repetitions=repetitions, **same)
        for minute, (successes, repetitions) in enumerate(plays)
    ]
