"""T06: what an upload answers, whatever a tablet sends."""

import json
import time
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from tests.families import Guardian, play

from .steps import problem, rows, seoul

AT = seoul("2026-03-18")
NOBODYS = "01900000-0000-7000-8000-00000000dead"


async def _send(guardian: Guardian, child: dict[str, Any], body: bytes) -> httpx.Response:
    return await guardian.call("POST", f"/children/{child['id']}/play-records", content=body)


async def _stored(system: Dodam, child: dict[str, Any]) -> list[UUID]:
    """The ids of the child's stored plays, after checking that the sums know as many."""
    query = "select id from therapy.play_record where child_id = $1"
    found = [row["id"] for row in await rows(system, query, UUID(child["id"]))]
    for table in ("daily_activity_log", "daily_motion_log", "therapy_result"):
        query = f"select coalesce(sum(plays), 0) as plays from therapy.{table} where child_id = $1"  # noqa: S608
        [counted] = await rows(system, query, UUID(child["id"]))
        assert counted["plays"] == len(found), table
    return found


async def test_T06_one_record_alone_is_an_upload(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    one = play(AT)
    assert await guardian.upload(child, one) == {
        "created": 1,
        "duplicates": 0,
        "rejected": 0,
        "records": [
            {
                "index": 0,
                "id": one["id"],
                "fate": "created",
                "therapy_day": "2026-03-18",
                "reason": None,
                "notice": None,
            }
        ],
    }
    assert await _stored(system, child) == [UUID(one["id"])]


async def test_T06_an_empty_list_is_an_upload_of_nothing(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    nothing: dict[str, Any] = {"created": 0, "duplicates": 0, "rejected": 0, "records": []}
    assert await guardian.upload(child, []) == nothing


async def test_T06_five_hundred_records_are_taken_and_one_more_is_too_many(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    plays = [play(AT) for _ in range(501)]
    path = f"/children/{child['id']}/play-records"
    answer = await guardian.call("POST", path, json=plays, headers={"accept-language": "ko"})
    problem(answer, 413, "too_many_records")
    assert "500" in answer.json()["detail"]
    assert "개까지" in answer.json()["detail"]
    assert await _stored(system, child) == []

    receipt = await guardian.upload(child, plays[:500])
    assert (receipt["created"], receipt["duplicates"], receipt["rejected"]) == (500, 0, 0)
    assert [record["index"] for record in receipt["records"]] == list(range(500))
    assert [record["id"] for record in receipt["records"]] == [each["id"] for each in plays[:500]]
    assert len(await _stored(system, child)) == 500


async def test_T06_far_too_many_records_are_refused_without_looking_at_each(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    body = b"[" + b"0," * 1_000_000 + b"0]"
    began = time.process_time()
    answer = await _send(guardian, child, body)
    # Looking at each takes seconds in which the process would answer nobody else.
    assert time.process_time() - began < 1
    problem(answer, 413, "too_many_records")


async def test_T06_a_body_above_the_limit_is_refused(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    answer = await _send(guardian, child, b"[" + b" " * 10_000_000 + b"]")
    problem(answer, 413, "body_too_large")


_GOOD = json.dumps(play(AT)).encode()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b" \n", id="white space"),
        pytest.param(b"play", id="a word"),
        pytest.param(b"{", id="an opened object"),
        pytest.param(b"[", id="an opened list"),
        pytest.param(b"[" + _GOOD, id="a list that is not closed"),
        pytest.param(b"[" + _GOOD + b",]", id="a comma too many"),
        pytest.param(_GOOD[:-20], id="a record cut off"),
        pytest.param(_GOOD + b"}", id="a brace too many"),
        pytest.param(_GOOD + _GOOD, id="two records in a row"),
        pytest.param(_GOOD.replace(b"60000", b"NaN"), id="NaN"),
        pytest.param(_GOOD.replace(b"60000", b"Infinity"), id="infinity"),
        pytest.param(_GOOD.replace(b"60000", b"0x10"), id="a hexadecimal number"),
        pytest.param(_GOOD.replace(b"mass_grasp", rb"\ud800"), id="half a surrogate pair"),
        pytest.param(b"\xff\xfe[\x00]\x00", id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf[]", id="a byte order mark"),
        pytest.param(b"id=1&motion=fist", id="a form"),
        pytest.param(b"[" * 100_000, id="lists without end"),
        pytest.param(b"[" * 100_000 + b"]" * 99_999, id="lists too deep, one not closed"),
        pytest.param(b"[" * 100_000 + b"]" * 100_001, id="lists too deep, one closed twice"),
        pytest.param(b"[" + b"[" * 100_000 + b"]" * 100_001 + b"1", id="more after deep lists"),
        pytest.param(b"[NaN," + b"[" * 100_000 + b"]" * 100_001, id="NaN before deep lists"),
    ],
)
async def test_T06_a_body_that_is_no_json_is_refused_as_a_whole(
    system: Dodam, guardian: Guardian, child: dict[str, Any], body: bytes
) -> None:
    problem(await _send(guardian, child, body), 400, "malformed_request")
    assert await _stored(system, child) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'[{"id": 5}, {bad', id="broken after a wrong record of a list"),
        pytest.param(b'[{"id": 5}] and more', id="more after the list"),
        pytest.param(b"[5" + b"," + _GOOD, id="a list cut off after a wrong record"),
        pytest.param(b'{"id": 5, bad', id="broken after a wrong field"),
        pytest.param(b'{"session_id": 5, bad}', id="broken after a wrong field that is not the id"),
        pytest.param(b'{"id": 5} and more', id="more after a wrong record"),
        pytest.param(_GOOD.replace(b"mass_grasp", b"\xff"), id="not UTF-8, alone"),
        pytest.param(b"[" + _GOOD.replace(b"left", b"\xff") + b"]", id="not UTF-8, in a list"),
        pytest.param(b'{"\xff": 1}', id="a name that is not UTF-8"),
    ],
)
async def test_T06_a_body_that_breaks_off_after_something_wrong_is_no_json_either(
    system: Dodam, guardian: Guardian, child: dict[str, Any], body: bytes
) -> None:
    problem(await _send(guardian, child, body), 400, "malformed_request")
    assert await _stored(system, child) == []


