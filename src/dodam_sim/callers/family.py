"""A family that moves in: a guardian with children and tablets of their own."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

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
    """A guardian, the ids of the children, where they live, and the motion that they train."""

    guardian: Person
    children: list[UUID]
    zone: ZoneInfo
    motion: str

    async def tablet(self, platform: str = "android", **about: Any) -> UUID:
        """Register one more device of the family's; its id."""
        device = uuid4()
        form = {"id": str(device), "platform": platform, **_TABLET, **about}
        await self.guardian.post("/devices", form)
        return device

    async def plan(self, child: UUID, repetitions: int) -> None:
        """Plan the motion with the left hand for every day of the week."""
        item = {"motion": self.motion, "target_repetitions": repetitions}
        days = [{"weekday": day, "hand": "left", "items": [item]} for day in range(1, 8)]
        await self.guardian.post(f"/children/{child}/plans", {"days": days})

    async def train(self, child: UUID, repetitions: int) -> None:
        """Play the motion with the left hand, and upload it."""
        play = {
            "id": str(uuid4()),
            "session_id": str(uuid4()),
            "motion": self.motion,
            "hand": "left",
            "started_at": datetime.now(UTC).isoformat(),
            "duration_ms": 20_000,
            "repetitions": repetitions,
            "successes": repetitions,
        }
        await self.guardian.post(f"/children/{child}/play-records", [play])


async def move_in(api: Api, children: int) -> Family:
    """Sign up, consent and register so many children, who live where it is noon.

    So no day ends while they play. Raises UnexpectedStatusError.
    """
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
    zone = noon_zone(datetime.now(UTC))
    about = {
        "birth_date": "2019-05-14",
        "affected_hand": "left",
        "time_zone": zone.key,
        "consent": {
            "given_by": "legal_guardian",
            "documents": {kind: newest[kind] for kind in ("child_data", "child_health")},
        },
    }
    ids = [uuid4() for _ in range(children)]
    for number, child in enumerate(ids, 1):
        await guardian.post("/children", {"id": str(child), "name": f"하준 {number}", **about})
    motions = await guardian.get("/motions")
    motion = next(each["id"] for each in motions if not each["bimanual"])
    return Family(guardian, ids, zone, motion)


def noon_zone(now: datetime) -> ZoneInfo:
    """A time zone in which it is between 12:00 and 13:00.

    The signs of these names are those of POSIX: `Etc/GMT-9` is nine hours ahead of Greenwich
    (https://github.com/eggert/tz/blob/main/etcetera).
    """
    return ZoneInfo(f"Etc/GMT{now.hour - 12:+d}")


def _version(document: Any) -> int:
    return document["version"]
