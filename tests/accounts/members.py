"""Members of staff who joined as people do: with an invitation, a password and a second factor."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from pyotp.totp import TOTP

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import Role
from dodam.features.accounts.models.staff import Invitation
from tests.accounts.calls import new_address
from tests.conftest import CLOCK

MEMBERS_PASSWORD = "seven lamps on the pier"
# How long an authenticator shows one code.
STEP = timedelta(seconds=30)


@dataclass
class Member:
    http: httpx.AsyncClient
    id: UUID
    email: str
    secret: str = ""
    tokens: dict[str, Any] = field(default_factory=dict[str, Any])

    def code(self, at: datetime | None = None) -> str:
        """What the authenticator app shows."""
        return TOTP(self.secret).at(at or CLOCK.now())

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.tokens['access_token']}"}
        return await self.http.request(method, f"/v1{path}", headers=headers, **options)

    async def get(self, path: str, **options: Any) -> Any:
        answer = await self.call("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def sign_in(self, **fields: Any) -> httpx.Response:
        form = {"email": self.email, "password": MEMBERS_PASSWORD, "code": self.code(), **fields}
        return await self.http.post("/v1/staff/sign-in", json=form)


async def invited(system: Dodam, http: httpx.AsyncClient, *roles: Role) -> tuple[Member, str]:
    """Somebody who has yet to join, and the token of the invitation."""
    form = Invitation(email=new_address(), name="이서연", roles=set(roles))
    async with system.database.transaction() as tx:
        token = await system.staff.invite_by_hand(tx, form)
        [row] = await tx.fetch("select id from accounts.account where email = $1", form.email)
    return Member(http, row["id"], form.email), token


async def enrol(member: Member, token: str) -> None:
    answer = await member.http.post("/v1/staff/enrolment", json={"token": token})
    assert answer.status_code == 200, answer.text
    member.secret = answer.json()["secret"]


async def join(member: Member, token: str, **fields: Any) -> httpx.Response:
    code = fields.pop("code", None) or member.code()
    form = {"token": token, "password": MEMBERS_PASSWORD, "code": code, **fields}
    return await member.http.post("/v1/staff/join", json=form)


async def joined(system: Dodam, http: httpx.AsyncClient, *roles: Role) -> Member:
    """A signed-in member; the code of this moment is used up by joining."""
    member, token = await invited(system, http, *roles)
    await enrol(member, token)
    answer = await join(member, token)
    assert answer.status_code == 200, answer.text
    member.tokens = answer.json()
    return member