WRONG_FIELDS: list[tuple[str, object, str]] = [
    ("id", "not-a-uuid", "wrong_format"),
    ("id", None, "wrong_type"),
    ("id", 7, "wrong_type"),
    ("session_id", "", "wrong_format"),
    ("session_id", ["01933c5e-7a00-7000-8000-00000000b001"], "wrong_type"),
    ("motion", "cartwheel", "unknown_motion"),
    ("motion", "Mass Grasp", "wrong_format"),
    ("motion", "m" * 41, "wrong_length"),
    ("motion", "mass_grasp\x00", "wrong_format"),
    ("motion", None, "wrong_type"),
    ("hand", "foot", "not_a_choice"),
    ("hand", "LEFT", "not_a_choice"),
    ("hand", 1, "wrong_type"),
    ("label", "claw", "not_a_choice"),
    ("started_at", "2026-03-18T08:00:00", "wrong_format"),
    ("started_at", "yesterday", "wrong_format"),
    ("started_at", "2026-02-30T08:00:00Z", "wrong_format"),
    ("started_at", "2026-03-18T08:00:60Z", "wrong_format"),
    ("started_at", "0000-01-01T00:00:00Z", "wrong_format"),
    ("started_at", "0001-01-01T00:00:00+14:00", "out_of_range"),
    ("started_at", "9999-12-31T23:59:59-12:00", "out_of_range"),
    ("started_at", "99999-01-01T00:00:00Z", "wrong_format"),
    ("started_at", 1_773_820_800, "wrong_type"),
    ("started_at", None, "wrong_type"),
    ("sent_at", "2026-03-18T08:00:00", "wrong_format"),
    ("sent_at", True, "wrong_type"),
    ("duration_ms", -1, "out_of_range"),
    ("duration_ms", 3_600_001, "out_of_range"),
    ("duration_ms", 10**30, "out_of_range"),
    ("duration_ms", 1.5, "wrong_type"),
    ("duration_ms", "60000", "wrong_type"),
    ("repetitions", 10_001, "out_of_range"),
    ("repetitions", -(10**30), "out_of_range"),
    ("repetitions", True, "wrong_type"),
    ("repetitions", None, "wrong_type"),
    ("repetitions", {}, "wrong_type"),
    ("successes", 11, "out_of_range"),
    ("successes", -1, "out_of_range"),
    ("accuracy", 1.0001, "out_of_range"),
    ("accuracy", -0.1, "out_of_range"),
    ("accuracy", 10**400, "out_of_range"),
    ("accuracy", "0.5", "wrong_type"),
    ("score", 1_000_000_001, "out_of_range"),
    ("score", -1, "out_of_range"),
    ("difficulty", 0, "out_of_range"),
    ("difficulty", 11, "out_of_range"),
    ("device", "d" * 101, "wrong_length"),
    ("device", "Galaxy\x00Tab", "wrong_format"),
    ("device", 9, "wrong_type"),
    ("payload", [], "wrong_type"),
    ("payload", "{}", "wrong_type"),
    ("payload", {"level": "forest\x00"}, "wrong_format"),
    ("payload", {"le\x00vel": 1}, "wrong_format"),
    ("payload", {"deep": [{"er": ["\x00"]}]}, "wrong_format"),
    ("payload", {"back": "\\\x00"}, "wrong_format"),
    ("payload", {"text": "x" * 16_384}, "too_large"),
]


