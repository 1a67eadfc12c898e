"""T05, T06: what no hand can do is refused; what is odd is kept, counted and marked."""

import json
from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from tests.families import Guardian, play

from .steps import rows, seoul

AT = seoul("2026-03-18")


async def _flags(system: Dodam, child: dict[str, Any]) -> list[list[str] | None]:
    query = "select flags from therapy.play_record where child_id = $1 order by started_at, id"
    return [row["flags"] for row in await rows(system, query, UUID(child["id"]))]


@pytest.mark.parametrize(
    ("repetitions", "duration_ms", "is_taken"),
    [
        (10_000, 60_000, False),
        (601, 60_000, False),
        (600, 60_000, True),
        # Tablets round: what is shorter than a second is judged as a second.
        (10, 0, True),
        (10, 999, True),
        (11, 0, False),
        (11, 1_000, False),
        (0, 0, True),
    ],
)
async def test_T05_more_repetitions_than_a_hand_can_do_are_refused(
    guardian: Guardian, child: dict[str, Any], repetitions: int, duration_ms: int, *, is_taken: bool
) -> None:
    sent = play(AT, repetitions=repetitions, successes=0, duration_ms=duration_ms)
    [fate] = (await guardian.upload(child, [sent]))["records"]
    if is_taken:
        assert fate["fate"] == "created"
        return
    assert (fate["fate"], fate["id"]) == ("rejected", sent["id"])
    assert (fate["reason"]["field"], fate["reason"]["code"]) == ("repetitions", "impossible_rate")


@pytest.mark.parametrize(
    ("fields", "flags"),
    [
        ({}, None),
        ({"repetitions": 240}, None),
        ({"repetitions": 241}, ["fast"]),
        ({"hand": "both"}, ["wrong_hand"]),
        ({"motion": "bimanual_hold", "hand": "left"}, ["wrong_hand"]),
        ({"motion": "bimanual_hold", "hand": "both"}, None),
        ({"repetitions": 0, "successes": 0, "duration_ms": 600_000}, ["no_repetitions"]),
        ({"repetitions": 0, "successes": 0, "duration_ms": 599_999}, None),
        ({"repetitions": 1, "successes": 0, "duration_ms": 600_000}, None),
        ({"started_at": seoul("2026-03-02", "00:00").isoformat()}, ["before_therapy"]),
        ({"started_at": seoul("2026-03-02", "04:00").isoformat()}, None),
        ({"repetitions": 500, "hand": "both"}, ["fast", "wrong_hand"]),
    ],
)
async def test_T05_what_is_odd_is_kept_and_marked(
    system: Dodam,
    guardian: Guardian,
    child: dict[str, Any],
    fields: dict[str, Any],
    flags: list[str] | None,
) -> None:
    [fate] = (await guardian.upload(child, [{**play(AT), **fields}]))["records"]
    assert fate["fate"] == "created"
    assert [each["code"] for each in fate.get("flags", [])] == (flags or [])
    assert await _flags(system, child) == [flags]


async def test_T05_a_play_from_before_the_child_was_born_is_marked(
    system: Dodam, guardian: Guardian
) -> None:
    child = await guardian.register_child(birth_date="2026-03-18", therapy_starts_on="2026-03-17")
    born = [play(seoul(day, "23:59")) for day in ("2026-03-17", "2026-03-18")]
    await guardian.upload(child, born[:1])
    assert await _flags(system, child) == [["before_birth"]]
    await guardian.upload(child, [play(seoul("2026-03-18", "05:00"))])
    assert await _flags(system, child) == [["before_birth"], None]


async def test_T05_a_marked_play_counts_and_says_why_in_the_callers_language(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    odd = play(AT, repetitions=300, successes=300)
    receipt = await guardian.upload(child, odd, headers={"accept-language": "ko"})
    assert receipt["records"][0]["flags"] == [
        {
            "code": "fast",
            "message": "1초에 네 번보다 빨라요. 기록은 반영하고 확인이 필요하다고 표시했어요.",
            "field": "repetitions",
        }
    ]
    today = await guardian.get(f"/children/{child['id']}/today")
    assert today["done"]["repetitions"] == 300
    again = await guardian.upload(child, odd)
    assert again["records"][0]["fate"] == "duplicate"
    assert "flags" not in again["records"][0]


def _deep(levels: int) -> str:
    return '{"in":' * levels + "1" + "}" * levels


@pytest.mark.parametrize("levels", [501, 900, 990, 1_000, 100_000])
async def test_T06_a_payload_nested_too_deeply_spoils_no_other_record(
    guardian: Guardian, child: dict[str, Any], levels: int
) -> None:
    before, after = play(AT, payload={"text": 'a "quoted, ]}] text\\'}), play(AT)
    deep = json.dumps(play(AT))[:-1] + f', "payload": {_deep(levels)}}}'
    body = f"[{json.dumps(before)}, {deep} ,\n{json.dumps(after)}]"
    path = f"/children/{child['id']}/play-records"
    answer = await guardian.call("POST", path, content=body.encode())
    assert answer.status_code == 200, answer.text
    fates = answer.json()["records"]
    assert [fate["fate"] for fate in fates] == ["created", "rejected", "created"]
    assert fates[1]["reason"]["code"] in {"too_deep", "too_large"}
    alone = await guardian.call("POST", path, content=deep.encode())
    assert [fate["fate"] for fate in alone.json()["records"]] == ["rejected"]


async def test_T06_a_payload_of_five_hundred_levels_is_taken(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    payload = json.loads(_deep(499)) | {"wide": [{}] * 1_000, "text": "[" * 1_000}
    assert (await guardian.upload(child, [play(AT, payload=payload)]))["created"] == 1


async def test_T06_far_too_many_records_beside_a_deep_one_are_refused(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    body = "[" + _deep(2_000) + ",0" * 100_000 + "]"
    path = f"/children/{child['id']}/play-records"
    answer = await guardian.call("POST", path, content=body.encode())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_records")
