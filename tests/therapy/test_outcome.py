"""T06: however plays arrive, what is shown in the end is exactly what was played."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clock import NOON
from tests.families import Guardian, sign_up

from .by_hand import ByHand, without_words
from .steps import excuse

Play = dict[str, Any]

# Motions of the default plan, one of them for both hands, and one it leaves for later in the week.
_MOTIONS = ["mass_grasp", "grasp_release", "bimanual_hold", "wrist_flexion"]
_ZONES = ["Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati"]
# Most plays lie close together, across the edges of few days; New York's clocks change on the 8th.
_MINUTES_AGO = st.one_of(
    st.integers(0, 3 * 24 * 60), st.integers(0, 16 * 24 * 60), st.integers(0, 70 * 24 * 60)
)


@dataclass(frozen=True)
class Family:
    """A child, its plays, and the uploads they arrive in; uploads of one round come at once."""

    child: dict[str, Any]
    excused_days_ago: set[int]
    plays: list[Play]
    rounds: list[list[list[Play]]]


@st.composite
def _plays(draw: st.DrawFn) -> list[Play]:
    sessions = [str(UUID(int=n)) for n in range(1, 5)]
    count = draw(st.integers(1, 20))
    plays: list[Play] = []
    for n in range(count):
        repetitions = draw(st.integers(0, 40))
        zone = ZoneInfo(draw(st.sampled_from(_ZONES)))
        started_at = NOON - timedelta(
            minutes=draw(_MINUTES_AGO), microseconds=draw(st.sampled_from([0, 1, 999_999]))
        )
        plays.append(
            {
                "id": str(UUID(int=1_000 + n)),
                "session_id": draw(st.sampled_from(sessions)),
                "motion": draw(st.sampled_from(_MOTIONS)),
                "hand": draw(st.sampled_from(["left", "right", "both"])),
                "started_at": started_at.astimezone(zone).isoformat(),
                "duration_ms": draw(st.integers(4_000, 3_600_000)),
                "repetitions": repetitions,
                "successes": draw(st.integers(0, repetitions)),
                "accuracy": draw(st.none() | st.floats(0, 1)),
                "score": draw(st.none() | st.integers(0, 1_000_000_000)),
            }
        )
    return plays


@st.composite
def families(draw: st.DrawFn) -> Family:
    plays = draw(_plays())
    again = draw(st.lists(st.sampled_from(plays), max_size=len(plays)))
    arrivals = draw(st.permutations([*plays, *again]))
    cuts = draw(st.sets(st.integers(1, len(arrivals)), max_size=6))
    edges = [0, *sorted(cuts), len(arrivals)]
    uploads = [arrivals[a:b] for a, b in pairwise(edges)]
    at_once = draw(st.integers(1, 3))
    return Family(
        child={
            "time_zone": draw(st.sampled_from(_ZONES)),
            "day_start_hour": draw(st.integers(0, 12)),
            "affected_hand": draw(st.sampled_from(["left", "right", "both"])),
            "therapy_starts_on": (
                NOON.date() - timedelta(days=draw(st.integers(0, 60)))
            ).isoformat(),
        },
        excused_days_ago=draw(st.sets(st.integers(0, 20), max_size=6)),
        plays=plays,
        rounds=[uploads[n : n + at_once] for n in range(0, len(uploads), at_once)],
    )


@given(family=families())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_T06_no_order_repetition_or_splitting_of_uploads_changes_the_outcome(
    http: httpx.AsyncClient, family: Family
) -> None:
    guardian = await sign_up(http)
    child = await guardian.register_child(**family.child)
    today = date.fromisoformat((await guardian.get(f"/children/{child['id']}/today"))["day"])
    excused = {today - timedelta(days=days) for days in family.excused_days_ago}
    for day in excused:
        await excuse(guardian, child, day.isoformat())

    created = 0
    for uploads in family.rounds:
        receipts = await asyncio.gather(*(guardian.upload(child, each) for each in uploads))
        assert sum(receipt["rejected"] for receipt in receipts) == 0
        created += sum(receipt["created"] for receipt in receipts)
    assert created == len(family.plays)

    await _shows(guardian, child, family.plays, excused, today)


async def _shows(
    guardian: Guardian,
    child: dict[str, Any],
    plays: list[Play],
    excused: set[date],
    today: date,
) -> None:
    """Check every view of the child against what can be worked out from its plays by hand."""
    path = f"/children/{child['id']}"
    by_hand = ByHand(
        child=child,
        plans=await guardian.get(f"{path}/plans"),
        plays=plays,
        exceptions=dict.fromkeys(excused, "illness"),
        catalogue={motion["id"]: motion["bimanual"] for motion in await guardian.get("/motions")},
        today=today,
    )
    first, last = today - timedelta(days=80), today + timedelta(days=1)
    span = f"?from={first}&to={last}"
    logs = await guardian.get(f"{path}/daily-logs{span}")
    assert logs["days"] == by_hand.daily_logs(first, last)
    attendance = await guardian.get(f"{path}/attendance{span}")
    assert attendance == by_hand.attendance(first, last)
    assert await guardian.get(f"{path}/report") == by_hand.report()
    for month, length in (("2026-01", 31), ("2026-02", 28), ("2026-03", 31)):
        calendar = await guardian.get(f"{path}/calendar?month={month}")
        begins = date.fromisoformat(f"{month}-01")
        assert without_words(calendar) == by_hand.calendar(begins, begins.replace(day=length))


async def test_T06_the_work_by_hand_is_right_about_a_plain_example(
    http: httpx.AsyncClient,
) -> None:
    """Two plays whose day, sums and streak anybody can see."""
    guardian = await sign_up(http)
    child = await guardian.register_child(therapy_starts_on="2026-03-16")
    [plan] = await guardian.get(f"/children/{child['id']}/plans")
    base = {
        "session_id": str(UUID(int=1)),
        "motion": "mass_grasp",
        "hand": "left",
        "duration_ms": 1_500,
        "accuracy": 0.5,
        "score": None,
    }
    monday = {
        **base,
        "id": "monday",
        "started_at": "2026-03-17T03:30:00+09:00",
        "repetitions": 3,
        "successes": 1,
    }
    tuesday = {
        **base,
        "id": "tuesday",
        "started_at": "2026-03-17T04:00:00+09:00",
        "repetitions": 5,
        "successes": 5,
    }
    by_hand = ByHand(
        child, [plan], [tuesday, monday], {}, dict.fromkeys(_names(plan), False), _TODAY
    )
    logs = by_hand.daily_logs(date(2026, 3, 1), _TODAY)
    assert [(log["day"], log["totals"]["repetitions"]) for log in logs] == [
        ("2026-03-16", 3),
        ("2026-03-17", 5),
    ]
    assert [len(log["sessions"]) for log in logs] == [1, 0]
    assert logs[0]["sessions"][0]["totals"]["success_rate"] == 0.75
    assert logs[0]["last_play_at"] == "2026-03-16T18:30:01.500000Z"
    assert by_hand.attendance(date(2026, 3, 1), _TODAY)["current_streak"] == 2
    assert [by_hand.status(date(2026, 3, day)) for day in (15, 16, 18, 19)] == [
        "rest",
        "partial",
        "planned",
        "planned",
    ]


_TODAY = NOON.date()


def _names(plan: dict[str, Any]) -> list[str]:
    return [item["motion"] for day in plan["days"] for item in day["items"]]
