"""A13: leaving, coming back, and being erased."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import PASSWORD, Guardian

from .calls import refresh, sign_in, sign_up


async def _leave(guardian: Guardian, **form: Any) -> httpx.Response:
    return await guardian.call(
        "POST", "/account/withdrawal", json={"confirm": True, "password": PASSWORD, **form}
    )


async def _left(guardian: Guardian) -> dict[str, Any]:
    answer = await _leave(guardian)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def _undo(http: httpx.AsyncClient, token: str) -> httpx.Response:
    return await http.post("/v1/auth/withdrawal/undo", json={"token": token})


async def _erase(system: Dodam, guardian: Guardian) -> None:
    """What the worker does once the erasure was announced."""
    withdrawals = system.services["withdrawals"]
    assert isinstance(withdrawals, Withdrawals)
    async with system.database.transaction() as tx:
        await withdrawals.erase_due(tx, UUID(guardian.tokens["account"]["id"]))


async def test_A13_who_leaves_is_signed_out_everywhere_at_once(
    http: httpx.AsyncClient, guardian: Guardian, clock: StoppedClock, settings: Settings
) -> None:
    other_device = (await sign_in(http, guardian.email)).json()
    left = await _left(guardian)
    grace = timedelta(days=settings.withdrawal_grace_days)
    assert left["erase_at"] == (clock.now() + grace).isoformat().replace("+00:00", "Z")
    assert (await guardian.call("GET", "/children")).status_code == 401
    for tokens in (guardian.tokens, other_device):
        assert (await refresh(http, tokens)).status_code == 401
    refused = await sign_in(http, guardian.email)
    assert (refused.status_code, refused.json()["code"]) == (403, "account_withdrawn")
    assert refused.json()["details"]["erase_at"] == left["erase_at"]


async def test_A13_a_wrong_password_learns_nothing_of_a_withdrawal(
    http: httpx.AsyncClient, guardian: Guardian
) -> None:
    await _left(guardian)
    answer = await sign_in(http, guardian.email, "another password entirely")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"confirm": False}, 400, "withdrawal_not_confirmed"),
        ({"password": "not the password"}, 403, "wrong_password"),
        ({"password": None}, 403, "wrong_password"),
    ],
)
async def test_A13_leaving_must_be_confirmed(
    guardian: Guardian, form: dict[str, Any], status: int, code: str
) -> None:
    answer = await _leave(guardian, **form)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await guardian.call("GET", "/children")).status_code == 200


async def test_A13_within_the_grace_period_everything_comes_back(
    http: httpx.AsyncClient, guardian: Guardian, clock: StoppedClock
) -> None:
    child = await guardian.register_child()
    left = await _left(guardian)
    clock.advance(timedelta(days=29))
    token = (await sign_in(http, guardian.email)).json()["details"]["undo_token"]
    assert (await _undo(http, token)).status_code == 204
    guardian.tokens = (await sign_in(http, guardian.email)).json()
    assert [each["id"] for each in await guardian.get("/children")] == [child["id"]]
    shown = (await http.get(f"/v1/withdrawals/{left['receipt']}")).json()
    assert (bool(shown["undone_at"]), shown["erased_at"], shown["erased"]) == (True, None, [])


async def test_A13_an_undo_token_undoes_one_withdrawal(
    http: httpx.AsyncClient, guardian: Guardian, clock: StoppedClock
) -> None:
    await _left(guardian)
    token = (await sign_in(http, guardian.email)).json()["details"]["undo_token"]
    assert (await _undo(http, token)).status_code == 204
    assert (await _undo(http, token)).status_code == 400
    guardian.tokens = (await sign_in(http, guardian.email)).json()
    clock.advance(timedelta(minutes=1))
    await _left(guardian)
    old = await _undo(http, token)
    assert (old.status_code, old.json()["code"]) == (400, "invalid_token")


async def test_A13_an_undo_token_dies_of_age(
    http: httpx.AsyncClient, guardian: Guardian, clock: StoppedClock
) -> None:
    await _left(guardian)
    token = (await sign_in(http, guardian.email)).json()["details"]["undo_token"]
    clock.advance(timedelta(hours=1))
    assert (await _undo(http, token)).status_code == 400


@pytest.mark.parametrize("token", ["x", "가나다", "gAAAAAB" + "A" * 100])
async def test_A13_what_is_no_undo_token_undoes_nothing(
    http: httpx.AsyncClient, token: str
) -> None:
    answer = await _undo(http, token)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_token")


async def test_A13_leaving_twice_at_once_is_leaving_once(guardian: Guardian) -> None:
    answers = await asyncio.gather(*(_leave(guardian) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [202, *[401] * 3]


async def test_A13_after_the_grace_period_the_account_is_erased_and_proven_so(
    system: Dodam, http: httpx.AsyncClient, guardian: Guardian, clock: StoppedClock
) -> None:
    left = await _left(guardian)
    clock.advance(timedelta(days=30, seconds=-1))
    await _erase(system, guardian)
    token = (await sign_in(http, guardian.email)).json()["details"]["undo_token"]
    clock.advance(timedelta(seconds=1))
    await _erase(system, guardian)
    assert (await sign_in(http, guardian.email)).status_code == 401
    assert (await _undo(http, token)).status_code == 400
    shown = (await http.get(f"/v1/withdrawals/{left['receipt']}")).json()
    assert shown["erased_at"] is not None
    parts = {each["part"]: each["rows"] for each in shown["erased"]}
    assert parts["accounts"]["account"] == 1


async def test_A13_a_person_comes_back_with_the_same_address_and_finds_nothing_of_before(
    system: Dodam, http: httpx.AsyncClient, guardian: Guardian, clock: StoppedClock
) -> None:
    await guardian.register_child()
    old = guardian.tokens["account"]["id"]
    await _left(guardian)
    taken = await sign_up(http, email=guardian.email)
    assert taken.json()["code"] == "email_taken"
    clock.advance(timedelta(days=31))
    await _erase(system, guardian)
    again = await sign_up(http, email=guardian.email)
    assert again.status_code == 201
    assert again.json()["account"]["id"] != old
    assert await Guardian(http, guardian.email, again.json()).get("/children") == []


async def test_A13_erasing_and_coming_back_at_once_have_one_outcome(
    system: Dodam, http: httpx.AsyncClient, guardian: Guardian, clock: StoppedClock
) -> None:
    left = await _left(guardian)
    clock.advance(timedelta(days=30, seconds=-1))
    token = (await sign_in(http, guardian.email)).json()["details"]["undo_token"]
    clock.advance(timedelta(seconds=1))
    undoing = asyncio.ensure_future(_undo(http, token))
    await asyncio.gather(*(_erase(system, guardian) for _ in range(3)))
    undone = await undoing
    shown = (await http.get(f"/v1/withdrawals/{left['receipt']}")).json()
    assert bool(shown["erased_at"]) is (undone.status_code == 400)
    assert bool(shown["undone_at"]) is (undone.status_code == 204)


async def test_A13_an_unknown_receipt_shows_nothing(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/withdrawals/7f3f2f7e-6f0a-4d8e-9a53-9f5f1c0f6a11")
    assert (answer.status_code, answer.json()["code"]) == (404, "withdrawal_not_found")