@pytest.mark.parametrize(("field", "value", "code"), WRONG_FIELDS)
async def test_T06_a_wrong_record_is_rejected_by_field_and_its_neighbours_are_kept(
    system: Dodam, guardian: Guardian, child: dict[str, Any], field: str, value: object, code: str
) -> None:
    before, wrong, after = play(AT), {**play(AT), field: value}, play(AT)
    receipt = await guardian.upload(child, [before, wrong, after])
    assert [record["fate"] for record in receipt["records"]] == ["created", "rejected", "created"]
    assert (receipt["created"], receipt["rejected"]) == (2, 1)
    fate = receipt["records"][1]
    assert (fate["reason"]["field"], fate["reason"]["code"]) == (field, code)
    assert fate["id"] == (None if field == "id" else wrong["id"])
    assert (fate["therapy_day"], fate["notice"]) == (None, None)
    assert set(await _stored(system, child)) == {UUID(before["id"]), UUID(after["id"])}


async def test_T06_a_wrong_record_alone_is_rejected_alike(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    for field, value, code in WRONG_FIELDS:
        [fate] = (await guardian.upload(child, {**play(AT), field: value}))["records"]
        assert (fate["fate"], fate["reason"]["code"]) == ("rejected", code), (field, value)


async def test_T06_a_record_without_a_required_field_is_rejected_by_its_name(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    required = list(play(AT))
    lacking = [{name: play(AT)[name] for name in required if name != field} for field in required]
    receipt = await guardian.upload(child, lacking)
    reasons = [(fate["reason"]["field"], fate["reason"]["code"]) for fate in receipt["records"]]
    assert reasons == [(field, "required") for field in required]


@pytest.mark.parametrize(
    ("number", "field"),
    [(b"1e999", "accuracy"), (b"-1e999", "accuracy"), (b"9" * 5000, "repetitions")],
)
async def test_T06_a_number_no_machine_holds_rejects_its_record_only(
    guardian: Guardian, child: dict[str, Any], number: bytes, field: str
) -> None:
    wrong = json.dumps({**play(AT), field: "@"}).encode().replace(b'"@"', number)
    answer = await _send(
        guardian, child, b"[" + wrong + b"," + json.dumps(play(AT)).encode() + b"]"
    )
    assert answer.status_code == 200
    first, second = answer.json()["records"]
    assert (first["reason"]["field"], first["reason"]["code"]) == (field, "out_of_range")
    assert second["fate"] == "created"


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"9" * 5000])
async def test_T06_such_a_number_in_a_payload_rejects_its_record_only(
    guardian: Guardian, child: dict[str, Any], number: bytes
) -> None:
    wrong = json.dumps(play(AT, payload={"n": "@"})).encode().replace(b'"@"', number)
    answer = await _send(
        guardian, child, b"[" + wrong + b"," + json.dumps(play(AT)).encode() + b"]"
    )
    assert [fate["fate"] for fate in answer.json()["records"]] == ["rejected", "created"]
    assert answer.json()["records"][0]["reason"]["field"].startswith("payload")


