"""Steps that tests of games take: writing a game, asking for plays of it, giving tickets."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx

from dodam.bootstrap import Dodam
from dodam.platform.settings import Settings
from tests.families import Guardian
from tests.staff import Staff, care_member

SCORES: dict[str, Any] = {
    "type": "object",
    "properties": {"score": {"type": "integer", "minimum": 0, "maximum": 1000}},
    "required": ["score"],
}


async def publish(admin: Staff, game: str | None = None, **fields: Any) -> str:
    """Write a game, or its next version, and publish it; its id."""
    game = game or f"g{uuid4().hex[:12]}"
    definition = {
        "name": {"ko": "계단 오르기", "en": "Up the stairs"},
        "description": {"ko": "손으로 오르는 계단", "en": "Stairs to climb by hand"},
        "result_schema": SCORES,
        "settings_schema": {"type": "object"},
        "settings": {},
        **fields,
    }
    answer = await admin.call(
        "PUT", f"/staff/games/{game}/draft", json={"edit": 0, "definition": definition}
    )
    assert answer.is_success, answer.text
    answer = await admin.call(
        "POST", f"/staff/games/{game}/publish", json={"edit": answer.json()["edit"]}
    )
    assert answer.is_success, answer.text
    return game


async def ask(
    guardian: Guardian, child: dict[str, Any], game: str, play_id: str | None = None
) -> httpx.Response:
    form = {"id": play_id or str(uuid4()), "game": game}
    return await guardian.call("POST", f"/children/{child['id']}/game-plays", json=form)


async def start(
    guardian: Guardian, child: dict[str, Any], game: str, play_id: str | None = None
) -> dict[str, Any]:
    """A play that is granted."""
    answer = await ask(guardian, child, game, play_id)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def give_back(guardian: Guardian, child: dict[str, Any], play_id: str) -> httpx.Response:
    return await guardian.call("DELETE", f"/children/{child['id']}/game-plays/{play_id}")


async def lock_of(guardian: Guardian, child: dict[str, Any], game: str) -> dict[str, Any]:
    return (await guardian.get(f"/children/{child['id']}/games/{game}"))["lock"]


def codes(lock: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in lock["reasons"]]


async def give_tickets(
    system: Dodam, http: httpx.AsyncClient, settings: Settings, child: dict[str, Any], tickets: int
) -> None:
    clinician = await care_member(system, http, settings, child)
    answer = await clinician.call(
        "POST",
        f"/staff/children/{child['id']}/tickets",
        json={"id": str(uuid4()), "tickets": tickets, "reason": "어린이날 선물"},
    )
    assert answer.is_success, answer.text


async def balance(guardian: Guardian, child: dict[str, Any]) -> int:
    return (await guardian.get(f"/children/{child['id']}/tickets"))["balance"]


def result_of(
    game: str, started_at: str, play_id: str | None = None, **fields: Any
) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "game": game,
        "version": 1,
        "play_id": play_id,
        "started_at": started_at,
        "duration_ms": 60_000,
        "result": {"score": 10},
        **fields,
    }


async def send(guardian: Guardian, child: dict[str, Any], results: Any) -> dict[str, Any]:
    answer = await guardian.call("POST", f"/children/{child['id']}/game-results", json=results)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def until_waiting(system: Dodam, statement: str) -> None:
    """Until a statement like this one waits for a lock."""
    query = "select from pg_stat_activity where wait_event_type = 'Lock' and query like $1"
    async with system.database.reading() as db, asyncio.timeout(20):
        while not await db.fetch(query, statement):  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.01)
