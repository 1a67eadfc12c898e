"""T04, A15: the care team decides on levels; its decisions are kept, and audited."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian
from tests.staff import Staff, care_member

from .steps import YESTERDAY, level, levels, practice

FOUR = {"lowest": 4, "highest": 4, "reason": "손목 통증"}
RANGE = {"lowest": 3, "highest": 6, "reason": "천천히 올리기"}


def _path(child: dict[str, Any], below: str = "", motion: str = "mass_grasp") -> str:
    return f"/children/{child['id']}/difficulty/{motion}/left{below}"


async def _decide(who: Staff, child: dict[str, Any], **form: Any) -> dict[str, Any]:
    answer = await who.call("PUT", _path(child), json=form)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_T04_a_fixed_level_is_asked_for_whatever_the_plays_say(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    decided = await _decide(clinician, child, **FOUR)
    assert decided == {
        **FOUR,
        "version": 1,
        "motion": "mass_grasp",
        "hand": "left",
        "until": None,
        "made_at": "2026-03-18T12:00:00Z",
        "made_by": str(clinician.id),
    }
    await guardian.upload(child, practice(YESTERDAY, 0, 20))
    asked = await levels(guardian, child, headers={"accept-language": "ko"})
    found = asked["mass_grasp", "left"]
    assert (found["level"], found["source"], found["staircase"]) == (4, "care_team", 1)
    assert found["because"] == {"code": "fixed", "message": "치료팀이 4단계로 정했어요."}
    assert asked["mass_grasp", "right"]["source"] == "staircase"


@pytest.mark.parametrize(
    ("lowest", "highest", "then"),
    [
        (3, 6, (3, "held_in_range", "care_team")),
        (1, 1, (1, "fixed", "care_team")),
        (1, 2, (2, "start", "staircase")),
        (1, 10, (2, "start", "staircase")),
    ],
)
async def test_T04_a_range_holds_the_staircase_and_lets_it_move_within(
    guardian: Guardian,
    child: dict[str, Any],
    clinician: Staff,
    lowest: int,
    highest: int,
    then: tuple[int, str, str],
) -> None:
    await _decide(clinician, child, lowest=lowest, highest=highest, reason="범위")
    found = (await levels(guardian, child))["mass_grasp", "left"]
    assert (found["level"], found["because"]["code"], found["source"]) == then


async def test_T04_the_staircase_follows_what_is_played_at_a_fixed_level(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    await _decide(clinician, child, **FOUR)
    for day in ("2026-03-12", "2026-03-13", "2026-03-14"):
        await guardian.upload(child, practice(day, 17, 20, difficulty=4))
    assert (await clinician.call("DELETE", _path(child))).status_code == 204
    assert await level(guardian, child) == (4, "kept")


async def test_T04_a_decision_ends_with_its_last_day(
    child: dict[str, Any], clinician: Staff, clock: StoppedClock
) -> None:
    await _decide(clinician, child, **FOUR, until="2026-03-19")
    for days, then in ((1, (4, "fixed")), (2, (2, "start"))):
        clock.set(NOON + timedelta(days=days))
        assert await level(clinician, child) == then


async def test_T04_what_was_decided_before_stays_in_the_history(
    guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    history = _path(child, "/decisions")
    assert await guardian.get(history) == []
    first = await _decide(clinician, child, **FOUR)
    second = await _decide(clinician, child, **RANGE)
    for _ in range(2):
        assert (await clinician.call("DELETE", _path(child))).status_code == 204
    lifted, *earlier = await guardian.get(history)
    assert earlier == [second, first]
    assert (lifted["version"], lifted["lowest"], lifted["highest"]) == (3, None, None)
    assert await level(guardian, child) == (2, "start")
    assert (await _decide(clinician, child, **FOUR))["version"] == 4


async def test_T04_deciding_the_same_again_changes_nothing(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, child: dict[str, Any]
) -> None:
    one, other = [await care_member(system, http, settings, child) for _ in range(2)]
    decided = await asyncio.gather(
        *(_decide(who, child, **{**FOUR, "reason": " 손목 통증\n"}) for who in (one, other) * 3)
    )
    assert decided == [decided[0]] * 6
    assert decided[0]["reason"] == "손목 통증"


async def test_T04_decisions_at_once_follow_each_other_and_none_is_lost(
    child: dict[str, Any], clinician: Staff
) -> None:
    await asyncio.gather(
        *(_decide(clinician, child, lowest=n, highest=n, reason="동시") for n in range(1, 7))
    )
    history = await clinician.get(_path(child, "/decisions"))
    assert [each["version"] for each in history] == [6, 5, 4, 3, 2, 1]
    assert sorted(each["lowest"] for each in history) == [1, 2, 3, 4, 5, 6]


async def test_A15_what_is_decided_is_in_the_audit_trail(
    system: Dodam, child: dict[str, Any], clinician: Staff
) -> None:
    await _decide(clinician, child, **RANGE)
    await levels(clinician, child)
    await clinician.call("DELETE", _path(child))
    async with system.database.reading() as db:
        trail = await db.fetch(
            "select action, details from audit.entry"
            " where subject_id = $1 and actor_id = $2 order by at, id",
            UUID(child["id"]),
            clinician.id,
        )
    about = {"motion": "mass_grasp", "hand": "left"}
    assert [(entry["action"], entry["details"]) for entry in trail] == [
        # What was decided goes with the child; the trail stays.
        ("difficulty.decided", about),
        ("child.viewed", {"what": "difficulty"}),
        ("difficulty.lifted", about),
    ]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"lowest": 0}, ("lowest", "out_of_range")),
        ({"highest": 11}, ("highest", "out_of_range")),
        ({"lowest": 5, "highest": 4}, ("highest", "out_of_range")),
        ({"lowest": None}, ("lowest", "wrong_type")),
        ({"lowest": 4.5}, ("lowest", "wrong_type")),
        ({"reason": ""}, ("reason", "wrong_length")),
        ({"reason": " \n"}, ("reason", "wrong_format")),
        ({"reason": "a\u0000"}, ("reason", "wrong_format")),
        ({"reason": "가" * 501}, ("reason", "wrong_length")),
        ({"until": "2026-03-17"}, ("until", "out_of_range")),
        ({"until": "2027-03-20"}, ("until", "out_of_range")),
        ({"until": "9999-12-31"}, ("until", "out_of_range")),
        ({"made_by": "01900000-0000-7000-8000-000000000001"}, ("made_by", "unknown_field")),
    ],
)
async def test_T04_a_wrong_field_is_named_and_nothing_is_decided(
    child: dict[str, Any], clinician: Staff, fields: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = await clinician.call("PUT", _path(child), json={**FOUR, **fields})
    assert answer.status_code == 400, answer.text
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [wrong]
    assert await clinician.get(_path(child, "/decisions")) == []


@pytest.mark.parametrize(
    ("motion", "status", "code"),
    [
        ("juggling", 404, "motion_not_found"),
        ("bimanual_hold", 400, "invalid_input"),
        ("Mass_grasp", 400, "invalid_input"),
        ("mass_grasp%0A", 400, "invalid_input"),
    ],
)
async def test_T04_there_is_nothing_to_decide_of_what_cannot_be_played(
    child: dict[str, Any], clinician: Staff, motion: str, status: int, code: str
) -> None:
    answer = await clinician.call("PUT", _path(child, motion=motion), json=FOUR)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_A15_guardians_read_what_was_decided_and_decide_nothing(
    guardian: Guardian, other_guardian: Guardian, child: dict[str, Any], clinician: Staff
) -> None:
    await _decide(clinician, child, **FOUR)
    for method in ("PUT", "DELETE"):
        answer = await guardian.call(method, _path(child), json=FOUR)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    for below in (f"/children/{child['id']}/difficulty", _path(child, "/decisions")):
        answer = await other_guardian.call("GET", below)
        assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")
    assert await level(guardian, child) == (4, "fixed")


@pytest.mark.parametrize(
    ("column", "value"),
    [("lowest", 0), ("highest", 11), ("lowest", 7), ("lowest", None), ("hand", "foot")],
)
async def test_T04_the_schema_refuses_what_is_no_decision(
    system: Dodam, child: dict[str, Any], column: str, value: object
) -> None:
    row = {
        "child_id": child["id"],
        "motion": "mass_grasp",
        "hand": "left",
        "version": 1,
        "lowest": 3,
        "highest": 6,
        "made_at": "2026-03-18T12:00:00Z",
    }
    insert = """
        insert into difficulty.decision
        select * from jsonb_populate_record(null::difficulty.decision, $1)
    """
    async with system.database.transaction() as tx:
        await tx.execute(insert, row)
    with pytest.raises(asyncpg.CheckViolationError):
        async with system.database.transaction() as tx:
            await tx.execute(insert, {**row, "version": 2, column: value})
