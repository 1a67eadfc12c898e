"""Steps that tests of therapy take: local times, plans, moving on in time, asking the database."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from dodam.bootstrap import Dodam, build
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import PASSWORD, Guardian

SEOUL = ZoneInfo("Asia/Seoul")


def seoul(day: str, at: str = "17:00") -> datetime:
    """A time on the wall in Seoul, where children live unless a test says otherwise."""
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=SEOUL)


def repetitions(motion: str, target: int) -> dict[str, Any]:
    return {"motion": motion, "target_repetitions": target}


def minutes(motion: str, target: int) -> dict[str, Any]:
    return {"motion": motion, "target_minutes": target}


def plan_day(weekday: int, *items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """One day of a plan; a left-handed mass grasp of ten unless told otherwise."""
    chosen = items or (repetitions("mass_grasp", 10),)
    return {"weekday": weekday, "hand": "left", "items": list(chosen), **fields}


async def make_plan(
    guardian: Guardian, child: dict[str, Any], days: Sequence[dict[str, Any]], **fields: Any
) -> dict[str, Any]:
    form = {"days": list(days), **fields}
    answer = await guardian.call("POST", f"/children/{child['id']}/plans", json=form)
    assert answer.status_code == 201, answer.text
    return answer.json()


def content(plan: dict[str, Any]) -> dict[str, Any]:
    """A plan without how it stands beside the others."""
    return {name: plan[name] for name in plan if name not in {"in_force", "overridden_by"}}


async def excuse(guardian: Guardian, child: dict[str, Any], day: str, **fields: Any) -> None:
    form = {"reason": "illness", **fields}
    path = f"/children/{child['id']}/exceptional-days/{day}"
    answer = await guardian.call("PUT", path, json=form)
    assert answer.status_code == 204, answer.text


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, str]:
    """The wrong fields of a problem answer and their codes, once it is the expected problem."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    return {error["field"]: error["code"] for error in body.get("errors", [])}


async def rows(system: Dodam, query: str, *args: object) -> list[dict[str, Any]]:
    async with system.database.reading() as db:
        return [dict(row) for row in await db.fetch(query, *args)]


@asynccontextmanager
async def server(
    settings: Settings, database_url: str, clock: StoppedClock
) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of another server on the same database."""
    dodam = build(settings, database_url, clock)
    transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
    async with (
        dodam.running(),
        httpx.AsyncClient(transport=transport, base_url="http://elsewhere") as http,
    ):
        yield http


@dataclass(frozen=True)
class Travel:
    """Move the clock; a guardian then signs in anew, for access tokens live for minutes only."""

    clock: StoppedClock
    guardian: Guardian

    async def __call__(self, to: datetime) -> None:
        self.clock.set(to)
        form = {"email": self.guardian.email, "password": PASSWORD}
        answer = await self.guardian.http.post("/v1/auth/sign-in", json=form)
        assert answer.status_code == 200, answer.text
        self.guardian.tokens = answer.json()
