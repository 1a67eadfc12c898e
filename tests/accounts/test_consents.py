"""A14: documents in versions, what account holders consent to, and when a version takes force."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam
from tests.clock import NOON, StoppedClock
from tests.families import Guardian, sign_up
from tests.house import Elsewhere, House, wanted

HOUR = timedelta(hours=1)
OPTIONAL = {"marketing", "analytics", "sharing", "refund_requests"}
KINDS = {"terms", "privacy", "child_data", "child_health", *OPTIONAL}


async def _state(guardian: Guardian) -> dict[str, dict[str, Any]]:
    answer = await guardian.get("/account/consents")
    return {each["kind"]: each for each in answer["documents"]}


async def _held(guardian: Guardian) -> dict[str, int | None]:
    return {kind: each["version"] for kind, each in (await _state(guardian)).items()}


async def _put(guardian: Guardian, **versions: Any) -> httpx.Response:
    return await guardian.call("PUT", "/account/consents", json=versions)


# --- what is asked ----------------------------------------------------------------------------


async def test_A14_anybody_reads_what_is_to_be_consented_to(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/consent-documents")
    documents = {each["kind"]: each for each in answer.json() if each["version"] == 1}
    assert documents.keys() == KINDS
    assert {kind for kind, each in documents.items() if not each["required"]} == OPTIONAL
    for each in documents.values():
        assert all(each[part][language] for part in ("title", "text") for language in ("ko", "en"))


async def test_A14_documents_come_once_to_who_keeps_them(house: House) -> None:
    first = await house.http.get("/v1/consent-documents")
    headers = {"if-none-match": first.headers["etag"]}
    assert (await house.http.get("/v1/consent-documents", headers=headers)).status_code == 304
    assert (await house.publish("terms", 2)).status_code == 201
    again = await house.http.get("/v1/consent-documents", headers=headers)
    versions = [each["version"] for each in again.json() if each["kind"] == "terms"]
    assert (again.status_code, versions) == (200, [1, 2])


# --- answering --------------------------------------------------------------------------------


async def test_A14_consents_are_given_and_withdrawn_and_every_answer_is_kept(
    guardian: Guardian, clock: StoppedClock
) -> None:
    clock.advance(timedelta(minutes=1))
    await guardian.consent(marketing=1)
    clock.advance(timedelta(minutes=1))
    await guardian.consent(marketing=None)
    assert await _held(guardian) == {
        "terms": 1,
        "privacy": 1,
        "marketing": None,
        "analytics": None,
        "refund_requests": None,
    }
    history = (await guardian.get("/account/consents"))["history"]
    assert [
        (each["kind"], each["given"], datetime.fromisoformat(each["at"]) - NOON) for each in history
    ] == [
        ("marketing", False, timedelta(minutes=2)),
        ("marketing", True, timedelta(minutes=1)),
        ("privacy", True, timedelta(0)),
        ("terms", True, timedelta(0)),
    ]


async def test_A14_the_same_answer_again_adds_nothing(guardian: Guardian) -> None:
    before = await guardian.get("/account/consents")
    for versions in ({"terms": 1}, {"marketing": None}, {}):
        answer = await _put(guardian, **versions)
        assert (answer.status_code, answer.json()) == (200, before)


async def test_A14_of_answers_at_once_each_is_kept_once(guardian: Guardian) -> None:
    await asyncio.gather(*(_put(guardian, marketing=1) for _ in range(6)))
    history = (await guardian.get("/account/consents"))["history"]
    assert [each["kind"] for each in history].count("marketing") == 1


async def test_A14_where_an_answer_came_from_is_kept(system: Dodam, guardian: Guardian) -> None:
    await guardian.call(
        "PUT", "/account/consents", json={"marketing": 1}, headers={"user-agent": "game/1.4"}
    )
    async with system.database.reading() as db:
        [row] = await db.fetch(
            "select * from accounts.consent where account_id = $1 and kind = 'marketing'",
            UUID(guardian.account_id),
        )
    assert (row["address"], row["user_agent"], row["at"]) == ("127.0.0.1", "game/1.4", NOON)


@pytest.mark.parametrize(
    ("versions", "wrong"),
    [
        ({"terms": 99}, ("terms", "not_in_force")),
        ({"terms": 0}, ("terms", "out_of_range")),
        ({"terms": 2**40}, ("terms", "out_of_range")),
        ({"terms": "one"}, ("terms", "wrong_type")),
        ({"terms": True}, ("terms", "wrong_type")),
        ({"child_data": 1}, ("child_data", "unknown_field")),
        ({"marketing": 1, "privacy": 99}, ("privacy", "not_in_force")),
    ],
)
async def test_A14_a_wrong_answer_is_refused_and_changes_nothing(
    guardian: Guardian, versions: dict[str, Any], wrong: tuple[str, str]
) -> None:
    before = await guardian.get("/account/consents")
    answer = await _put(guardian, **versions)
    assert answer.status_code == 400
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [wrong]
    assert await guardian.get("/account/consents") == before


async def test_A14_nobody_answers_for_another(guardian: Guardian, other_guardian: Guardian) -> None:
    await other_guardian.consent(privacy=None)
    assert (await _held(guardian))["privacy"] == 1


# --- publishing -------------------------------------------------------------------------------


async def test_A14_a_new_version_takes_force_everywhere_at_the_same_instant(
    house: House, elsewhere: Elsewhere
) -> None:
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    await _state(elsewhere.same(guardian))
    assert (await house.publish("privacy", 2)).status_code == 201

    path = f"/children/{child['id']}/exceptional-days/2026-03-18"
    for now, refused in ((NOON + HOUR - timedelta(microseconds=1), False), (NOON + HOUR, True)):
        await house.at(now, guardian)
        for each in (guardian, elsewhere.same(guardian)):
            answer = await each.call("PUT", path, json={"reason": "illness"})
            assert answer.status_code == (403 if refused else 204)
            if refused:
                assert wanted(answer) == {"privacy": 2}
    assert (await _state(guardian))["privacy"]["up_to_date"] is False

    await elsewhere.same(guardian).consent(privacy=2)
    for each in (guardian, elsewhere.same(guardian)):
        answer = await each.call("PUT", path, json={"reason": "illness"})
        assert answer.status_code == 204


async def test_A14_a_version_can_be_consented_to_before_it_takes_force(house: House) -> None:
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    await house.publish("terms", 2)
    await guardian.consent(terms=2)
    for now in (NOON, NOON + 2 * HOUR):
        await house.at(now, guardian)
        answer = await guardian.call("PATCH", f"/children/{child['id']}", json={"grade": 1})
        assert answer.status_code == 200


async def test_A14_an_old_version_can_no_longer_be_consented_to(house: House) -> None:
    await house.publish("terms", 2)
    guardian = await sign_up(house.http)
    await house.at(NOON + HOUR, guardian)
    answer = await _put(guardian, terms=1)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "not_in_force")


async def test_A14_a_document_published_again_is_the_same_and_never_another(house: House) -> None:
    form = house.document("terms", 2)
    answers = await asyncio.gather(
        *(house.admin.call("POST", "/staff/consent-documents", json=form) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.text for answer in answers}) == 1
    answer = await house.publish("terms", 2, text={"ko": "다른 내용", "en": "Other words"})
    assert (answer.status_code, answer.json()["code"]) == (409, "version_taken")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"version": 1}, None),
        ({"version": 3}, ("version", "not_the_next")),
        (
            {"effective_from": (NOON + HOUR - timedelta(seconds=1)).isoformat()},
            ("effective_from", "too_soon"),
        ),
        ({"effective_from": "9999-12-31T23:59:59-23:59"}, ("effective_from", "too_soon")),
        ({"effective_from": "2027-01-01T00:00:00"}, ("effective_from", "wrong_format")),
        ({"kind": "cookies"}, ("kind", "not_a_choice")),
        ({"title": {"ko": "가"}}, ("title.en", "required")),
        ({"text": {"ko": "가", "en": ""}}, ("text.en", "wrong_length")),
        ({"text": {"ko": "가", "en": "a\u0000"}}, ("text.en", "wrong_format")),
        ({"text": {"ko": "가" * 50_001, "en": "a"}}, ("text.ko", "wrong_length")),
        ({"required": False}, ("required", "unknown_field")),
    ],
)
async def test_A14_a_wrong_document_is_not_published(
    house: House, changes: dict[str, Any], wrong: tuple[str, str] | None
) -> None:
    before = (await house.http.get("/v1/consent-documents")).json()
    form = {**house.document("terms", 2), **changes}
    answer = await house.admin.call("POST", "/staff/consent-documents", json=form)
    if wrong is None:
        assert (answer.status_code, answer.json()["code"]) == (409, "version_taken")
    else:
        assert answer.status_code == 400
        assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [wrong]
    assert (await house.http.get("/v1/consent-documents")).json() == before


async def test_A14_publishing_is_audited(house: House) -> None:
    await house.publish("terms", 2)
    async with house.dodam.database.reading() as db:
        [entry] = await db.fetch(
            "select action, actor_id, details from audit.entry where actor_kind = 'staff'"
        )
    assert (entry["action"], entry["actor_id"]) == ("consent_document.published", house.admin.id)
    assert (entry["details"]["kind"], entry["details"]["version"]) == ("terms", 2)


async def test_A14_loading_a_release_again_changes_no_document(house: House) -> None:
    await house.publish("terms", 2)
    before = (await house.http.get("/v1/consent-documents")).json()
    await house.dodam.load_catalogue()
    assert (await house.http.get("/v1/consent-documents")).json() == before
