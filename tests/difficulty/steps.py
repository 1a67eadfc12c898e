"""Steps that tests of difficulty take: practising, and asking for levels."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.families import Guardian, play
from tests.staff import Staff

SEOUL = ZoneInfo("Asia/Seoul")
# By the tests' clock.
TODAY, YESTERDAY = "2026-03-18", "2026-03-17"


def practice(day: str, successes: int, of: int, **fields: Any) -> dict[str, Any]:
    """A play of mass grasp with the left hand on an afternoon, at the level that was asked for."""
    started_at = datetime.fromisoformat(f"{day}T{fields.pop('at', '17:00')}").replace(tzinfo=SEOUL)
    return play(started_at, repetitions=of, successes=successes, **fields)


async def levels(
    who: Guardian | Staff, child: dict[str, Any], **options: Any
) -> dict[tuple[str, str], dict[str, Any]]:
    found = await who.get(f"/children/{child['id']}/difficulty", **options)
    return {(each["motion"], each["hand"]): each for each in found["levels"]}


async def level(
    who: Guardian | Staff, child: dict[str, Any], motion: str = "mass_grasp", hand: str = "left"
) -> tuple[int, str]:
    """The level that is asked for, and why."""
    found = (await levels(who, child))[motion, hand]
    return found["level"], found["because"]["code"]
