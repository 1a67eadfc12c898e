"""The stored sums of a child beside a plain count of its plays."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dodam.bootstrap import Dodam

from .by_hand import day_of
from .steps import rows


def _sums(plays: list[dict[str, Any]]) -> dict[str, Any]:
    accuracies = [each["accuracy"] for each in plays if each.get("accuracy") is not None]
    return {
        "plays": len(plays),
        "repetitions": sum(each["repetitions"] for each in plays),
        "successes": sum(each["successes"] for each in plays),
        "active_ms": sum(each["duration_ms"] for each in plays),
        "accuracy_bp": sum(round(each * 10_000) for each in accuracies),
        "accuracy_plays": len(accuracies),
        "score": sum(each.get("score") or 0 for each in plays),
    }


def _span(plays: list[dict[str, Any]], first: str, last: str) -> dict[str, Any]:
    starts = [datetime.fromisoformat(each["started_at"]) for each in plays]
    ends = [
        start + timedelta(milliseconds=each["duration_ms"])
        for start, each in zip(starts, plays, strict=True)
    ]
    return {first: min(starts), last: max(ends)}


async def sums_are_those_of_the_plays(
    system: Dodam, child: dict[str, Any], plays: Iterable[dict[str, Any]]
) -> None:
    """Check every row of sums of days, of days by motion and hand, and of sessions."""

    def day(each: dict[str, Any]) -> Any:
        return day_of(child, datetime.fromisoformat(each["started_at"]))

    by: dict[str, tuple[Callable[[dict[str, Any]], Any], dict[Any, list[dict[str, Any]]]]] = {
        "daily_activity_log": (day, defaultdict(list)),
        "daily_motion_log": (
            lambda each: (day(each), each["motion"], each["hand"]),
            defaultdict(list),
        ),
        "therapy_result": (lambda each: UUID(each["session_id"]), defaultdict(list)),
    }
    for each in plays:
        for key, groups in by.values():
            groups[key(each)].append(each)
    days, motions, sessions = (groups for _, groups in by.values())
    expected = {
        "daily_activity_log": [
            {"therapy_day": key, **_span(some, "first_play_at", "last_play_at"), **_sums(some)}
            for key, some in days.items()
        ],
        "daily_motion_log": [
            {"therapy_day": on, "motion": motion, "hand": hand, **_sums(some)}
            for (on, motion, hand), some in motions.items()
        ],
        "therapy_result": [
            {
                "session_id": key,
                "therapy_day": min(map(day, some)),
                **_span(some, "started_at", "ended_at"),
                **_sums(some),
            }
            for key, some in sessions.items()
        ],
    }
    for table, wanted in expected.items():
        query = f"select * from therapy.{table} where child_id = $1"  # noqa: S608 - one of these
        found = await rows(system, query, UUID(child["id"]))
        for row in found:
            del row["child_id"]
        assert sorted(found, key=str) == sorted(
            ({name: row[name] for name in (found[0] if found else row)} for row in wanted), key=str
        ), table
