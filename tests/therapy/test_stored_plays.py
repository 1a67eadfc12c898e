"""T05: every word of a play is kept as it was sent."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from tests.clock import NOON
from tests.families import Guardian, play

from .steps import rows, seoul

_STORED = """
    select session_id, motion, hand, therapy_day, started_at, duration_ms, repetitions, successes,
           accuracy_bp, score, difficulty, label, device, payload, received_at
    from therapy.play_record where child_id = $1
"""
_PAYLOAD: dict[str, Any] = {
    "level": "숲",
    "stars": 2,
    "nested": {"list": [1, 2.5, None, True, "\\u0000"], "": {}},
    "ratio": 0.1,
    "integer": 2**53 + 1,
}


async def test_T05_every_field_of_a_play_is_stored(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    sent = play(
        seoul("2026-03-18", "17:31:05.123456"),
        motion="tip_pinch",
        hand="right",
        duration_ms=95_001,
        repetitions=20,
        successes=16,
        accuracy=0.82345,
        score=1640,
        difficulty=3,
        label="fist",
        device="갤럭시 탭 S9 \U0001f590",
        payload=_PAYLOAD,
    )
    await guardian.upload(child, sent)
    assert await rows(system, _STORED, UUID(child["id"])) == [
        {
            "session_id": UUID(sent["session_id"]),
            "motion": "tip_pinch",
            "hand": "right",
            "therapy_day": date(2026, 3, 18),
            "started_at": datetime(2026, 3, 18, 8, 31, 5, 123456, tzinfo=UTC),
            "duration_ms": 95_001,
            "repetitions": 20,
            "successes": 16,
            "accuracy_bp": round(0.82345 * 10_000),
            "score": 1640,
            "difficulty": 3,
            "label": "fist",
            "device": "갤럭시 탭 S9 \U0001f590",
            "payload": _PAYLOAD,
            "received_at": NOON,
        }
    ]


async def test_T05_what_a_tablet_does_not_say_is_stored_as_unknown(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(child, play(seoul("2026-03-18")))
    [stored] = await rows(system, _STORED, UUID(child["id"]))
    optional = ("accuracy_bp", "score", "difficulty", "label", "device")
    assert [stored[name] for name in optional] == [None] * 5
    query = "select payload is null or payload = 'null' as absent from therapy.play_record"
    [payload] = await rows(system, f"{query} where child_id = $1", UUID(child["id"]))
    assert payload["absent"]


async def test_T05_an_absent_payload_is_null_to_the_database(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    await guardian.upload(child, [play(seoul("2026-03-18")), play(seoul("2026-03-18"), payload={})])
    query = "select count(*) from therapy.play_record where child_id = $1 and payload is null"
    assert await rows(system, query, UUID(child["id"])) == [{"count": 1}]


@pytest.mark.parametrize(
    ("accuracy", "basis_points"),
    [(0, 0), (1, 10_000), (0.5, 5_000), (0.00004, 0), (0.99996, 10_000), (0.8237, 8_237)],
)
async def test_T05_accuracy_is_kept_in_basis_points(
    system: Dodam, guardian: Guardian, child: dict[str, Any], accuracy: float, basis_points: int
) -> None:
    await guardian.upload(child, play(seoul("2026-03-18"), accuracy=accuracy))
    [stored] = await rows(system, _STORED, UUID(child["id"]))
    assert stored["accuracy_bp"] == basis_points


async def test_T05_a_label_or_hand_of_one_play_does_not_spread_to_another(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    plays = [
        play(seoul("2026-03-18"), hand=hand, label=label, score=score, payload=payload)
        for hand, label, score, payload in (
            ("left", "fist", 1, {"n": 1}),
            ("right", None, None, None),
            ("both", "palm_up", 3, {"n": 3}),
        )
    ]
    await guardian.upload(child, plays)
    query = "select id, hand, label, score, payload from therapy.play_record where child_id = $1"
    stored = {str(row.pop("id")): row for row in await rows(system, query, UUID(child["id"]))}
    assert stored == {
        each["id"]: {name: each[name] for name in ("hand", "label", "score", "payload")}
        for each in plays
    }