async def test_T06_things_that_are_no_records_are_rejected_one_by_one(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    good = play(AT)
    receipt = await guardian.upload(child, [None, 5, "play", [], {}, [good], good, 1.5, True])
    fates = [record["fate"] for record in receipt["records"]]
    assert fates == ["rejected"] * 6 + ["created"] + ["rejected"] * 2
    assert {record["id"] for record in receipt["records"]} == {None, good["id"]}
    for record in receipt["records"]:
        assert record["reason"] is None or record["reason"]["code"] in {"wrong_type", "required"}


@pytest.mark.parametrize("body", [b"null", b"5", b'"play"', b"true", b"{}"])
async def test_T06_a_body_that_is_one_thing_but_no_record_is_rejected(
    guardian: Guardian, child: dict[str, Any], body: bytes
) -> None:
    answer = await _send(guardian, child, body)
    assert answer.status_code == 200
    assert (answer.json()["created"], answer.json()["rejected"]) == (0, 1)


@pytest.mark.parametrize(
    ("changes", "english", "korean"),
    [
        (
            {"successes": 11},
            "There are more successes than repetitions.",
            "성공 횟수가 반복 횟수보다 많아요.",
        ),
        (
            {"motion": "cartwheel"},
            "There is no such motion in the catalogue.",
            "동작 목록에 없는 동작이에요.",
        ),
        (
            {"payload": {"x": "x" * 17_000}},
            "The payload is larger than 16 KiB.",
            "payload가 16KiB보다 커요.",
        ),
        ({"hand": "foot"}, "This is not one of the choices.", "고를 수 있는 값이 아닙니다."),
    ],
)
async def test_T06_a_reason_speaks_the_language_the_caller_reads(
    guardian: Guardian, child: dict[str, Any], changes: dict[str, Any], english: str, korean: str
) -> None:
    for language, message in (("en-GB", english), ("ko-KR,en;q=0.5", korean), ("fr", english)):
        receipt = await guardian.upload(
            child, play(AT, **changes), headers={"accept-language": language}
        )
        assert receipt["records"][0]["reason"]["message"] == message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration_ms", 0),
        ("duration_ms", 3_600_000),
        ("repetitions", 10_000),
        ("successes", 0),
        ("successes", 10),
        ("accuracy", 0),
        ("accuracy", 1),
        ("accuracy", 5e-324),
        ("accuracy", -0.0),
        ("score", 1_000_000_000),
        ("difficulty", 1),
        ("difficulty", 10),
        ("device", ""),
        ("device", "디" * 100),
        ("device", "line\nbreak \U0001f590"),
        ("payload", {}),
        ("payload", {"": None, "big": 10**300, "small": 5e-324, "text": "\\u0000 \\"}),
        ("payload", {"text": "x" * (16_384 - len('{"text":""}'))}),
        ("label", "wrist_ulnar"),
        ("hand", "both"),
        ("later", "a field of a newer tablet"),
    ],
)
async def test_T06_a_value_at_the_edge_of_what_is_allowed_is_taken(
    guardian: Guardian, child: dict[str, Any], field: str, value: object
) -> None:
    receipt = await guardian.upload(child, {**play(AT, duration_ms=1_000_000), field: value})
    assert receipt["records"][0]["fate"] == "created", receipt


