"""Members of staff, as their roles let them act."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from dodam.features.accounts.models.permissions import PERMISSIONS
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
