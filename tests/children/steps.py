"""Steps that tests of children take: removing, moving on in time, asking the database."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from dodam.bootstrap import Dodam
from dodam.platform.tables import METADATA
from tests.clock import StoppedClock
from tests.families import PASSWORD, Guardian, play

GRACE = timedelta(days=30)
TABLET = "01900000-0000-7000-8000-00000000dddd"
G80_2 = {"code": "G80.2", "diagnosed_on": "2021-06-30"}


async def travel(guardian: Guardian, clock: StoppedClock, to: datetime) -> None:
    """Move the clock; the guardian then signs in anew, for access tokens live for minutes only."""
    clock.set(to)
    form = {"email": guardian.email, "password": PASSWORD}
    answer = await guardian.http.post("/v1/auth/sign-in", json=form)
    assert answer.status_code == 200, answer.text
    guardian.tokens = answer.json()


async def remove(guardian: Guardian, child: dict[str, Any]) -> None:
    answer = await guardian.call("DELETE", f"/children/{child['id']}")
    assert answer.status_code == 204, answer.text


async def restore(guardian: Guardian, child: dict[str, Any]) -> httpx.Response:
    return await guardian.call("POST", f"/children/{child['id']}/restore")


WEDNESDAYS = [
    {
        "weekday": 3,
        "hand": "left",
        "items": [{"motion": "mass_grasp", "target_repetitions": 10}],
    }
]


async def diagnose(guardian: Guardian, child: dict[str, Any], **fields: Any) -> dict[str, Any]:
    form = {**G80_2, **fields}
    answer = await guardian.call("POST", f"/children/{child['id']}/diagnoses", json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def live_a_little(guardian: Guardian, child: dict[str, Any]) -> None:
    """Leave something in every table that keeps anything about a child."""
    await guardian.upload(
        child, [play(datetime.fromisoformat("2026-03-17T08:00:00Z"), device="민준이 태블릿")]
    )
    at, session_id = "2026-03-17T08:10:00Z", str(uuid4())
    events = [
        {"id": str(uuid4()), "session_id": session_id, "kind": kind, "at": at, "device_id": TABLET}
        for kind in ("started", "finished")
    ]
    answer = await guardian.call("POST", f"/children/{child['id']}/session-events", json=events)
    assert answer.json()["created"] == 2, answer.text
    day = f"/children/{child['id']}/exceptional-days/2026-03-16"
    answer = await guardian.call("PUT", day, json={"reason": "illness", "note": "독감"})
    assert answer.status_code == 204, answer.text
    for what, form in (
        ("pauses", {"from_day": "2026-03-20", "reason": "travel", "note": "할머니 댁"}),
        ("plans", {"days": WEDNESDAYS, "note": "민준이에게"}),
    ):
        answer = await guardian.call("POST", f"/children/{child['id']}/{what}", json=form)
        assert answer.status_code == 201, answer.text
    await diagnose(guardian, child, institution="서울재활병원", notes="출생 시 확인")


async def kept(system: Dodam, child: dict[str, Any]) -> dict[str, int]:
    """How many rows each table that refers to children has of this one, where it has any."""
    counts: dict[str, int] = {}
    async with system.database.reading() as db:
        for table in METADATA.tables.values():
            for key in table.foreign_keys:
                if key.target_fullname == "children.child.id":
                    query = f"select count(*) from {table.fullname} where {key.parent.name} = $1"  # noqa: S608 - our own names
                    [[count]] = await db.fetch(query, UUID(child["id"]))
                    counts[table.fullname] = count
        [[itself]] = await db.fetch(
            "select count(*) from children.child where id = $1", UUID(child["id"])
        )
    return {name: count for name, count in {**counts, "children.child": itself}.items() if count}


async def one_row(system: Dodam, query: str, child: dict[str, Any]) -> dict[str, Any]:
    async with system.database.reading() as db:
        [row] = await db.fetch(query, UUID(child["id"]))
    return dict(row)
