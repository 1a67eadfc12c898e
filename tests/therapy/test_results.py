"""T07, T08: the result of a session and the log of a day, from their plays."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.families import Guardian, play

from .steps import problem, seoul


async def _logs(guardian: Guardian, child: dict[str, Any], span: str = "") -> list[dict[str, Any]]:
    return (await guardian.get(f"/children/{child['id']}/daily-logs{span}"))["days"]


def _totals(**given: Any) -> dict[str, Any]:
    nothing = {"success_rate": None, "accuracy": None, "score": 0}
    return {"plays": 1, "repetitions": 0, "successes": 0, "active_seconds": 0.0, **nothing, **given}


async def test_T07_a_session_sums_up_its_plays(guardian: Guardian, child: dict[str, Any]) -> None:
    session = str(uuid4())
    start = seoul("2026-03-18", "17:00")
    common = {"session_id": session, "hand": "left"}
    plays = [
        play(
            start,
            **common,
            duration_ms=60_500,
            repetitions=20,
            successes=16,
            accuracy=0.8,
            score=100,
        ),
        play(
            start + timedelta(minutes=2),
            **common,
            motion="tip_pinch",
            duration_ms=30_000,
            repetitions=10,
            successes=3,
            accuracy=0.5,
        ),
        play(
            start + timedelta(minutes=4),
            **common,
            motion="tip_pinch",
            duration_ms=1,
            repetitions=0,
            successes=0,
            score=7,
        ),
    ]
    await guardian.upload(child, plays)
    sums = _totals(
        plays=3,
        repetitions=30,
        successes=19,
        active_seconds=90.501,
        success_rate=0.6333,
        accuracy=0.65,
        score=107,
    )
    [log] = await _logs(guardian, child)
    assert log["sessions"] == [
        {
            "session_id": session,
            "therapy_day": "2026-03-18",
            "started_at": "2026-03-18T08:00:00Z",
            "ended_at": "2026-03-18T08:04:00.001000Z",
            "totals": sums,
        }
    ]
    assert (log["day"], log["totals"]) == ("2026-03-18", sums)
    assert (log["first_play_at"], log["last_play_at"]) == (
        "2026-03-18T08:00:00Z",
        "2026-03-18T08:04:00.001000Z",
    )
    assert log["by_motion"] == [
        {
            "motion": "mass_grasp",
            "hand": "left",
            "totals": _totals(
                repetitions=20,
                successes=16,
                active_seconds=60.5,
                success_rate=0.8,
                accuracy=0.8,
                score=100,
            ),
        },
        {
            "motion": "tip_pinch",
            "hand": "left",
            "totals": _totals(
                plays=2,
                repetitions=10,
                successes=3,
                active_seconds=30.001,
                success_rate=0.3,
                accuracy=0.5,
                score=7,
            ),
        },
    ]


async def test_T07_a_session_ends_with_its_longest_play_not_its_last(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    session = str(uuid4())
    long = play(seoul("2026-03-18", "17:00"), session_id=session, duration_ms=1_800_000)
    short = play(seoul("2026-03-18", "17:10"), session_id=session, duration_ms=1_000)
    await guardian.upload(child, [short])
    await guardian.upload(child, [long])
    [log] = await _logs(guardian, child)
    [result] = log["sessions"]
    assert result["started_at"] == log["first_play_at"] == "2026-03-18T08:00:00Z"
    assert result["ended_at"] == log["last_play_at"] == "2026-03-18T08:30:00Z"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
async def test_T07_a_session_across_the_days_edge_belongs_to_its_first_day(
    guardian: Guardian, child: dict[str, Any], order: tuple[int, ...]
) -> None:
    session = str(uuid4())
    times = ["03:50", "04:10", "04:20"]
    plays = [play(seoul("2026-03-18", at), session_id=session, repetitions=9) for at in times]
    for n in order:
        await guardian.upload(child, plays[n])
    before, after = await _logs(guardian, child)
    assert (before["day"], before["totals"]["plays"]) == ("2026-03-17", 1)
    assert (after["day"], after["totals"]["plays"]) == ("2026-03-18", 2)
    [result] = before["sessions"]
    assert after["sessions"] == []
    assert (result["therapy_day"], result["totals"]["plays"]) == ("2026-03-17", 3)
    assert result["totals"]["repetitions"] == 27
    assert result["started_at"] == "2026-03-17T18:50:00Z"
    assert result["ended_at"] == "2026-03-17T19:21:00Z"
    # Whoever asks for the second day only still finds what was played on it.
    assert await _logs(guardian, child, "?from=2026-03-18&to=2026-03-18") == [after]


async def test_T07_sessions_of_a_day_come_in_the_order_they_began(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    plays = [play(seoul("2026-03-18", at)) for at in ("17:00", "09:00", "20:00")]
    await guardian.upload(child, plays)
    [log] = await _logs(guardian, child)
    assert [result["session_id"] for result in log["sessions"]] == [
        plays[n]["session_id"] for n in (1, 0, 2)
    ]


async def test_T07_one_session_id_used_by_two_children_is_two_sessions(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    sibling = await guardian.register_child(name="서연")
    session = str(uuid4())
    for each, repetitions in ((child, 3), (sibling, 5)):
        shared = play(seoul("2026-03-18"), session_id=session, repetitions=repetitions, successes=1)
        await guardian.upload(each, shared)
    for each, repetitions in ((child, 3), (sibling, 5)):
        [log] = await _logs(guardian, each)
        assert log["sessions"][0]["totals"]["repetitions"] == repetitions


async def test_T08_a_motion_is_logged_by_hand(guardian: Guardian, child: dict[str, Any]) -> None:
    hands = ["right", "left", "both", "left"]
    await guardian.upload(child, [play(seoul("2026-03-18"), hand=hand) for hand in hands])
    [log] = await _logs(guardian, child)
    plays = {entry["hand"]: entry["totals"]["plays"] for entry in log["by_motion"]}
    assert plays == {"left": 2, "right": 1, "both": 1}
    assert log["totals"]["plays"] == 4


async def test_T08_the_largest_numbers_add_up_exactly(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    session = str(uuid4())
    largest = {"repetitions": 10_000, "successes": 9_999, "score": 1_000_000_000}
    plays = [
        play(
            seoul("2026-03-18"), session_id=session, duration_ms=3_600_000, accuracy=1.0, **largest
        )
        for _ in range(300)
    ]
    await guardian.upload(child, plays)
    [log] = await _logs(guardian, child)
    assert log["totals"] == log["sessions"][0]["totals"] == log["by_motion"][0]["totals"]
    assert log["totals"] == {
        "plays": 300,
        "repetitions": 3_000_000,
        "successes": 2_999_700,
        "active_seconds": 1_080_000.0,
        "success_rate": 0.9999,
        "accuracy": 1.0,
        "score": 300_000_000_000,
    }


async def test_T08_daily_logs_hold_the_days_asked_for_oldest_first(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = ["2026-03-18", "2026-02-15", "2026-02-16", "2026-01-02", "2025-03-18"]
    await guardian.upload(child, [play(seoul(day)) for day in days])
    spans = {
        "": days[2::-2],
        "?to=2026-02-16": ["2026-02-15", "2026-02-16"],
        "?from=2026-01-02": ["2026-01-02"],
        "?from=2026-01-17": ["2026-02-15", "2026-02-16"],
        "?from=2026-02-16&to=2026-02-16": ["2026-02-16"],
        "?from=2026-02-17&to=2026-03-17": [],
        "?from=2025-03-18&to=2026-03-18": sorted(days),
        "?from=2030-01-01&to=2030-12-31": [],
    }
    for span, expected in spans.items():
        assert [log["day"] for log in await _logs(guardian, child, span)] == expected, span


async def test_T08_daily_logs_say_which_days_they_cover(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    path = f"/children/{child['id']}/daily-logs"
    for span, first, last in (
        ("", "2026-02-16", "2026-03-18"),
        ("?to=2026-01-31", "2026-01-01", "2026-01-31"),
        ("?from=2026-01-01", "2026-01-01", "2026-01-31"),
    ):
        logs = await guardian.get(path + span)
        assert (logs["child_id"], logs["from_day"], logs["to_day"]) == (child["id"], first, last)


@pytest.mark.parametrize("path", ["daily-logs", "attendance"])
@pytest.mark.parametrize(
    ("span", "wrong"),
    [
        ("?from=2026-03-18&to=2026-03-17", {"to": "out_of_range"}),
        ("?from=2025-03-17&to=2026-03-18", {"to": "out_of_range"}),
        ("?from=0001-01-01&to=9999-12-31", {"to": "out_of_range"}),
        ("?from=yesterday", {"from": "wrong_format"}),
        ("?from=2026-02-29", {"from": "wrong_format"}),
        ("?from=2026-3-1", {"from": "wrong_format"}),
        ("?from=", {"from": "wrong_format"}),
        ("?to=2026-13-01", {"to": "wrong_format"}),
        ("?to=2026-03-18T00:00:00Z", {"to": "wrong_format"}),
        ("?from=x&to=y", {"from": "wrong_format", "to": "wrong_format"}),
        ("?from=9999-12-31", {"to": "out_of_range"}),
        ("?to=0001-01-01", {"to": "out_of_range"}),
    ],
)
async def test_T08_T09_a_wrong_range_is_refused_by_its_end(
    guardian: Guardian, child: dict[str, Any], path: str, span: str, wrong: dict[str, str]
) -> None:
    answer = await guardian.call("GET", f"/children/{child['id']}/{path}{span}")
    assert problem(answer, 400, "invalid_input") == wrong


@pytest.mark.parametrize("path", ["daily-logs", "attendance"])
@pytest.mark.parametrize(
    "span",
    [
        "from=2025-03-18&to=2026-03-18",
        "from=0001-01-01&to=0001-01-01",
        "from=9999-01-01&to=9999-12-31",
    ],
)
async def test_T08_T09_a_range_may_lie_anywhere(
    guardian: Guardian, child: dict[str, Any], path: str, span: str
) -> None:
    answer = await guardian.get(f"/children/{child['id']}/{path}?{span}")
    assert f"from={answer['from_day']}&to={answer['to_day']}" == span
