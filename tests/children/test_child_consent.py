"""A14: nothing of a child is stored without consent, and withdrawing it stops that at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.ages import age_of_consent
from dodam.features.children.service.children import Children
from dodam.platform.database import Reading
from tests.access.matrix import GUARDIAN, MATRIX
from tests.clock import NOON, StoppedClock
from tests.families import CHILD, Guardian, play, sign_up
from tests.house import Elsewhere, House, wanted

from .conftest import Participants
from .steps import diagnose, one_row

BOTH = {"child_data": 1, "child_health": 1}
NEITHER = {"child_data": None, "child_health": None}
# What a guardian may always do: answer, and bring a removed child back as it was.
NEED_NO_CONSENT = {
    ("put", "/v1/children/{child_id}/consent"),
    ("post", "/v1/children/{child_id}/restore"),
}


async def _put(
    guardian: Guardian,
    child: dict[str, Any],
    documents: dict[str, Any],
    given_by: str = "legal_guardian",
) -> httpx.Response:
    form = {"given_by": given_by, "documents": documents}
    return await guardian.call("PUT", f"/children/{child['id']}/consent", json=form)


async def _answer(guardian: Guardian, child: dict[str, Any], documents: dict[str, Any]) -> Any:
    answer = await _put(guardian, child, documents)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _upload(guardian: Guardian, child: dict[str, Any], *plays: Any) -> httpx.Response:
    path = f"/children/{child['id']}/play-records"
    return await guardian.call("POST", path, json=list(plays or [play(NOON)]))


async def _register(guardian: Guardian, **fields: Any) -> httpx.Response:
    return await guardian.call("POST", "/children", json={**CHILD, **fields})


# --- registering ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("consent", "missing"),
    [
        (None, BOTH),
        ({"given_by": "legal_guardian", "documents": {}}, BOTH),
        ({"given_by": "legal_guardian", "documents": {"child_data": 1}}, {"child_health": 1}),
        (
            {"given_by": "legal_guardian", "documents": {"child_data": 1, "child_health": None}},
            {"child_health": 1},
        ),
    ],
)
async def test_A14_without_consent_a_child_is_not_registered(
    system: Dodam, guardian: Guardian, consent: Any, missing: dict[str, int]
) -> None:
    child_id = str(uuid4())
    answer = await _register(guardian, id=child_id, consent=consent)
    assert wanted(answer) == missing
    assert await guardian.get("/children") == []
    query = "select count(*) from children.child_consent where child_id = $1"
    assert await one_row(system, query, {"id": child_id}) == {"count": 0}


async def test_A14_the_guardians_own_consent_comes_first(
    guardian: Guardian, other_guardian: Guardian
) -> None:
    await guardian.consent(terms=None)
    assert wanted(await _register(guardian)) == {"terms": 1}
    await guardian.consent(privacy=None)
    assert wanted(await _register(guardian)) == {"terms": 1, "privacy": 1}
    await guardian.consent(terms=1, privacy=1)
    assert (await _register(guardian)).status_code == 201
    assert (await _register(other_guardian)).status_code == 201


async def test_A14_consent_is_kept_with_its_time_origin_and_giver(
    system: Dodam, guardian: Guardian
) -> None:
    child = await guardian.register_child()
    assert child["consents"] == {"terms": 1, "privacy": 1, **BOTH}
    query = "select * from children.child_consent where child_id = $1 and kind = 'child_health'"
    row = await one_row(system, query, child)
    assert (row["version"], row["given"], row["given_by"]) == (1, True, "legal_guardian")
    assert (row["at"], row["address"], str(row["account_id"])) == (
        NOON,
        "127.0.0.1",
        guardian.account_id,
    )


# --- who may consent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "years"),
    [
        ("KR", 14),
        ("US", 13),
        ("DE", 16),
        ("FR", 15),
        ("AT", 14),
        ("GB", 13),
        ("DK", 15),
        ("ZZ", 16),
    ],
)
async def test_A14_a_child_consents_itself_from_its_countrys_age_on(
    http: httpx.AsyncClient, country: str, years: int
) -> None:
    guardian = await sign_up(http, country=country)
    consent = {"given_by": "child", "documents": BOTH}
    # It is 21:00 of 18 March in Seoul.
    old_enough, too_young = f"{2026 - years}-03-18", f"{2026 - years}-03-19"
    answer = await _register(guardian, birth_date=too_young, consent=consent)
    assert (answer.status_code, answer.json()["code"]) == (403, "guardian_consent_required")
    assert str(years) in answer.json()["detail"]
    assert (await _register(guardian, birth_date=too_young)).status_code == 201
    answer = await _register(guardian, birth_date=old_enough, consent=consent)
    assert answer.status_code == 201


def test_A14_every_known_age_is_one_the_law_allows() -> None:
    assert {age_of_consent(country) for country in ("KR", "US", "SE", "ES", "SI", "NL")} == {
        13,
        14,
        15,
        16,
    }


async def test_A14_who_consented_itself_is_not_made_too_young_for_it(guardian: Guardian) -> None:
    consent = {"given_by": "child", "documents": BOTH}
    child = (await _register(guardian, birth_date="2011-05-14", consent=consent)).json()
    path = f"/children/{child['id']}"
    answer = await guardian.call("PATCH", path, json={"birth_date": "2019-05-14"})
    assert (answer.status_code, answer.json()["code"]) == (403, "guardian_consent_required")
    assert await guardian.get(path) == child
    for documents in (NEITHER, BOTH):
        await _answer(guardian, child, documents)
    answer = await guardian.call("PATCH", path, json={"birth_date": "2019-05-14"})
    assert answer.status_code == 200


async def test_A14_a_child_under_age_cannot_give_but_anybody_can_withdraw(
    guardian: Guardian,
) -> None:
    child = await guardian.register_child()
    assert (await _put(guardian, child, NEITHER, given_by="child")).status_code == 200
    answer = await _put(guardian, child, BOTH, given_by="child")
    assert (answer.status_code, answer.json()["code"]) == (403, "guardian_consent_required")
    assert wanted(await _upload(guardian, child)) == BOTH


# --- withdrawing ------------------------------------------------------------------------------


async def test_A14_withdrawing_stops_storing_at_once_and_plays_come_after_new_consent(
    house: House,
    elsewhere: Elsewhere,
) -> None:
    guardian = await sign_up(house.http)
    there = elsewhere.same(guardian)
    child = await guardian.register_child()
    first, second = play(NOON), play(NOON)
    assert (await _upload(guardian, child, first)).json()["created"] == 1
    await _answer(guardian, child, {"child_health": None})
    for each in (guardian, there):
        assert wanted(await _upload(each, child, first, second)) == {"child_health": 1}
    logs = await guardian.get(f"/children/{child['id']}/daily-logs")
    assert [day["totals"]["plays"] for day in logs["days"]] == [1]
    await _answer(guardian, child, {"child_health": 1})
    receipt = (await _upload(there, child, first, second)).json()
    assert (receipt["created"], receipt["duplicates"]) == (1, 1)


async def test_A14_the_guardians_withdrawal_stops_storing_for_every_child(
    house: House,
    elsewhere: Elsewhere,
) -> None:
    guardian, other_guardian = await sign_up(house.http), await sign_up(house.http)
    there = elsewhere.same(guardian)
    children = [await guardian.register_child() for _ in range(2)]
    theirs = await other_guardian.register_child()
    await guardian.consent(privacy=None)
    for child in children:
        assert wanted(await _upload(there, child)) == {"privacy": 1}
        assert wanted(await _put(guardian, child, {"child_data": 1})) == {"privacy": 1}
        assert (await _put(guardian, child, {"child_data": None})).status_code == 200
    assert (await _upload(other_guardian, theirs)).status_code == 200


async def test_A14_a_child_registered_while_the_guardian_withdraws_is_not_stored_for(
    guardian: Guardian,
) -> None:
    for _ in range(5):
        await guardian.consent(terms=1)
        child_id = str(uuid4())
        await asyncio.gather(guardian.consent(terms=None), _register(guardian, id=child_id))
        answer = await _upload(guardian, {"id": child_id})
        assert answer.status_code == 404 or wanted(answer) == {"terms": 1}


async def test_A14_a_removed_child_knows_of_its_guardians_withdrawal(guardian: Guardian) -> None:
    child = await guardian.register_child()
    path = f"/children/{child['id']}"
    assert (await guardian.call("DELETE", path)).status_code == 204
    await guardian.consent(terms=None)
    assert (await guardian.call("POST", f"{path}/restore")).status_code == 200
    assert wanted(await _upload(guardian, child)) == {"terms": 1}


async def test_A14_what_was_stored_can_still_be_read_and_deleted(guardian: Guardian) -> None:
    child = await guardian.register_child()
    path = f"/children/{child['id']}"
    await _upload(guardian, child)
    diagnosis = await diagnose(guardian, child)
    await _answer(guardian, child, NEITHER)
    for view in ("", "/today", "/calendar", "/attendance", "/daily-logs", "/report", "/plans"):
        await guardian.get(path + view)
    await guardian.get(f"{path}/consent")
    for what in (f"/diagnoses/{diagnosis['id']}", "/exceptional-days/2026-03-18", ""):
        assert (await guardian.call("DELETE", path + what)).status_code == 204


async def test_A14_every_answer_is_kept_and_the_same_again_adds_nothing(
    guardian: Guardian, clock: StoppedClock
) -> None:
    child = await guardian.register_child()
    clock.advance(timedelta(minutes=1))
    answers = [await _answer(guardian, child, {"child_data": None}) for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["documents"][0]["version"] is None
    clock.advance(timedelta(minutes=1))
    await asyncio.gather(*(_answer(guardian, child, BOTH) for _ in range(4)))
    shown = await guardian.get(f"/children/{child['id']}/consent")
    assert [(each["kind"], each["given"]) for each in shown["history"]] == [
        ("child_data", True),
        ("child_data", False),
        ("child_health", True),
        ("child_data", True),
    ]
    assert all(each["up_to_date"] for each in shown["documents"])


async def test_A14_checking_consent_asks_the_database_nothing_more(
    guardian: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = await guardian.register_child()
    await _upload(guardian, child)
    asked: list[str] = []
    fetch = Reading.fetch

    async def counting(self: Reading, query: str, *args: object) -> Any:
        asked.append(query)
        return await fetch(self, query, *args)

    monkeypatch.setattr(Reading, "fetch", counting)
    assert (await _upload(guardian, child)).json()["created"] == 1
    assert len(asked) == 4, "finding the child, storing the play, the day's sums and its plan"


# --- every route ------------------------------------------------------------------------------


def _storing_routes(system: Dodam) -> list[tuple[str, str, Any]]:
    described = system.app.openapi_schema.to_schema()
    return [
        (method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/v1/children/{child_id}")
        and method in {"post", "put", "patch"}
        and (method, path) not in NEED_NO_CONSENT
        and GUARDIAN in MATRIX[f"{method.upper()} {path}"].served
    ]


def _example(operation: dict[str, Any]) -> Any:
    [content] = operation["requestBody"]["content"].values()
    if "examples" in content:
        return next(iter(content["examples"].values()))["value"]
    return content["schema"]["examples"][0]


@pytest.mark.parametrize("withdrawn", ["child_data", "child_health", "terms", "privacy"])
async def test_A14_every_route_that_stores_data_of_a_child_needs_consent(
    system: Dodam, guardian: Guardian, withdrawn: str
) -> None:
    child = await guardian.register_child()
    diagnosis = await diagnose(guardian, child)
    routes = _storing_routes(system)
    assert len(routes) >= 6
    if withdrawn.startswith("child"):
        await _answer(guardian, child, {withdrawn: None})
    else:
        await guardian.consent(**{withdrawn: None})
    for method, path, operation in routes:
        named = {
            "child_id": child["id"],
            "diagnosis_id": diagnosis["id"],
            "day": "2026-03-18",
            "system_id": uuid4(),
            "version": 1,
            "pause_id": uuid4(),
            "game_id": "brushing",
        }
        call = path.removeprefix("/v1").format(**named)
        answer = await guardian.call(method.upper(), call, json=_example(operation))
        assert wanted(answer) == {withdrawn: 1}, (method, path)
        assert "403" in operation["responses"], (method, path)


async def test_A14_somebody_elses_child_is_not_there_to_consent_for(
    guardian: Guardian, other_guardian: Guardian
) -> None:
    theirs = await other_guardian.register_child()
    for child in (theirs, {"id": str(uuid4())}):
        for documents in (BOTH, NEITHER):
            answer = await _put(guardian, child, documents)
            assert (answer.status_code, answer.json()["code"]) == (404, "child_not_found")
    assert (await _upload(other_guardian, theirs)).status_code == 200


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"given_by": "a neighbour", "documents": BOTH}, ("given_by", "not_a_choice")),
        ({"documents": BOTH}, ("given_by", "required")),
        ({"given_by": "legal_guardian"}, ("documents", "required")),
        (
            {"given_by": "legal_guardian", "documents": {"child_data": 9}},
            ("documents.child_data", "not_in_force"),
        ),
        (
            {"given_by": "legal_guardian", "documents": {"marketing": 1}},
            ("documents.marketing", "unknown_field"),
        ),
    ],
)
async def test_A14_a_wrong_answer_for_a_child_is_refused(
    guardian: Guardian, form: Any, wrong: tuple[str, str]
) -> None:
    child = await guardian.register_child()
    answer = await guardian.call("PUT", f"/children/{child['id']}/consent", json=form)
    assert answer.status_code == 400
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [wrong]
    answer = await _register(guardian, consent=form)
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == (f"consent.{wrong[0]}", wrong[1])


# --- new versions -----------------------------------------------------------------------------


async def test_A14_a_childs_new_version_stops_storing_everywhere_when_it_takes_force(
    house: House,
    elsewhere: Elsewhere,
) -> None:
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    late = play(NOON)
    assert (await _upload(elsewhere.same(guardian), child)).status_code == 200
    await house.publish("child_health", 2)
    await house.at(NOON + timedelta(minutes=59, seconds=59), guardian)
    assert (await _upload(elsewhere.same(guardian), child)).status_code == 200
    await house.at(NOON + timedelta(hours=1), guardian)
    for each in (guardian, elsewhere.same(guardian)):
        assert wanted(await _upload(each, child, late)) == {"child_health": 2}
    await _answer(elsewhere.same(guardian), child, {"child_health": 2})
    for each, created in ((guardian, 1), (elsewhere.same(guardian), 0)):
        assert (await _upload(each, child, late)).json()["created"] == created


async def test_A14_of_a_pseudonymised_child_stays_that_there_was_consent_and_not_whose(
    system: Dodam, guardian: Guardian, participants: Participants, children: Children
) -> None:
    kept, gone = await guardian.register_child(), await guardian.register_child()
    participants.ids.add(UUID(kept["id"]))
    async with system.database.transaction() as tx:
        await children.erase_all_of(tx, UUID(guardian.account_id))
    async with system.database.reading() as db:
        rows = await db.fetch(
            "select * from children.child_consent where child_id = any($1)",
            [UUID(child["id"]) for child in (kept, gone)],
        )
    assert {row["child_id"] for row in rows} == {UUID(kept["id"])}
    assert {row["kind"]: row["version"] for row in rows} == BOTH
    assert {(row["account_id"], row["address"], row["user_agent"]) for row in rows} == {
        (None, None, None)
    }
