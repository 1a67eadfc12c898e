"""C01, C03, T14: registering, changing and removing children, and nobody else's."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dodam.platform.settings import Settings
from tests.families import CHILD, Guardian


async def test_C01_children_are_listed_as_they_were_registered(guardian: Guardian) -> None:
    assert await guardian.get("/children") == []
    first = await guardian.register_child(name="민준")
    second = await guardian.register_child(name="서연", grade=0, time_zone="America/New_York")
    assert await guardian.get("/children") == [first, second]
    assert await guardian.get(f"/children/{first['id']}") == first


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"grade": 3},
        {"grade": None},
        {"name": "하준", "language": "en"},
        {"affected_hand": "both", "dominant_hand": "left", "sex": "male"},
        {"time_zone": "Europe/Berlin", "day_start_hour": 0, "birth_date": "2015-01-01"},
    ],
)
async def test_T14_any_subset_of_fields_can_be_changed(
    guardian: Guardian, changes: dict[str, Any]
) -> None:
    child = await guardian.register_child(grade=1)
    answer = await guardian.call("PATCH", f"/children/{child['id']}", json=changes)
    assert answer.status_code == 200
    assert answer.json() == {**child, **changes}
    assert await guardian.get(f"/children/{child['id']}") == {**child, **changes}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "wrong_length"),
        ("name", " ", "wrong_format"),
        ("name", "a\u0000", "wrong_format"),
        ("name", None, "wrong_type"),
        ("birth_date", "2026-03-20", "out_of_range"),
        ("birth_date", "1899-12-31", "out_of_range"),
        ("birth_date", "2019-02-30", "wrong_format"),
        ("affected_hand", "foot", "not_a_choice"),
        ("grade", 13, "out_of_range"),
        ("time_zone", "Asia/Atlantis", "unknown_time_zone"),
        ("time_zone", "../../etc/passwd", "unknown_time_zone"),
        ("day_start_hour", 13, "out_of_range"),
        ("guardian_id", "01900000-0000-7000-8000-000000000009", "unknown_field"),
    ],
)
async def test_C03_a_wrong_field_is_named_and_changes_nothing(
    guardian: Guardian, field: str, value: object, code: str
) -> None:
    child = await guardian.register_child()
    for answer in (
        await guardian.call("PATCH", f"/children/{child['id']}", json={field: value}),
        await guardian.call("POST", "/children", json={**CHILD, field: value}),
    ):
        assert answer.status_code == 400
        assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]
    assert await guardian.get("/children") == [child]


async def test_C01_a_registration_sent_again_finds_the_same_child(guardian: Guardian) -> None:
    form = {**CHILD, "id": str(uuid4())}
    answers = await asyncio.gather(
        *(guardian.call("POST", "/children", json=form) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.text for answer in answers}) == 1


async def test_C01_an_id_in_use_elsewhere_is_refused_without_saying_whose(
    guardian: Guardian, other_guardian: Guardian
) -> None:
    theirs = await other_guardian.register_child()
    answer = await guardian.call("POST", "/children", json={**CHILD, "id": theirs["id"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")
    assert theirs["name"] not in answer.text


async def test_C01_the_limit_holds_however_fast_children_are_registered(
    guardian: Guardian, settings: Settings
) -> None:
    limit = settings.children_per_guardian
    answers = await asyncio.gather(
        *(guardian.call("POST", "/children", json=CHILD) for _ in range(limit + 5))
    )
    assert [answer.status_code for answer in answers].count(201) == limit
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["code"] == "child_limit_reached"
    assert str(limit) in refused.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {}),
        ("DELETE", "", None),
        ("GET", "/today", None),
        ("GET", "/calendar", None),
        ("GET", "/report", None),
        ("GET", "/attendance", None),
        ("GET", "/daily-logs", None),
        ("GET", "/plans", None),
        ("POST", "/play-records", []),
        ("PUT", "/exceptional-days/2026-03-18", {"reason": "illness"}),
        ("DELETE", "/exceptional-days/2026-03-18", None),
    ],
)
async def test_C01_somebody_elses_child_is_not_there(
    guardian: Guardian, other_guardian: Guardian, method: str, path: str, body: object
) -> None:
    theirs = await other_guardian.register_child()
    answers = [
        await guardian.call(method, f"/children/{child}{path}", json=body)
        for child in (theirs["id"], str(uuid4()))
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["code"] for answer in answers} == {"child_not_found"}
    assert await other_guardian.get("/children") == [theirs]


async def test_C01_a_removed_child_is_gone_at_once(guardian: Guardian) -> None:
    child = await guardian.register_child()
    path = f"/children/{child['id']}"
    assert (await guardian.call("DELETE", path)).status_code == 204
    assert (await guardian.call("DELETE", path)).status_code == 404
    assert (await guardian.call("GET", path)).status_code == 404
    assert await guardian.get("/children") == []


async def test_C01_without_a_token_nothing_is_shown(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/children")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
