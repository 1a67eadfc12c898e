"""A15: invitations of members of staff come by mail."""

from dodam.features.accounts.models.permissions import Role

from .calls import new_address
from .mailing import Mailing
from .members import Member, enrol, join, joined


async def _invite(admin: Member, **fields: str) -> Member:
    email = new_address()
    form = {"email": email, "name": "Alex", "roles": ["support"], **fields}
    answer = await admin.call("POST", "/staff/members", json=form)
    assert answer.status_code == 201, answer.text
    return Member(admin.http, answer.json()["id"], email)


async def test_A15_an_invited_person_joins_with_the_mailed_link(mailing: Mailing) -> None:
    admin = await joined(mailing.system, mailing.http, Role.ADMIN)
    member = await _invite(admin, language="en")
    token = await mailing.token(member.email, "invited to the staff")
    await enrol(member, token)
    assert (await join(member, token)).status_code == 200


async def test_A15_a_newer_invitation_makes_the_older_one_worthless(mailing: Mailing) -> None:
    admin = await joined(mailing.system, mailing.http, Role.ADMIN)
    member = await _invite(admin)
    old = await mailing.token(member.email)
    again = await admin.call("POST", f"/staff/members/{member.id}/second-factor-reset")
    assert again.status_code == 204
    new = await mailing.token(member.email, number=2)
    refused = await mailing.http.post("/v1/staff/enrolment", json={"token": old})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_token")
    await enrol(member, new)
    assert (await join(member, new)).status_code == 200


async def test_A15_a_forgotten_password_is_no_way_around_an_invitation(mailing: Mailing) -> None:
    admin = await joined(mailing.system, mailing.http, Role.ADMIN)
    member = await _invite(admin)
    await mailing.token(member.email)
    form = {"email": member.email}
    asked = await mailing.http.post("/v1/auth/password/reset-request", json=form)
    assert asked.status_code < 300
    await mailing.settled()
    assert len(mailing.server.to(member.email)) == 1
