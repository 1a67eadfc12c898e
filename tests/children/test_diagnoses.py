"""C04: diagnoses are coded, dated and graded, and keep every version of themselves."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from dodam.bootstrap import Dodam
from tests.clock import StoppedClock
from tests.families import Guardian

from .steps import G80_2, diagnose, remove, restore, travel

NONE_GIVEN = {
    "institution": None,
    "macs": None,
    "mini_macs": None,
    "gmfcs": None,
    "bfmf": None,
    "assessed_on": None,
    "notes": None,
}
FULL = {
    "code": "G80.2",
    "diagnosed_on": "2021-06-30",
    "institution": "서울재활병원",
    "macs": "II",
    "gmfcs": "I",
    "bfmf": "V",
    "assessed_on": "2025-09-01",
    "notes": "좌측 편마비\n6개월 후 재평가",
}


def _path(child: dict[str, Any], diagnosis: dict[str, Any] | None = None, below: str = "") -> str:
    one = f"/{diagnosis['id']}" if diagnosis else ""
    return f"/children/{child['id']}/diagnoses{one}{below}"


async def _change(
    guardian: Guardian, child: dict[str, Any], diagnosis: dict[str, Any], **changes: Any
) -> dict[str, Any]:
    answer = await guardian.call("PATCH", _path(child, diagnosis), json=changes)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_T14_without_diagnoses_the_list_is_empty(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    assert await guardian.get(_path(child)) == []


async def test_C04_a_diagnosis_needs_a_code_and_a_date_only(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    recorded = await diagnose(guardian, child)
    assert recorded == {
        **G80_2,
        **NONE_GIVEN,
        "title": "Spastic hemiplegic cerebral palsy",
        "id": recorded["id"],
        "version": 1,
        "changed_at": "2026-03-18T12:00:00Z",
    }
    assert await guardian.get(_path(child)) == [recorded]
    assert await guardian.get(_path(child, recorded)) == recorded


async def test_C04_everything_a_diagnosis_can_hold_is_kept(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    recorded = await diagnose(guardian, child, **FULL)
    assert {name: recorded[name] for name in FULL} == FULL
    assert await guardian.get(_path(child, recorded)) == recorded


async def test_C04_the_latest_diagnosis_comes_first(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = ("2021-06-30", "2024-01-02", "2019-05-14")
    for day in days:
        await diagnose(guardian, child, diagnosed_on=day)
    listed = await guardian.get(_path(child))
    assert [each["diagnosed_on"] for each in listed] == sorted(days, reverse=True)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("g80.2", "G80.2"),
        ("F82", "F82"),
        ("s06.20", "S06.20"),
        ("G80.2\n", "G80.2"),
    ],
)
async def test_C04_codes_are_written_one_way(
    guardian: Guardian, child: dict[str, Any], given: str, kept: str
) -> None:
    recorded = await diagnose(guardian, child, code=given)
    assert recorded["code"] == kept
    assert (await _change(guardian, child, recorded, code=given))["version"] == 1


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("code", "", "wrong_format"),
        ("code", "G8", "wrong_format"),
        ("code", "G80.", "wrong_format"),
        ("code", "G80.2345", "wrong_length"),
        ("code", "80.2", "wrong_format"),
        ("code", "G80.2 ", "wrong_format"),
        ("code", "\uff2780.2", "wrong_format"),
        ("code", "G8\u0660.2", "wrong_format"),
        ("code", "G80\u0000", "wrong_format"),
        ("code", None, "wrong_type"),
        ("diagnosed_on", "2026-03-19", "out_of_range"),
        ("diagnosed_on", "2019-05-13", "out_of_range"),
        ("diagnosed_on", "0001-01-01", "out_of_range"),
        ("diagnosed_on", "2021-02-30", "wrong_format"),
        ("diagnosed_on", None, "wrong_type"),
        ("institution", "", "wrong_length"),
        ("institution", " \n", "wrong_format"),
        ("institution", "a\u0000", "wrong_format"),
        ("institution", "가" * 121, "wrong_length"),
        ("notes", "가" * 2_001, "wrong_length"),
        ("notes", "a\u0000b", "wrong_format"),
        ("macs", "VI", "not_a_choice"),
        ("macs", "ii", "not_a_choice"),
        ("macs", 2, "wrong_type"),
        ("mini_macs", "0", "not_a_choice"),
        ("gmfcs", "", "not_a_choice"),
        ("bfmf", ["I"], "wrong_type"),
        ("version", 7, "unknown_field"),
        ("child_id", "01900000-0000-7000-8000-000000000001", "unknown_field"),
    ],
)
async def test_C04_a_wrong_field_is_named_and_changes_nothing(
    guardian: Guardian, child: dict[str, Any], field: str, value: object, code: str
) -> None:
    recorded = await diagnose(guardian, child)
    for answer in (
        await guardian.call("PATCH", _path(child, recorded), json={field: value}),
        await guardian.call("POST", _path(child), json={**G80_2, field: value}),
    ):
        assert answer.status_code == 400, answer.text
        assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]
    assert await guardian.get(_path(child)) == [recorded]


@pytest.mark.parametrize(
    ("zone", "now", "latest"),
    [
        ("Asia/Seoul", "2026-03-18T23:59:59+09:00", "2026-03-18"),
        # Past midnight it is a new day on the calendar, though the therapy day goes on.
        ("Asia/Seoul", "2026-03-19T00:00:00+09:00", "2026-03-19"),
        ("Pacific/Pago_Pago", "2026-03-17T23:59:59-11:00", "2026-03-17"),
        ("Pacific/Kiritimati", "2026-03-19T00:00:00+14:00", "2026-03-19"),
    ],
)
async def test_C04_today_is_the_date_where_the_child_lives(
    guardian: Guardian, clock: StoppedClock, zone: str, now: str, latest: str
) -> None:
    child = await guardian.register_child(time_zone=zone)
    await travel(guardian, clock, datetime.fromisoformat(now))
    await diagnose(guardian, child, diagnosed_on=latest)
    tomorrow = f"{latest[:-2]}{int(latest[-2:]) + 1:02}"
    answer = await guardian.call("POST", _path(child), json={**G80_2, "diagnosed_on": tomorrow})
    assert [e["field"] for e in answer.json()["errors"]] == ["diagnosed_on"]


async def test_C04_every_wrong_field_is_named_in_the_callers_language(
    guardian: Guardian,
) -> None:
    child = await guardian.register_child(birth_date="2025-06-01")
    form = {**G80_2, "macs": "I", "bfmf": "I"}
    for language, message in (("ko", "진단일은"), ("en", "A diagnosis is made")):
        answer = await guardian.call(
            "POST", _path(child), json=form, headers={"accept-language": language}
        )
        errors = answer.json()["errors"]
        assert [e["field"] for e in errors] == ["diagnosed_on", "macs", "bfmf"]
        assert errors[0]["message"].startswith(message)


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "G80.3", "title": "Dyskinetic cerebral palsy"},
        {"diagnosed_on": "2022-01-01"},
        {"institution": "연세재활병원", "notes": None},
        dict.fromkeys(NONE_GIVEN),
        {**FULL, "gmfcs": "IV"},
    ],
)
async def test_T14_any_subset_of_a_diagnosis_can_be_changed(
    guardian: Guardian, child: dict[str, Any], changes: dict[str, Any]
) -> None:
    recorded = await diagnose(guardian, child, **FULL)
    asked = {name: value for name, value in changes.items() if name != "title"}
    changed = await _change(guardian, child, recorded, **asked)
    assert changed == {**recorded, **changes, "version": 2}
    assert await guardian.get(_path(child)) == [changed]


@pytest.mark.parametrize("changes", [{}, {"macs": "II"}, {"institution": " 서울재활병원 "}, FULL])
async def test_C04_a_change_that_changes_nothing_makes_no_version(
    guardian: Guardian, child: dict[str, Any], changes: dict[str, Any]
) -> None:
    recorded = await diagnose(guardian, child, **FULL)
    assert await _change(guardian, child, recorded, **changes) == recorded
    assert len(await guardian.get(_path(child, recorded, "/history"))) == 1


async def test_C04_the_history_tells_what_stood_when_and_who_made_it_so(
    guardian: Guardian, child: dict[str, Any], clock: StoppedClock
) -> None:
    first = await diagnose(guardian, child, macs="III")
    await travel(guardian, clock, datetime.fromisoformat("2026-09-18T12:00:00Z"))
    second = await _change(guardian, child, first, macs="II")
    await travel(guardian, clock, datetime.fromisoformat("2027-03-18T12:00:00Z"))
    answer = await guardian.call("DELETE", _path(child, first))
    assert answer.status_code == 204
    by = {"changed_by": guardian.account_id}
    assert await guardian.get(_path(child, first, "/history")) == [
        {**second, **by, "version": 3, "changed_at": "2027-03-18T12:00:00Z", "deleted": True},
        {**second, **by, "deleted": False},
        {**first, **by, "deleted": False},
    ]
    assert (second["changed_at"], second["version"]) == ("2026-09-18T12:00:00Z", 2)


async def test_C04_a_deleted_diagnosis_is_hidden_and_stays_so(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    kept, deleted = [await diagnose(guardian, child) for _ in range(2)]
    path = _path(child, deleted)
    assert (await guardian.call("DELETE", path)).status_code == 204
    assert await guardian.get(_path(child)) == [kept]
    for method, body in (("GET", None), ("PATCH", {"macs": "I"}), ("DELETE", None)):
        answer = await guardian.call(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "diagnosis_not_found")
    answer = await guardian.call("POST", _path(child), json={**G80_2, "id": deleted["id"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")


async def test_C04_a_diagnosis_sent_again_finds_the_same_one(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    form = {**G80_2, "id": str(uuid4())}
    answers = await asyncio.gather(
        *(guardian.call("POST", _path(child), json=form) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    [recorded] = await guardian.get(_path(child))
    assert [answer.json() for answer in answers] == [recorded] * 5
    changed = await _change(guardian, child, recorded, bfmf="I")
    answer = await guardian.call("POST", _path(child), json=form)
    assert (answer.status_code, answer.json()) == (200, changed)


async def test_C04_an_id_is_one_childs_own(guardian: Guardian, other_guardian: Guardian) -> None:
    one, sibling = [await guardian.register_child() for _ in range(2)]
    theirs = await other_guardian.register_child()
    chosen = str(uuid4())
    for who, child, code in (
        (guardian, one, "G80.0"),
        (guardian, sibling, "G80.1"),
        (other_guardian, theirs, "G80.3"),
    ):
        await diagnose(who, child, id=chosen, code=code)
    await _change(guardian, one, {"id": chosen}, macs="I")
    assert [(await guardian.get(_path(child)))[0]["code"] for child in (one, sibling)] == [
        "G80.0",
        "G80.1",
    ]
    assert (await other_guardian.get(_path(theirs)))[0]["version"] == 1


async def test_C04_changes_at_once_follow_each_other_and_none_is_lost(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    recorded = await diagnose(guardian, child)
    changes = (
        {"macs": "I"},
        {"gmfcs": "II"},
        {"bfmf": "III"},
        {"notes": "재평가"},
        {"institution": "서울재활병원"},
        {"code": "G80.9"},
    )
    await asyncio.gather(*(_change(guardian, child, recorded, **each) for each in changes))
    merged = {"title": "Cerebral palsy, unspecified", "assessed_on": "2026-03-18"}
    for each in changes:
        merged |= each
    assert await guardian.get(_path(child, recorded)) == {**recorded, **merged, "version": 7}
    history = await guardian.get(_path(child, recorded, "/history"))
    assert [each["version"] for each in history] == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("method", "below", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"macs": "I"}),
        ("DELETE", "", None),
        ("GET", "/history", None),
    ],
)
async def test_C04_other_peoples_and_other_childrens_diagnoses_are_not_there(
    guardian: Guardian,
    other_guardian: Guardian,
    child: dict[str, Any],
    method: str,
    below: str,
    body: object,
) -> None:
    theirs = await other_guardian.register_child()
    diagnosis = await diagnose(other_guardian, theirs)
    sibling = await guardian.register_child()
    of_sibling = await diagnose(guardian, sibling)
    for path, code in (
        (_path(theirs, diagnosis, below), "child_not_found"),
        (_path({"id": str(uuid4())}, diagnosis, below), "child_not_found"),
        (_path(child, diagnosis, below), "diagnosis_not_found"),
        (_path(child, of_sibling, below), "diagnosis_not_found"),
        (_path(child, {"id": str(uuid4())}, below), "diagnosis_not_found"),
    ):
        answer = await guardian.call(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert await other_guardian.get(_path(theirs)) == [diagnosis]
    assert await guardian.get(_path(sibling)) == [of_sibling]


async def test_C04_nobody_lists_or_adds_to_another_familys_diagnoses(
    guardian: Guardian, other_guardian: Guardian
) -> None:
    theirs = await other_guardian.register_child()
    for method, body in (("GET", None), ("POST", G80_2)):
        answer = await guardian.call(method, _path(theirs), json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")
    assert await other_guardian.get(_path(theirs)) == []


async def test_C04_a_removed_childs_diagnoses_are_hidden_with_it(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    recorded = await diagnose(guardian, child)
    await remove(guardian, child)
    for path in (_path(child), _path(child, recorded), _path(child, recorded, "/history")):
        assert (await guardian.call("GET", path)).status_code == 404
    answer = await guardian.call("POST", _path(child), json=G80_2)
    assert answer.status_code == 404
    await restore(guardian, child)
    assert await guardian.get(_path(child)) == [recorded]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"null", b"\xff", b'"G80.2"'])
async def test_C04_what_is_no_diagnosis_is_refused(
    guardian: Guardian, child: dict[str, Any], body: bytes
) -> None:
    answer = await guardian.call("POST", _path(child), content=body)
    assert answer.status_code == 400, answer.text
    assert await guardian.get(_path(child)) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("code", "g80.2"), ("code", "G80.2\n"), ("macs", "VI"), ("bfmf", "1"), ("version", 0)],
)
async def test_C04_the_schema_refuses_what_is_no_diagnosis(
    system: Dodam, child: dict[str, Any], column: str, value: object
) -> None:
    row = {
        **G80_2,
        "child_id": child["id"],
        "id": str(uuid4()),
        "version": 1,
        "changed_at": "2026-03-18T12:00:00Z",
        "deleted": False,
    }
    insert = """
        insert into children.diagnosis
        select * from jsonb_populate_record(null::children.diagnosis, $1)
    """
    async with system.database.transaction() as tx:
        await tx.execute(insert, row)
    with pytest.raises(asyncpg.CheckViolationError):
        async with system.database.transaction() as tx:
            await tx.execute(insert, {**row, "id": str(uuid4()), column: value})
