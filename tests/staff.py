"""Members of staff, as their roles let them act."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from dodam.bootstrap import Dodam
from dodam.features.accounts.models.permissions import PERMISSIONS, Role
from dodam.platform.ids import new_id
from dodam.platform.settings import Settings
from dodam.platform.tokens import AccessTokens, CallerKind, SigningKeys
from tests.conftest import CLOCK


@dataclass(frozen=True)
class Staff:
    http: httpx.AsyncClient
    id: UUID
    tokens: AccessTokens
    roles: tuple[str, ...]

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call `/v1` + path as this member of staff."""
        token = self.tokens.issue(self.id, self.id, CallerKind.STAFF, self.roles)
        headers = {"authorization": f"Bearer {token}", **options.pop("headers", {})}
        return await self.http.request(method, f"/v1{path}", headers=headers, **options)

    async def get(self, path: str, **options: Any) -> Any:
        """The JSON a successful GET answers."""
        answer = await self.call("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()


def staff(http: httpx.AsyncClient, settings: Settings, *roles: str) -> Staff:
    """A member of staff as the access token alone tells of one."""
    tokens = AccessTokens(
        SigningKeys.load(settings.data_dir / "keys"), CLOCK, seconds=600, permissions=PERMISSIONS
    )
    return Staff(http, new_id(), tokens, roles)


async def member(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, *roles: str, name: str = "김치료"
) -> Staff:
    """A member of staff who has an account too, and has joined."""
    found = staff(http, settings, *roles)
    async with system.database.transaction() as tx:
        await tx.execute(
            "insert into accounts.account (id, kind, email, email_key, name, created_at)"
            " values ($1, 'staff', $2, $2, $3, $4)",
            found.id,
            f"{found.id}@staff.dodam.example",
            name,
            CLOCK.now(),
        )
        await tx.execute(
            "insert into accounts.staff_member (account_id, roles, created_at, totp_confirmed_at)"
            " values ($1, $2, $3, $3)",
            found.id,
            list(roles),
            CLOCK.now(),
        )
    return found


async def care_member(
    system: Dodam,
    http: httpx.AsyncClient,
    settings: Settings,
    child: dict[str, Any],
    role: str = Role.CLINICIAN,
) -> Staff:
    """A member of staff who treats the child."""
    found = await member(system, http, settings, role)
    admin = staff(http, settings, Role.ADMIN)
    answer = await admin.call("PUT", f"/staff/children/{child['id']}/care-team/{found.id}")
    assert answer.status_code == 204, answer.text
    return found
