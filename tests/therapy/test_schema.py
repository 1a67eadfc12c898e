"""T01: the database itself refuses what no hand, label, motion or plan can be."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from dodam.bootstrap import Dodam
from dodam.features.content.models.motions import HandClassLabel, TherapyHand
from tests.families import Guardian, play

from .steps import rows, seoul

_PLAY = {
    "motion": "mass_grasp",
    "hand": "left",
    "therapy_day": "2026-03-18",
    "started_at": "2026-03-18T08:00:00Z",
    "duration_ms": 60_000,
    "repetitions": 10,
    "successes": 8,
    "clock": "trusted",
    "received_at": "2026-03-18T08:05:00Z",
    "fingerprint": 1,
}
_PLAN: dict[str, Any] = {
    "source": "default",
    "starts_on": "2026-03-18",
    "days": [],
    "rests_on": [],
    "created_at": "2026-03-18T08:00:00Z",
}
_EXCEPTION: dict[str, Any] = {"reason": "illness", "created_at": "2026-03-18T08:00:00Z"}


async def _insert(system: Dodam, table: str, row: dict[str, Any]) -> None:
    # The table's name is one of this file's; a missing column comes in as null.
    query = f"insert into {table} select * from jsonb_populate_record(null::{table}, $1)"  # noqa: S608
    async with system.database.transaction() as tx:
        await tx.execute(query, row)


async def _insert_play(system: Dodam, child: dict[str, Any], **changes: Any) -> None:
    keys = {"child_id": child["id"], "id": str(uuid4()), "session_id": str(uuid4())}
    await _insert(system, "therapy.play_record", {**keys, **_PLAY, **changes})


async def test_T01_every_hand_and_label_of_the_words_can_be_stored(
    system: Dodam, child: dict[str, Any]
) -> None:
    for hand in TherapyHand:
        for label in (None, *HandClassLabel):
            await _insert_play(system, child, hand=hand, label=label)


@pytest.mark.parametrize(
    ("column", "value", "refusal"),
    [
        ("hand", "foot", asyncpg.CheckViolationError),
        ("hand", "LEFT", asyncpg.CheckViolationError),
        ("hand", "", asyncpg.CheckViolationError),
        ("hand", None, asyncpg.NotNullViolationError),
        ("label", "claw", asyncpg.CheckViolationError),
        ("label", "", asyncpg.CheckViolationError),
        ("motion", "cartwheel", asyncpg.ForeignKeyViolationError),
        ("motion", None, asyncpg.NotNullViolationError),
        ("child_id", "01900000-0000-7000-8000-00000000dead", asyncpg.ForeignKeyViolationError),
        ("successes", 11, asyncpg.CheckViolationError),
        ("successes", -1, asyncpg.CheckViolationError),
        ("duration_ms", -1, asyncpg.CheckViolationError),
        ("duration_ms", 3_600_001, asyncpg.CheckViolationError),
        ("accuracy_bp", 10_001, asyncpg.CheckViolationError),
        ("accuracy_bp", -1, asyncpg.CheckViolationError),
        ("difficulty", 0, asyncpg.CheckViolationError),
        ("difficulty", 11, asyncpg.CheckViolationError),
        ("clock", "broken", asyncpg.CheckViolationError),
    ],
)
async def test_T01_a_play_that_cannot_be_is_refused(
    system: Dodam, child: dict[str, Any], column: str, value: object, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await _insert_play(system, child, **{column: value})


@pytest.mark.parametrize(
    ("table", "row", "changes"),
    [
        ("therapy.plan", {**_PLAN, "version": 2}, {"source": "neighbour"}),
        ("therapy.plan", {**_PLAN, "version": 2}, {"ends_on": "2026-03-17"}),
        ("therapy.plan", {**_PLAN, "version": 2}, {"version": 0}),
        ("therapy.plan", {**_PLAN, "version": 2}, {"ended_on": "2026-03-20"}),
        ("therapy.plan", {**_PLAN, "version": 2}, {"days": [{"weekday": 1, "hand": None}]}),
        ("therapy.exceptional_day", {**_EXCEPTION, "day": "2026-03-18"}, {"reason": "rain"}),
    ],
)
async def test_T01_a_plan_or_exceptional_day_that_cannot_be_is_refused(
    system: Dodam,
    child: dict[str, Any],
    table: str,
    row: dict[str, Any],
    changes: dict[str, Any],
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await _insert(system, table, {"child_id": child["id"], **row, **changes})
    await _insert(system, table, {"child_id": child["id"], **row})


@pytest.mark.parametrize(
    ("column", "value", "refusal"),
    [
        ("hand", "foot", asyncpg.CheckViolationError),
        ("motion", "cartwheel", asyncpg.ForeignKeyViolationError),
    ],
)
async def test_T01_sums_of_what_cannot_be_played_are_refused(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    column: str,
    value: str,
    refusal: type[Exception],
) -> None:
    await guardian.upload(child, play(seoul("2026-03-18")))
    async with system.database.transaction() as tx:
        with pytest.raises(refusal):
            await tx.execute(
                "insert into therapy.daily_motion_log select (jsonb_populate_record(log, $2)).*"
                " from therapy.daily_motion_log log where child_id = $1",
                UUID(child["id"]),
                {column: value},
            )


async def test_T01_a_motion_cannot_have_a_label_the_recogniser_does_not_know(
    system: Dodam,
) -> None:
    async with system.database.transaction() as tx:
        with pytest.raises(asyncpg.CheckViolationError):
            await tx.execute(
                "update content.motion set labels = labels || array['claw'] where id = 'mass_grasp'"
            )
    [motion] = await rows(system, "select labels from content.motion where id = 'mass_grasp'")
    assert set(motion["labels"]) <= set(HandClassLabel)


async def test_T01_the_same_play_cannot_be_stored_twice_for_a_child(
    system: Dodam, child: dict[str, Any]
) -> None:
    play_id = str(uuid4())
    await _insert_play(system, child, id=play_id)
    with pytest.raises(asyncpg.UniqueViolationError):
        await _insert_play(system, child, id=play_id)
