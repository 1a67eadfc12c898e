"""A15: what staff do with guardians' accounts, and that the audit trail tells of it."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.platform.ids import new_id
from dodam.platform.settings import Settings
from tests.families import PASSWORD, Guardian
from tests.staff import Staff, staff

from .calls import refresh, sign_in
from .members import joined


@pytest.fixture
def admin(http: httpx.AsyncClient, settings: Settings) -> Staff:
    return staff(http, settings, "admin")


async def _trail(admin: Staff, guardian: Guardian) -> list[tuple[str, dict[str, Any], str]]:
    page = await admin.get("/staff/audit", params={"subject_id": guardian.account_id})
    return [
        (each["action"], each["details"], each["actor_id"]) for each in reversed(page["entries"])
    ]


async def _force(
    admin: Staff, account_id: str | UUID, reason: str = "It leaked."
) -> httpx.Response:
    path = f"/staff/accounts/{account_id}/password-reset"
    return await admin.call("POST", path, json={"reason": reason})


async def test_A15_an_account_is_found_by_its_whole_address_or_id(
    http: httpx.AsyncClient, settings: Settings, admin: Staff, guardian: Guardian
) -> None:
    support = staff(http, settings, "support")
    by_address = await support.get("/staff/accounts", params={"email": guardian.email.upper()})
    by_id = await support.get("/staff/accounts", params={"id": guardian.account_id})
    shown = await support.get(f"/staff/accounts/{guardian.account_id}")
    assert by_address == by_id == [shown]
    assert (shown["id"], shown["email"]) == (guardian.account_id, guardian.email)
    assert not {field for field in shown if "hash" in field or "secret" in field}
    assert await _trail(admin, guardian) == [("account.viewed", {}, str(support.id))] * 3


@pytest.mark.parametrize(
    "email", ["guardian", "%@dodam.example", "no address", "\u0000", "nobody@dodam.example"]
)
async def test_A15_part_of_an_address_finds_nothing(
    admin: Staff, guardian: Guardian, email: str
) -> None:
    assert guardian.email
    assert await admin.get("/staff/accounts", params={"email": email}) == []


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({}, "email"),
        ({"email": "a@dodam.example", "id": str(new_id())}, "email"),
        ({"id": "me"}, "id"),
        ({"email": "x" * 255}, "email"),
    ],
)
async def test_A15_a_malformed_search_is_refused_by_name(
    admin: Staff, parameters: dict[str, str], field: str
) -> None:
    answer = await admin.call("GET", "/staff/accounts", params=parameters)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_A15_accounts_of_staff_are_not_cared_for_here(
    system: Dodam, http: httpx.AsyncClient, admin: Staff
) -> None:
    member = await joined(system, http, Role.VIEWER)
    assert await admin.get("/staff/accounts", params={"email": member.email}) == []
    for answer in (
        await admin.call("GET", f"/staff/accounts/{member.id}"),
        await _force(admin, member.id),
        await _force(admin, new_id()),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")
    await member.get("/staff/me")


async def test_A15_a_forced_reset_makes_the_password_worthless_and_signs_out_at_once(
    http: httpx.AsyncClient, admin: Staff, guardian: Guardian
) -> None:
    answer = await _force(admin, guardian.account_id, " It leaked. ")
    assert answer.status_code == 204, answer.text
    refused = await guardian.call("GET", "/children")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
    assert (await refresh(http, guardian.tokens)).status_code == 401
    wrong = await sign_in(http, guardian.email, PASSWORD)
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
    shown = await admin.get(f"/staff/accounts/{guardian.account_id}")
    assert shown["password_must_change"] is True
    trail = await _trail(admin, guardian)
    assert trail[0] == ("account.password_reset", {"reason": "It leaked."}, str(admin.id))


@pytest.mark.parametrize("reason", ["", " ", "a\u0000", "x" * 501, 5, None])
async def test_A15_a_reset_needs_a_reason(admin: Staff, guardian: Guardian, reason: Any) -> None:
    answer = await _force(admin, guardian.account_id, reason)
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["reason"]
    await guardian.get("/children")


async def test_A15_only_admins_reset_passwords(
    http: httpx.AsyncClient, settings: Settings, guardian: Guardian
) -> None:
    for role in ("clinician", "trial_coordinator", "support", "marketing", "viewer"):
        answer = await _force(staff(http, settings, role), guardian.account_id)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    await guardian.get("/children")
