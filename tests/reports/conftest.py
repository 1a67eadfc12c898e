"""A child who has played for eight weeks."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.families import Guardian, play

FIRST = date(2026, 1, 26)
_SEOUL = ZoneInfo("Asia/Seoul")
_DAYS = 52


@pytest.fixture
async def child(guardian: Guardian) -> dict[str, Any]:
    """Left hand affected, in Seoul, with therapy since Monday eight weeks ago."""
    return await guardian.register_child(therapy_starts_on=FIRST.isoformat())


@pytest.fixture
async def player(guardian: Guardian, child: dict[str, Any]) -> dict[str, Any]:
    """The same, who played on three days of four, and got better."""
    plays = [each for day in range(_DAYS) if day % 4 for each in _plays(day)]
    for start in range(0, len(plays), 200):
        receipt = await guardian.upload(child, plays[start : start + 200])
        assert receipt["rejected"] == 0, receipt
    return child


def _plays(day: int) -> list[dict[str, Any]]:
    at = datetime.combine(FIRST + timedelta(days=day), datetime.min.time(), _SEOUL)
    session = f"01900000-0000-7000-8000-{day:012d}"
    week = day // 7
    return [
        play(
            at + timedelta(hours=17, minutes=2 * number),
            session_id=session,
            hand=hand,
            motion=motion,
            successes=min(10, 5 + week // 2 + (hand != "left") - (number > 1)),
            duration_ms=60_000 - 2_000 * week,
            accuracy=0.8,
            difficulty=2 + week // 3,
        )
        for number in range(3)
        for motion, hand in (
            ("mass_grasp", "left"),
            ("mass_grasp", "right"),
            ("bimanual_hold", "both"),
        )
    ]
