"""Guardians, children and plays for tests to work with."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

PASSWORD = "correct horse battery"
# A child to register, with what is required and no more.
CHILD: dict[str, Any] = {
    "name": "민준",
    "birth_date": "2019-05-14",
    "affected_hand": "left",
    "consent": {
        "given_by": "legal_guardian",
        "documents": {"child_data": 1, "child_health": 1},
    },
}
_NUMBERS = count(1)


def play(started_at: datetime, **fields: Any) -> dict[str, Any]:
    """A play record as a tablet sends it, with what a test does not care about filled in."""
    return {
        "id": str(uuid4()),
        "session_id": str(uuid4()),
        "motion": "mass_grasp",
        "hand": "left",
        "started_at": started_at.isoformat(),
        "duration_ms": 60_000,
        "repetitions": 10,
        "successes": 8,
        **fields,
    }


@dataclass
class Guardian:
    """A signed-in guardian and the calls one makes."""

    http: httpx.AsyncClient
    email: str
    tokens: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def account_id(self) -> str:
        return self.tokens["account"]["id"]

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call `/v1` + path as this guardian."""
        headers = {
            "authorization": f"Bearer {self.tokens['access_token']}",
            **options.pop("headers", {}),
        }
        return await self.http.request(method, f"/v1{path}", headers=headers, **options)

    async def get(self, path: str, **options: Any) -> Any:
        """The JSON a successful GET answers."""
        answer = await self.call("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def register_child(self, **fields: Any) -> dict[str, Any]:
        answer = await self.call("POST", "/children", json={**CHILD, **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def consent(self, **versions: int | None) -> None:
        """Answer for oneself; null withdraws."""
        answer = await self.call("PUT", "/account/consents", json=versions)
        assert answer.status_code == 200, answer.text

    async def upload(self, child: dict[str, Any], plays: Any, **options: Any) -> dict[str, Any]:
        answer = await self.call(
            "POST", f"/children/{child['id']}/play-records", json=plays, **options
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


async def sign_up(http: httpx.AsyncClient, **fields: Any) -> Guardian:
    """A new guardian with an address of its own, who consents to what is required."""
    email = f"guardian{next(_NUMBERS)}.{uuid4().hex[:8]}@dodam.example"
    form = {"email": email, "password": PASSWORD, "name": "김하늘", **fields}
    answer = await http.post("/v1/auth/sign-up", json=form)
    assert answer.status_code == 201, answer.text
    guardian = Guardian(http, email, answer.json())
    await guardian.consent(terms=1, privacy=1)
    return guardian
