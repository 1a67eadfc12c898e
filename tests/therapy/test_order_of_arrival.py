"""T06: however plays arrive, in whatever order, grouping and repetition, the sums are the same."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.clock import NOON
from tests.families import Guardian, play, sign_up

_ids = st.uuids(version=4).map(str)
_sessions = st.sampled_from([str(UUID(int=number)) for number in range(1, 5)])


@st.composite
def _plays(draw: st.DrawFn) -> dict[str, Any]:
    repetitions = draw(st.integers(0, 200))
    started_at = NOON - timedelta(minutes=draw(st.integers(0, 10 * 24 * 60)))
    return play(
        started_at,
        id=draw(_ids),
        session_id=draw(_sessions),
        motion=draw(st.sampled_from(["mass_grasp", "tip_pinch", "bimanual_hold"])),
        hand=draw(st.sampled_from(["left", "right", "both"])),
        duration_ms=draw(st.integers(20_000, 600_000)),
        repetitions=repetitions,
        successes=draw(st.integers(0, repetitions)),
        accuracy=draw(st.none() | st.floats(0, 1)),
        score=draw(st.none() | st.integers(0, 10_000)),
    )


@st.composite
def _arrivals(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Some plays, and uploads that hold each of them at least once, in any order and grouping."""
    plays = draw(st.lists(_plays(), min_size=1, max_size=12, unique_by=lambda each: each["id"]))
    again = draw(st.lists(st.sampled_from(plays), max_size=8))
    rest = draw(st.permutations([*plays, *again]))
    uploads: list[list[dict[str, Any]]] = []
    while rest:
        size = draw(st.integers(1, len(rest)))
        uploads.append(rest[:size])
        rest = rest[size:]
    return plays, uploads


def _expected(plays: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each day's sums, worked out afresh: Seoul is 9 hours ahead and its day begins at 4."""
    days: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in plays:
        wall = datetime.fromisoformat(each["started_at"]).astimezone(UTC) + timedelta(hours=9 - 4)
        days[f"{wall:%Y-%m-%d}"].append(each)
    return {day: _totals(records) for day, records in days.items()}


def _totals(records: list[dict[str, Any]]) -> dict[str, Any]:
    repetitions = sum(each["repetitions"] for each in records)
    successes = sum(each["successes"] for each in records)
    accuracies = [
        round(each["accuracy"] * 10_000) for each in records if each["accuracy"] is not None
    ]
    return {
        "plays": len(records),
        "repetitions": repetitions,
        "successes": successes,
        "active_seconds": sum(each["duration_ms"] for each in records) / 1000,
        "success_rate": round(successes / repetitions, 4) if repetitions else None,
        "accuracy": round(sum(accuracies) / (10_000 * len(accuracies)), 4) if accuracies else None,
        "score": sum(each["score"] or 0 for each in records),
    }


async def _everything(guardian: Guardian, child: dict[str, Any]) -> dict[str, Any]:
    """All a guardian sees of the child, but for its name."""
    pages = ("daily-logs", "attendance", "calendar?month=2026-03", "report", "today")
    return {
        page: {**await guardian.get(f"/children/{child['id']}/{page}"), "child_id": None}
        for page in pages
    }


@given(_arrivals())
@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_T06_the_order_and_number_of_arrivals_change_no_number(
    http: httpx.AsyncClient,
    arrivals: tuple[list[dict[str, Any]], list[list[dict[str, Any]]]],
) -> None:
    plays, uploads = arrivals
    guardian = await sign_up(http)
    once, often = [await guardian.register_child(therapy_starts_on="2026-03-02") for _ in range(2)]
    await guardian.upload(once, plays)
    receipts = [await guardian.upload(often, upload) for upload in uploads]

    assert sum(receipt["created"] for receipt in receipts) == len(plays)
    assert await _everything(guardian, often) == await _everything(guardian, once)
    logs = await guardian.get(f"/children/{often['id']}/daily-logs")
    assert {day["day"]: day["totals"] for day in logs["days"]} == _expected(plays)
    for day in logs["days"]:
        parts = [each["totals"]["plays"] for each in day["by_motion"]]
        assert sum(parts) == day["totals"]["plays"]
