"""A system whose notices go to a simulated Discord, on a database of its own."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from dodam.adapters import outside
from dodam.bootstrap import Dodam, build
from dodam.features.operations import wiring
from dodam.platform.clock import Clock, SystemClock
from dodam.platform.settings import Settings
from dodam_sim.serving import App, Message, Receive, Send, serving
from dodam_sim.world.discord import Discord, Webhook
from dodam_sim.world.discord import service as discord_service
from dodam_sim.world.faults import Faulty
from tests.conftest import CLOCK
from tests.house import named_database, new_database
from tests.staff import Staff, staff
from tests.worker import working

SEND = "operations.send_notice.v1"
_SOON = timedelta(milliseconds=10)
_EMPTY = """
    truncate jobs.pgqueuer, jobs.pgqueuer_log, jobs.pgqueuer_statistics, operations.notice,
        operations.failure, operations.late_lane, operations.dead_letters_told
"""


@dataclass
class Desk:
    """A dodam, an admin of it, and what those who run it read."""

    dodam: Dodam
    http: httpx.AsyncClient
    admin: Staff
    discord: Discord
    line: Faulty
    counted: "Counted"

    @property
    def asked(self) -> int:
        """How often Discord was asked, in vain or not."""
        return self.counted.requests

    @property
    def titles(self) -> list[str]:
        """What was read at Discord."""
        return [each["title"] for post in self.discord.received for each in post.embeds]

    async def rows(self, query: str, *args: object) -> list[dict[str, Any]]:
        async with self.dodam.database.reading() as db:
            return [dict(row) for row in await db.fetch(query, *args)]

    async def told(self) -> list[tuple[str, str, str]]:
        """What was told, whether it was sent or not."""
        rows = await self.rows("select level, title, text from operations.notice order by id")
        return [(row["level"], row["title"], row["text"]) for row in rows]

    async def statuses(self, kind: str = SEND) -> list[str]:
        rows = await self.rows(
            "select status::text from jobs.pgqueuer where entrypoint = $1 order by id", kind
        )
        return [row["status"] for row in rows]

    async def held(self, kind: str, reason: str = "refused", **columns: Any) -> int:
        """A job of the kind that was given up."""
        [job] = await self.rows(
            "insert into jobs.pgqueuer (priority, status, entrypoint, dedupe_key, updated)"
            " values (0, 'failed', $1, $2, now() - make_interval(secs => $3)) returning id",
            kind,
            columns.get("dedupe_key"),
            float(columns.get("seconds_ago", 0)),
        )
        await self.rows(
            "insert into jobs.pgqueuer_log (job_id, status, priority, entrypoint, traceback)"
            " values ($1, 'failed', 0, $2, jsonb_build_object('exception_message', $3::text))",
            job["id"],
            kind,
            reason,
        )
        return job["id"]

    async def chore(self, name: str) -> None:
        async with self.dodam.database.transaction() as tx:
            await self.dodam.chores[name](tx)

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None]:
        async with working(self.dodam.jobs):
            yield

    async def until_sent(self) -> None:
        async def none() -> bool:
            return not await self.statuses()

        await until(none)


class Counted:
    """A line, and how many requests went over it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.requests = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.requests += 1
        await self._app(scope, receive, send)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - jobs are rows; nothing here is told
            await asyncio.sleep(0.01)


@pytest.fixture(scope="session")
def operations_database(database_url: str, template: str) -> str:
    """The URL of a migrated database that these tests empty."""
    return named_database(database_url, asyncio.run(new_database(database_url, template)))


@asynccontextmanager
async def desk_on(
    settings: Settings, url: str, clock: Clock, discord: Discord | None = None, **chosen: Any
) -> AsyncGenerator[Desk]:
    discord = discord or Discord(clock.now)
    line = Faulty(discord, Random(1))  # noqa: S311 - repeatable
    counted = Counted(line)
    async with serving(counted) as home:
        webhook = {"discord_webhook_url": SecretStr(f"{home}/api{Webhook().path}")}
        dodam = build(settings.model_copy(update={**webhook, **chosen}), url, clock)
        transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
        async with (
            dodam.running(),
            httpx.AsyncClient(transport=transport, base_url="http://desk") as http,
        ):
            yield Desk(dodam, http, staff(http, settings, "admin"), discord, line, counted)


@pytest.fixture
async def desk(settings: Settings, operations_database: str) -> AsyncIterator[Desk]:
    async with desk_on(settings, operations_database, CLOCK) as desk:
        async with desk.dodam.database.transaction() as tx:
            await tx.execute(_EMPTY)
        yield desk


@pytest.fixture
async def live_desk(
    settings: Settings, operations_database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    """One on a clock that goes, with a Discord whose limits end soon."""
    monkeypatch.setattr(discord_service, "BUCKET_LENGTH", timedelta(milliseconds=100))
    async with desk_on(settings, operations_database, SystemClock()) as desk:
        async with desk.dodam.database.transaction() as tx:
            await tx.execute(_EMPTY)
        yield desk


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once."""
    policy = wiring._POLICY  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
    eager = replace(policy, first_delay=_SOON, longest_delay=_SOON * 5)
    monkeypatch.setattr(wiring, "_POLICY", eager)
    monkeypatch.setattr(outside, "_OPEN_SECONDS", 0.05)
