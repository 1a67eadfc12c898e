"""Weeks a child has lived, written as a line with a letter for each day."""

from datetime import timedelta
from typing import Any

from dodam.features.outcomes.models.dropout import KeptDay
from tests.clock import NOON
from tests.families import Guardian, play
from tests.therapy.steps import excuse

YESTERDAY = NOON.date() - timedelta(days=1)
"""A Tuesday, as the clock of the tests stands; therapy days in Seoul are the same."""


async def lived(guardian: Guardian, story: str, **fields: Any) -> dict[str, Any]:
    """A child whose default plan, Monday to Friday, began with the first day of its story.

    The story ends yesterday: `P` is a day something was played on, `x` one marked ill, `X` one that
    is both, and `.` one on which nothing was done.
    """
    first = YESTERDAY - timedelta(days=len(story) - 1)
    child = await guardian.register_child(therapy_starts_on=first.isoformat(), **fields)
    days = [(NOON - timedelta(days=len(story) - n), letter) for n, letter in enumerate(story)]
    for at, letter in days:
        if letter in "xX":
            await excuse(guardian, child, at.date().isoformat())
    await guardian.upload(child, [play(at) for at, letter in days if letter in "PX"])
    return child


def told(days: list[KeptDay]) -> str:
    """The story of those days."""
    return "".join(".PxX"[day.played + 2 * day.excused] for day in days)