@pytest.mark.parametrize("optional", ["accuracy", "score", "difficulty", "label", "device"])
async def test_T06_an_optional_field_may_be_null(
    guardian: Guardian, child: dict[str, Any], optional: str
) -> None:
    receipt = await guardian.upload(
        child, {**play(AT), optional: None, "payload": None, "sent_at": None}
    )
    assert receipt["created"] == 1


async def test_T06_a_payload_may_nest_deeply(guardian: Guardian, child: dict[str, Any]) -> None:
    payload: dict[str, Any] = {}
    for _ in range(300):
        payload = {"in": payload}
    assert (await guardian.upload(child, play(AT, payload=payload)))["created"] == 1


async def test_T06_the_largest_upload_there_can_be_is_taken(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    payload = {"text": "x" * 16_000}
    receipt = await guardian.upload(child, [play(AT, payload=payload) for _ in range(500)])
    assert receipt["created"] == 500
    assert len(await _stored(system, child)) == 500


async def test_T06_nobody_uploads_for_a_child_that_is_not_theirs(
    system: Dodam, guardian: Guardian, other_guardian: Guardian, child: dict[str, Any]
) -> None:
    path = f"/children/{child['id']}/play-records"
    for body in (play(AT), [play(AT), {}], []):
        answer = await other_guardian.call("POST", path, json=body)
        problem(answer, 404, "child_not_found")
    unknown = f"/children/{NOBODYS}/play-records"
    problem(await guardian.call("POST", unknown, json=play(AT)), 404, "child_not_found")
    nameless = "/children/mine/play-records"
    problem(await guardian.call("POST", nameless, json=play(AT)), 404, "not_found")
    assert await _stored(system, child) == []


async def test_T06_nothing_is_taken_from_a_caller_who_is_not_signed_in(
    http: httpx.AsyncClient, child: dict[str, Any]
) -> None:
    answer = await http.post(f"/v1/children/{child['id']}/play-records", json=play(AT))
    assert answer.status_code == 401


async def test_T06_nothing_is_taken_for_a_removed_child(
    system: Dodam, guardian: Guardian, child: dict[str, Any]
) -> None:
    sent = play(AT)
    await guardian.upload(child, sent)
    answer = await guardian.call("DELETE", f"/children/{child['id']}")
    assert answer.status_code == 204
    path = f"/children/{child['id']}/play-records"
    for body in (sent, play(AT)):
        problem(await guardian.call("POST", path, json=body), 404, "child_not_found")
    assert await _stored(system, child) == [UUID(sent["id"])]


async def test_T06_days_of_plays_may_come_late_and_in_any_order(
    guardian: Guardian, child: dict[str, Any]
) -> None:
    days = ["2026-03-11", "2025-03-18", "2026-03-18", "2026-02-28"]
    receipt = await guardian.upload(child, [play(seoul(day)) for day in days])
    assert [record["therapy_day"] for record in receipt["records"]] == days
    assert {record["fate"] for record in receipt["records"]} == {"created"}
    assert {record["notice"] for record in receipt["records"]} == {None}


async def test_T06_ids_are_read_in_any_spelling(guardian: Guardian, child: dict[str, Any]) -> None:
    name = uuid4()
    sent = play(AT, id=str(name))
    await guardian.upload(child, sent)
    for spelling in (str(name).upper(), name.hex):
        [fate] = (await guardian.upload(child, {**sent, "id": spelling}))["records"]
        assert (fate["fate"], fate["id"]) == ("duplicate", str(name))
