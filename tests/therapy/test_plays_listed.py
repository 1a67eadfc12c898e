"""T05: plays one by one, as guardians and the care team see them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.families import Guardian, play
from tests.staff import care_member

from .steps import problem, seoul

AT = seoul("2026-03-18")


async def _page(guardian: Guardian, child: dict[str, Any], **params: Any) -> dict[str, Any]:
    return await guardian.get(f"/children/{child['id']}/plays", params=params)


async def test_T05_a_play_is_shown_as_it_was_uploaded(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    sent = play(AT, accuracy=0.815, score=7, difficulty=3, label="fist", device="Tab S9")
    await guardian.upload(child, sent)
    page = await _page(guardian, child)
    assert (page["from_day"], page["to_day"], page["next_cursor"]) == (
        "2026-02-16",
        "2026-03-18",
        None,
    )
    assert page["plays"] == [
        {
            **sent,
            "started_at": "2026-03-18T08:00:00Z",
            "therapy_day": "2026-03-18",
            "clock": "trusted",
            "device_started_at": None,
            "received_at": "2026-03-18T12:00:00Z",
            "flags": [],
            "overlaps": False,
            "standing": "counted",
            "correction": None,
        }
    ]


async def test_T05_pages_show_every_play_once_the_latest_first(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    # Several begin at the same time, on both sides of where the day begins.
    plays = [play(seoul("2026-03-17", "03:59") + timedelta(minutes=n // 3)) for n in range(12)]
    await guardian.upload(child, plays)
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = await _page(guardian, child, limit=5, **cursor)
        seen += [each["id"] for each in page["plays"]]
        # What comes in meanwhile moves no page.
        await guardian.upload(child, play(AT))
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 12
    begun = {each["id"]: each["started_at"] for each in plays}
    assert [begun[each] for each in seen] == sorted(begun.values(), reverse=True)
    one_day = await _page(guardian, child, **{"from": "2026-03-16", "to": "2026-03-16"})
    assert [each["id"] for each in one_day["plays"]] == seen[-3:]
    unknown = await _page(guardian, child, cursor=str(uuid4()))
    assert (unknown["plays"], unknown["next_cursor"]) == ([], None)


@pytest.mark.parametrize(
    ("minutes_later", "duration_ms", "overlaps"),
    [
        (1, 60_000, False),
        (0.5, 60_000, True),
        (-1, 60_000, False),
        (-1, 61_000, False),
        (-1, 61_001, True),
        (0.2, 10_000, True),
        (-10, 3_600_000, True),
    ],
)
async def test_T05_plays_at_the_same_time_are_marked_whenever_they_came_in(
    guardian: Guardian,
    child: dict[str, Any],
    minutes_later: float,
    duration_ms: int,
    *,
    overlaps: bool,
) -> None:
    # At the edge of two therapy days.
    at = seoul("2026-03-17", "04:00")
    await guardian.upload(child, play(at))
    other = play(at + timedelta(minutes=minutes_later), duration_ms=duration_ms)
    await guardian.upload(child, other)
    assert {each["overlaps"] for each in (await _page(guardian, child))["plays"]} == {overlaps}


async def test_A15_the_care_team_sees_plays_and_others_do_not(
    system: Dodam,
    settings: Settings,
    guardian: Guardian,
    other_guardian: Guardian,
    child: dict[str, Any],
) -> None:
    await guardian.upload(child, play(AT))
    path = f"/children/{child['id']}/plays"
    clinician = await care_member(system, guardian.http, settings, child)
    assert len((await clinician.get(path))["plays"]) == 1
    problem(await other_guardian.call("GET", path), 404, "child_not_found")
    wrong = await guardian.call("GET", path, params={"cursor": "1", "limit": 0})
    assert set(problem(wrong, 400, "invalid_input")) <= {"cursor", "limit"}
