"""A family that moves in: a guardian with children and tablets of their own."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from dodam_sim.callers.api import Api, Person, UnexpectedStatusError

_TABLET = {
    "model": "SM-X710",
    "os_version": "14",
    "app_version": "3.2.0",
    "screen_width": 2560,
    "screen_height": 1600,
    "memory_mb": 8192,
}


@dataclass(frozen=True, slots=True)
class Family:
    """A guardian, and the ids of the children."""

    guardian: Person
    children: list[UUID]

    async def tablet(self, platform: str = "android", **about: Any) -> UUID:
        """Register one more device of the family's; its id."""
        device = uuid4()
        form = {"id": str(device), "platform": platform, **_TABLET, **about}
        await self.guardian.post("/devices", form)
        return device

    async def plan(self, child: UUID, motion: str, repetitions: int) -> None:
        """Plan one motion with the left hand for every day of the week."""
        item = {"motion": motion, "target_repetitions": repetitions}
        days = [{"weekday": day, "hand": "left", "items": [item]} for day in range(1, 8)]
        await self.guardian.post(f"/children/{child}/plans", {"days": days})

    async def train(self, child: UUID, motion: str, repetitions: int) -> None:
        """Play a motion with the left hand, and upload it."""
        play = {
            "id": str(uuid4()),
            "session_id": str(uuid4()),
            "motion": motion,
            "hand": "left",
            "started_at": datetime.now(UTC).isoformat(),
            "duration_ms": 20_000,
            "repetitions": repetitions,
            "successes": repetitions,
        }
        await self.guardian.post(f"/children/{child}/play-records", [play])


async def move_in(api: Api, children: int, *, day_start_hour: int = 4) -> Family:
    """Sign up, consent and register so many children. Raises UnexpectedStatusError."""
    form = {
        "email": f"{secrets.token_hex(8)}@dodam.example",
        "password": f"한밤의 {secrets.token_urlsafe(12)}",
        "name": "이서윤",
    }
    answer = await api.send("POST", "/v1/auth/sign-up", json=form)
    if not answer.is_success:
        raise UnexpectedStatusError("POST /v1/auth/sign-up", answer)
    guardian = Person(api, answer.json()["access_token"])
    documents = await guardian.get("/consent-documents")
    newest = {each["kind"]: each["version"] for each in sorted(documents, key=_version)}
    agreed = {kind: newest[kind] for kind in ("terms", "privacy")}
    await guardian.put("/account/consents", agreed)
    about = {
        "birth_date": "2019-05-14",
        "affected_hand": "left",
        "time_zone": "Asia/Seoul",
        "day_start_hour": day_start_hour,
        "consent": {
            "given_by": "legal_guardian",
            "documents": {kind: newest[kind] for kind in ("child_data", "child_health")},
        },
    }
    ids = [uuid4() for _ in range(children)]
    for number, child in enumerate(ids, 1):
        await guardian.post("/children", {"id": str(child), "name": f"하준 {number}", **about})
    return Family(guardian, ids)


def _version(document: Any) -> int:
    return document["version"]
