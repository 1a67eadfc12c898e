"""A12: test accounts come and go many at a time, and no report across accounts counts them."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from dodam.features.accounts.service import testing_accounts as service
from dodam.features.accounts.service.passwords import PasswordRules
from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.audit.service import Audit
from dodam.features.children.models.removal import Erasure
from dodam.features.children.service.erasure import EraseTestData
from dodam.features.children.service.reporting import ChildReporting
from dodam.platform.database import Transaction
from dodam.platform.logging.log import Log
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.conftest import CLOCK
from tests.families import Guardian, play, sign_up
from tests.house import House
from tests.staff import Staff, staff

TODAY = "2026-03-18"
PASSWORD = "twenty lanterns over the bay"
NOTHING = {"active_children": 0, "plays": 0, "minutes": 0.0, "new_accounts": 0, "new_children": 0}


@pytest.fixture
def support(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, "support")


def _path(owner: Guardian) -> str:
    return f"/staff/accounts/{owner.account_id}/test-accounts"


async def _attach(by: Staff, owner: Guardian, *accounts: str) -> httpx.Response:
    return await by.call("PUT", _path(owner), json={"accounts": list(accounts)})


async def _create(by: Staff, owner: Guardian, count: int, **fields: Any) -> httpx.Response:
    form = {"request_id": str(uuid4()), "count": count, "password": PASSWORD, **fields}
    return await by.call("POST", _path(owner), json=form)


async def _detach(by: Staff, owner: Guardian, *accounts: str) -> httpx.Response:
    return await by.call("DELETE", _path(owner), params={"account": list(accounts)})


async def _under(by: Staff, owner: Guardian) -> set[str]:
    return {each["id"] for each in await by.get(_path(owner))}


# --- attaching --------------------------------------------------------------------------------


async def test_A12_many_accounts_are_attached_by_id_or_address_in_one_call(
    http: httpx.AsyncClient, support: Staff, guardian: Guardian
) -> None:
    testers = [await sign_up(http) for _ in range(4)]
    named = [
        testers[0].account_id,
        testers[1].email,
        testers[2].email.upper(),
        testers[3].account_id,
        testers[0].email,
    ]
    answer = await _attach(support, guardian, *named)
    assert answer.status_code == 200
    assert {each["id"] for each in answer.json()} == {each.account_id for each in testers}
    assert {each["attached_by"] for each in answer.json()} == {str(support.id)}
    again = await _attach(support, guardian, *named)
    assert again.json() == answer.json() == await support.get(_path(guardian))


@pytest.mark.parametrize(
    "wrong",
    ["01900000-0000-7000-8000-00000000dead", "nobody@dodam.example", "no address", "\u0000"],
)
async def test_A12_all_accounts_are_attached_or_none(
    support: Staff, guardian: Guardian, other_guardian: Guardian, wrong: str
) -> None:
    answer = await _attach(support, guardian, other_guardian.email, wrong)
    assert answer.status_code == 400
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [
        ("accounts[1]", "unknown_account")
    ]
    assert await _under(support, guardian) == set()


async def test_A12_an_account_is_a_test_account_under_one_other_only(
    http: httpx.AsyncClient, support: Staff, guardian: Guardian, other_guardian: Guardian
) -> None:
    taken, free = await sign_up(http), await sign_up(http)
    assert (await _attach(support, other_guardian, taken.email)).status_code == 200
    answer = await _attach(support, guardian, free.email, taken.email)
    assert (answer.status_code, answer.json()["code"]) == (409, "attached_elsewhere")
    assert answer.json()["details"] == {"accounts": [taken.account_id]}
    assert await _under(support, guardian) == set()
    answer = await _attach(support, guardian, guardian.email)
    assert [each["code"] for each in answer.json()["errors"]] == ["itself"]


async def test_A12_of_two_who_attach_the_same_accounts_at_once_one_has_them(
    http: httpx.AsyncClient, support: Staff, guardian: Guardian, other_guardian: Guardian
) -> None:
    testers = [(await sign_up(http)).account_id for _ in range(5)]
    answers = await asyncio.gather(
        *(
            _attach(support, owner, *accounts)
            for owner in (guardian, other_guardian)
            for accounts in (testers, testers[::-1])
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409]
    attached = [await _under(support, owner) for owner in (guardian, other_guardian)]
    assert sorted(map(len, attached)) == [0, 5]


async def test_A12_nothing_is_attached_under_nobody_or_somebody_who_left(
    house: House,
) -> None:
    owner, tester = await sign_up(house.http), await sign_up(house.http)
    nobody = Guardian(house.http, "", {"account": {"id": str(uuid4())}})
    async with house.dodam.database.transaction() as tx:
        await tx.execute(
            "update accounts.account set withdrawn_at = $2, erase_at = $2 where id = $1",
            UUID(owner.account_id),
            NOON,
        )
    for each in (nobody, owner):
        for answer in (
            await _attach(house.admin, each, tester.email),
            await _create(house.admin, each, 1),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")
    assert (await house.admin.call("GET", _path(nobody))).status_code == 404


@pytest.mark.parametrize(
    ("accounts", "code"),
    [([], "wrong_length"), (["a@dodam.example"] * 201, "wrong_length"), ([""], "wrong_length")],
)
async def test_A12_too_many_or_too_few_are_refused(
    support: Staff, guardian: Guardian, accounts: Sequence[str], code: str
) -> None:
    answer = await _attach(support, guardian, *accounts)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


# --- making -----------------------------------------------------------------------------------


async def test_A12_new_test_accounts_can_be_signed_in_to(
    http: httpx.AsyncClient, support: Staff, guardian: Guardian
) -> None:
    answer = await _create(support, guardian, 200)
    assert answer.status_code == 201
    made = answer.json()
    assert len({each["email"] for each in made}) == len(made) == 200
    assert await _under(support, guardian) == {each["id"] for each in made}
    form = {"email": made[7]["email"], "password": PASSWORD}
    signed_in = await http.post("/v1/auth/sign-in", json=form)
    assert (signed_in.status_code, signed_in.json()["account"]["id"]) == (200, made[7]["id"])


async def test_A12_a_request_sent_again_makes_no_second_accounts(
    support: Staff, guardian: Guardian, other_guardian: Guardian
) -> None:
    request = str(uuid4())
    answers = await asyncio.gather(
        *(_create(support, guardian, 3, request_id=request) for _ in range(4))
    )
    assert len({answer.text for answer in answers}) == 1
    assert len(await _under(support, guardian)) == 3
    others = await _create(support, other_guardian, 3, request_id=request)
    assert others.status_code == 201
    assert not {each["id"] for each in others.json()} & await _under(support, guardian)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 201}, "count"),
        ({"password": "too short"}, "password"),
        ({"password": "password 1"}, "password"),
        ({"request_id": "today"}, "request_id"),
    ],
)
async def test_A12_a_wrong_request_makes_nothing(
    support: Staff, guardian: Guardian, fields: dict[str, Any], field: str
) -> None:
    answer = await _create(support, guardian, **{"count": 2, **fields})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert await _under(support, guardian) == set()


# --- detaching --------------------------------------------------------------------------------


async def test_A12_many_are_detached_in_one_call(support: Staff, guardian: Guardian) -> None:
    made = [each["id"] for each in (await _create(support, guardian, 200)).json()]
    for _ in range(2):
        assert (await _detach(support, guardian, *made[:199], str(uuid4()))).status_code == 204
        assert await _under(support, guardian) == {made[199]}


async def test_A12_who_has_none_detaches_nobody_elses(
    support: Staff, guardian: Guardian, other_guardian: Guardian
) -> None:
    [made] = (await _create(support, guardian, 1)).json()
    assert (await _detach(support, other_guardian, made["id"])).status_code == 204
    assert await _under(support, guardian) == {made["id"]}


async def test_A12_detaching_names_accounts(support: Staff, guardian: Guardian) -> None:
    for accounts in ([], ["everybody"], [str(uuid4())] * 201):
        answer = await _detach(support, guardian, *accounts)
        assert answer.status_code == 400, accounts[:1]


async def test_A12_attaching_and_detaching_are_audited_once_each(house: House) -> None:
    owner = await sign_up(house.http)
    made = [each["id"] for each in (await _create(house.admin, owner, 3)).json()]
    for _ in range(2):
        await _attach(house.admin, owner, *made)
    for _ in range(2):
        await _detach(house.admin, owner, *made)
    async with house.dodam.database.reading() as db:
        entries = await db.fetch(
            "select action, actor_id, details from audit.entry where subject_id = $1 order by id",
            UUID(owner.account_id),
        )
    assert [each["action"] for each in entries] == [
        "test_accounts.attached",
        "test_accounts.detached",
    ]
    assert {each["actor_id"] for each in entries} == {house.admin.id}
    assert all(sorted(each["details"]["accounts"]) == sorted(made) for each in entries)


# --- figures ----------------------------------------------------------------------------------


async def _figures(house: House, day: str = TODAY) -> dict[str, Any]:
    path = f"/staff/figures?from={day}&to={day}"
    [figures] = (await house.admin.get(path))["days"]
    assert figures.pop("day") == day
    return figures


async def _family(house: House, plays: int) -> tuple[Guardian, dict[str, Any]]:
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    await guardian.upload(child, [play(NOON, duration_ms=90_000) for _ in range(plays)])
    return guardian, child


async def test_A12_figures_count_what_families_did(house: House) -> None:
    assert await _figures(house) == NOTHING
    for plays in (2, 3):
        await _family(house, plays)
    assert await _figures(house) == {
        "active_children": 2,
        "plays": 5,
        "minutes": 7.5,
        "new_accounts": 2,
        "new_children": 2,
    }
    month = await house.admin.get("/staff/figures")
    assert (month["from_day"], month["to_day"], len(month["days"])) == ("2026-02-16", TODAY, 31)
    assert sum(day["plays"] for day in month["days"]) == 5


async def test_A12_a_test_accounts_data_is_in_no_figure_before_and_after_it_was_attached(
    house: House,
) -> None:
    owner, _ = await _family(house, 2)
    real = await _figures(house)
    tester, child = await _family(house, 4)
    assert (await _figures(house))["plays"] == 6

    assert (await _attach(house.admin, owner, tester.email)).status_code == 200
    assert await _figures(house) == real
    await tester.upload(child, play(NOON))
    sibling = await tester.register_child()
    await tester.upload(sibling, play(NOON))
    assert await _figures(house) == real

    assert (await _detach(house.admin, owner, tester.account_id)).status_code == 204
    assert await _figures(house) == {
        "active_children": 3,
        "plays": 8,
        "minutes": 11.0,
        "new_accounts": 2,
        "new_children": 3,
    }


async def test_A12_accounts_made_for_testing_are_in_no_figure(house: House) -> None:
    owner = await sign_up(house.http)
    before = await _figures(house)
    [made, *_] = (await _create(house.admin, owner, 5)).json()
    form = {"email": made["email"], "password": PASSWORD}
    answer = await house.http.post("/v1/auth/sign-in", json=form)
    tester = Guardian(house.http, made["email"], answer.json())
    await tester.consent(terms=1, privacy=1)
    await tester.upload(await tester.register_child(), play(NOON))
    assert await _figures(house) == before


async def test_A12_removed_children_of_test_accounts_are_in_no_figure(house: House) -> None:
    owner = await sign_up(house.http)
    tester, child = await _family(house, 1)
    before = {**NOTHING, "new_accounts": 1}
    await _attach(house.admin, owner, tester.email)
    assert await _figures(house) == before
    assert (await tester.call("DELETE", f"/children/{child['id']}")).status_code == 204
    assert await _figures(house) == before


@pytest.mark.parametrize("who", ["owner", "tester"])
async def test_A12_test_accounts_stay_so_when_somebody_leaves(house: House, who: str) -> None:
    owner, _ = await _family(house, 1)
    tester, _ = await _family(house, 1)
    await _attach(house.admin, owner, tester.email)
    before = await _figures(house)
    leaving = owner if who == "owner" else tester
    async with house.dodam.database.transaction() as tx:
        await tx.execute(
            "update accounts.account set withdrawn_at = $2, erase_at = $2 where id = $1",
            UUID(leaving.account_id),
            NOON,
        )
    assert await _figures(house) == before


async def test_A12_a_test_accounts_child_is_not_kept_under_a_pseudonym(house: House) -> None:
    owner, real = await _family(house, 1)
    tester, test = await _family(house, 1)
    await _attach(house.admin, owner, tester.email)

    class Trial:
        async def of(self, _tx: Transaction, _child_id: UUID) -> Erasure:
            return Erasure.PSEUDONYMISE

    passwords = house.dodam.passwords
    attached = service.TestAccounts(
        house.dodam.database, CLOCK, passwords, PasswordRules(passwords), Audit(CLOCK, Log())
    )
    policy = EraseTestData(Trial(), ChildReporting(AccountReporting(attached)))
    async with house.dodam.database.transaction() as tx:
        assert await policy.of(tx, UUID(real["id"])) is Erasure.PSEUDONYMISE
        assert await policy.of(tx, UUID(test["id"])) is Erasure.ERASE


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-03-18&to=2026-03-17",
        "from=2025-03-17&to=2026-03-18",
        "from=yesterday",
        "from=9999-12-31",
    ],
)
async def test_A12_a_wrong_range_is_refused(house: House, query: str) -> None:
    answer = await house.admin.call("GET", f"/staff/figures?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


async def test_A12_figures_are_of_the_days_asked_for(house: House) -> None:
    guardian, child = await _family(house, 1)
    await guardian.upload(child, play(NOON - timedelta(days=1)))
    assert await _figures(house, "2026-03-17") == {
        **NOTHING,
        "active_children": 1,
        "plays": 1,
        "minutes": 1.0,
    }
    for day in ("2026-03-19", "0001-01-01", "9999-12-31"):
        assert await _figures(house, day) == NOTHING
