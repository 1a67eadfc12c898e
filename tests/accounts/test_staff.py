"""A15: inviting members of staff, their roles, and what becomes of their access."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.features.accounts.models.staff import Invitation
from dodam.platform.ids import new_id
from tests.clock import StoppedClock
from tests.families import Guardian

from .calls import new_address, refresh
from .members import STEP, Member, enrol, invited, join, joined


@pytest.fixture
async def admin(system: Dodam, http: httpx.AsyncClient) -> Member:
    return await joined(system, http, Role.ADMIN)


def _form(**fields: Any) -> dict[str, Any]:
    return {"email": new_address(), "name": "이서연", "roles": ["support"], **fields}


async def _trail(admin: Member, subject: UUID) -> list[tuple[str, dict[str, Any]]]:
    page = await admin.get("/staff/audit", params={"subject_id": str(subject)})
    return [(each["action"], each["details"]) for each in reversed(page["entries"])]


async def test_A15_an_admin_invites_and_the_trail_tells(admin: Member) -> None:
    answer = await admin.call("POST", "/staff/members", json=_form(roles=["viewer", "clinician"]))
    assert answer.status_code == 201, answer.text
    member = answer.json()
    assert (member["roles"], member["joined_at"]) == (["clinician", "viewer"], None)
    assert "token" not in answer.text
    assert member in await admin.get("/staff/members")
    assert await _trail(admin, member["id"]) == [
        ("staff.invited", {"roles": ["clinician", "viewer"]})
    ]


async def test_A15_an_address_is_one_persons(admin: Member, guardian: Guardian) -> None:
    for email in (guardian.email, admin.email.upper()):
        answer = await admin.call("POST", "/staff/members", json=_form(email=email))
        assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")


async def test_A15_of_concurrent_invitations_of_one_address_one_succeeds(admin: Member) -> None:
    form = _form()
    answers = await asyncio.gather(
        *(admin.call("POST", "/staff/members", json=form) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"name": "a\u0000"}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["owner"]}, "roles[0]"),
        ({"roles": "admin"}, "roles"),
        ({"kind": "guardian"}, "kind"),
    ],
)
async def test_A15_a_malformed_invitation_is_refused_by_name(
    admin: Member, fields: dict[str, Any], field: str
) -> None:
    answer = await admin.call("POST", "/staff/members", json=_form(**fields))
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_A15_an_invited_person_is_nobody_before_joining(
    system: Dodam, http: httpx.AsyncClient
) -> None:
    member, token = await invited(system, http, Role.ADMIN)
    await enrol(member, token)
    assert (await member.sign_in()).status_code == 401


async def test_A15_a_change_of_roles_signs_the_member_out_everywhere_at_once(
    system: Dodam, http: httpx.AsyncClient, admin: Member, clock: StoppedClock
) -> None:
    member = await joined(system, http, Role.SUPPORT)
    path = f"/staff/members/{member.id}"
    answer = await admin.call("PATCH", path, json={"roles": ["viewer"]})
    assert (answer.status_code, answer.json()["roles"]) == (200, ["viewer"])
    refused = await member.call("GET", "/staff/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")
    assert (await refresh(http, member.tokens)).status_code == 401
    clock.advance(STEP)
    member.tokens = (await member.sign_in()).json()
    assert (await member.get("/staff/me"))["permissions"] == ["figures.read"]
    assert ("staff.roles_changed", {"before": ["support"], "after": ["viewer"]}) in await _trail(
        admin, member.id
    )


async def test_A15_a_change_that_changes_nothing_signs_nobody_out(
    system: Dodam, http: httpx.AsyncClient, admin: Member
) -> None:
    member = await joined(system, http, Role.SUPPORT)
    same = {"roles": ["support"], "disabled": False}
    answer = await admin.call("PATCH", f"/staff/members/{member.id}", json=same)
    assert answer.status_code == 200
    await member.get("/staff/me")


async def test_A15_a_disabled_member_is_refused_at_once_until_enabled(
    system: Dodam, http: httpx.AsyncClient, admin: Member, clock: StoppedClock
) -> None:
    member = await joined(system, http, Role.SUPPORT)
    path = f"/staff/members/{member.id}"
    answer = await admin.call("PATCH", path, json={"disabled": True})
    assert answer.json()["disabled_at"] is not None
    assert (await member.call("GET", "/staff/me")).status_code == 401
    assert (await refresh(http, member.tokens)).status_code == 401
    clock.advance(STEP)
    refused = await member.sign_in()
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_credentials")
    assert (await admin.call("PATCH", path, json={"disabled": False})).status_code == 200
    assert (await member.sign_in()).status_code == 200
    actions = [action for action, _ in await _trail(admin, member.id)]
    assert actions[-4:] == [
        "staff.disabled",
        "staff.code_refused",
        "staff.enabled",
        "staff.signed_in",
    ]


async def test_A15_a_sign_in_at_the_moment_of_disabling_leaves_nobody_signed_in(
    system: Dodam, http: httpx.AsyncClient, admin: Member, clock: StoppedClock
) -> None:
    for _ in range(4):
        member = await joined(system, http, Role.SUPPORT)
        clock.advance(STEP)
        path = f"/staff/members/{member.id}"
        signed_in, disabled = await asyncio.gather(
            member.sign_in(), admin.call("PATCH", path, json={"disabled": True})
        )
        assert disabled.status_code == 200
        if signed_in.status_code == 200:
            member.tokens = signed_in.json()
            assert (await member.call("GET", "/staff/me")).status_code == 401
            assert (await refresh(http, member.tokens)).status_code == 401


async def test_A15_disabling_makes_an_open_invitation_worthless(
    system: Dodam, http: httpx.AsyncClient, admin: Member
) -> None:
    member, token = await invited(system, http, Role.SUPPORT)
    await enrol(member, token)
    await admin.call("PATCH", f"/staff/members/{member.id}", json={"disabled": True})
    assert (await join(member, token)).json()["code"] == "invalid_token"
    again = await admin.call("POST", f"/staff/members/{member.id}/second-factor-reset")
    assert (again.status_code, again.json()["code"]) == (409, "staff_member_disabled")


async def test_A15_a_new_second_factor_needs_a_new_invitation(
    system: Dodam, http: httpx.AsyncClient, admin: Member, clock: StoppedClock
) -> None:
    member = await joined(system, http, Role.SUPPORT)
    answer = await admin.call("POST", f"/staff/members/{member.id}/second-factor-reset")
    assert answer.status_code == 204, answer.text
    assert (await member.call("GET", "/staff/me")).status_code == 401
    clock.advance(STEP)
    assert (await member.sign_in()).status_code == 401
    async with system.database.transaction() as tx:
        token = await system.staff.make_invitation(tx, member.id)
    old = member.secret
    await enrol(member, token)
    assert member.secret != old
    assert (await join(member, token)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("PATCH", "", {"roles": ["viewer"]}),
        ("PATCH", "", {"disabled": True}),
        ("POST", "/second-factor-reset", None),
    ],
)
async def test_A15_nobody_changes_their_own_membership(
    admin: Member, method: str, path: str, form: dict[str, Any] | None
) -> None:
    answer = await admin.call(method, f"/staff/members/{admin.id}{path}", json=form)
    assert (answer.status_code, answer.json()["code"]) == (409, "own_membership")


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("PATCH", "", {"roles": ["viewer"]}),
        ("PATCH", "", {"disabled": True}),
        ("POST", "/second-factor-reset", None),
    ],
)
async def test_A15_of_admins_who_remove_each_other_at_once_one_is_left(
    system: Dodam, http: httpx.AsyncClient, method: str, path: str, form: dict[str, Any] | None
) -> None:
    for _ in range(4):
        admins = [await joined(system, http, Role.ADMIN) for _ in range(2)]
        answers = await asyncio.gather(
            *(
                by.call(method, f"/staff/members/{whom.id}{path}", json=form)
                for by, whom in (admins, reversed(admins))
            )
        )
        assert sorted(answer.status_code for answer in answers)[1] == 401
        async with system.database.reading() as db:
            left = await db.fetch(
                "select account_id from accounts.staff_member where account_id = any($1)"
                " and 'admin' = any(roles) and disabled_at is null"
                " and totp_confirmed_at is not null",
                [each.id for each in admins],
            )
        assert len(left) == 1


async def test_A15_a_stranger_among_members_is_not_found(admin: Member, guardian: Guardian) -> None:
    for stranger in (new_id(), guardian.account_id):
        for answer in (
            await admin.call("PATCH", f"/staff/members/{stranger}", json={"disabled": True}),
            await admin.call("POST", f"/staff/members/{stranger}/second-factor-reset"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "staff_member_not_found")


async def test_A15_an_operator_invites_the_first_admin(
    system: Dodam, http: httpx.AsyncClient
) -> None:
    form = Invitation(email=new_address(), name="이서연", roles={Role.ADMIN})
    async with system.database.transaction() as tx:
        token = await system.staff.invite_by_hand(tx, form)
    member = Member(http, new_id(), form.email)
    await enrol(member, token)
    member.tokens = (await join(member, token)).json()
    assert (await member.get("/staff/me"))["member"]["roles"] == ["admin"]


async def test_A15_an_operator_lets_an_admin_in_again_who_lost_everything(
    system: Dodam, http: httpx.AsyncClient, admin: Member
) -> None:
    member = await joined(system, http, Role.VIEWER)
    await admin.call("PATCH", f"/staff/members/{member.id}", json={"disabled": True})
    form = Invitation(email=member.email, name="이서연", roles={Role.ADMIN})
    async with system.database.transaction() as tx:
        token = await system.staff.invite_by_hand(tx, form)
    await enrol(member, token)
    member.tokens = (await join(member, token)).json()
    own = (await member.get("/staff/me"))["member"]
    assert (own["roles"], own["disabled_at"]) == (["admin", "viewer"], None)


async def test_A15_an_invitation_that_was_on_its_way_lets_no_disabled_member_in(
    system: Dodam, http: httpx.AsyncClient, admin: Member
) -> None:
    member, token = await invited(system, http, Role.SUPPORT)
    await enrol(member, token)
    await admin.call("PATCH", f"/staff/members/{member.id}", json={"disabled": True})
    async with system.database.transaction() as tx:
        token = await system.staff.make_invitation(tx, member.id)
    answer = await join(member, token)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_token")
