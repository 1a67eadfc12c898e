"""A system that tells a simulated Mixpanel, on a database of its own."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import httpx
import msgspec
import pytest
from pydantic import SecretStr

from dodam.adapters import mixpanel as adapter
from dodam.bootstrap import Dodam, build
from dodam.features.insight import wiring
from dodam.platform.settings import Settings
from dodam_sim.serving import App, Message, Receive, Send, serving
from dodam_sim.world.faults import Faulty
from dodam_sim.world.mixpanel import Event, Mixpanel
from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian, sign_up
from tests.staff import Staff, staff
from tests.worker import working

SEND = "insight.send_behaviour_event.v1"
FORGET = "insight.forget_person.v1"
_SOON = timedelta(milliseconds=10)
_PATIENCE_SECONDS = 60
# What can be done now, and what is being done.
_TO_BE_DONE = """
    select count(*) from jobs.pgqueuer
    where status = 'picked' or (status = 'queued' and execute_after <= now())
"""


@dataclass
class Counted:
    """A service, and how often each of its paths was asked for."""

    app: App
    requests: list[str] = field(default_factory=list[str])

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.requests.append(scope["path"])
        await self.app(scope, receive, send)


@dataclass
class Tracking:
    """A dodam, Mixpanel, and the line between them."""

    dodam: Dodam
    http: httpx.AsyncClient
    mixpanel: Mixpanel
    line: Faulty
    counted: Counted
    support: Staff
    admin: Staff

    async def guardian(self, **fields: Any) -> Guardian:
        """A new one who consents to analytics."""
        guardian = await sign_up(self.http, **fields)
        await guardian.consent(analytics=1)
        return guardian

    async def sign_in(self, guardian: Guardian) -> None:
        """Anew, for access tokens live for minutes only."""
        form = {"email": guardian.email, "password": PASSWORD}
        answer = await self.http.post("/v1/auth/sign-in", json=form)
        assert answer.status_code == 200, answer.text
        guardian.tokens = answer.json()

    async def pseudonym(self, guardian: Guardian) -> str:
        [row] = await self.rows(
            "select distinct_id from insight.person where account_id = $1", guardian.account_id
        )
        return str(row["distinct_id"])

    def told_of(self, distinct_id: str) -> list[Event]:
        """What Mixpanel knows of a pseudonym."""
        return [each for each in self.mixpanel.received if each.distinct_id == distinct_id]

    async def rows(self, query: str, *args: Any) -> list[dict[str, Any]]:
        async with self.dodam.database.reading() as db:
            rows = await db.fetch(query, *args)
        return [dict(row) for row in rows]

    async def waiting_for(self, guardian: Guardian) -> list[dict[str, Any]]:
        """A person's events that are not sent."""
        pseudonym = await self.pseudonym(guardian)
        events = [each["task"]["event"] for each in await self.waiting(SEND)]
        return [each for each in events if each["distinct_id"] == pseudonym]

    async def waiting(self, kind: str) -> list[dict[str, Any]]:
        """The tasks of a kind that are not done, in order."""
        rows = await self.rows(
            "select *, execute_after - created as after from jobs.pgqueuer"
            " where entrypoint = $1 order by id",
            kind,
        )
        return [{**row, "task": msgspec.json.decode(row["payload"])} for row in rows]

    @asynccontextmanager
    async def working(self) -> AsyncGenerator[None]:
        """A worker, and at first all done that can be."""
        async with working(self.dodam.jobs):
            await self.settled()
            yield

    def working_at_once(self) -> AbstractAsyncContextManager[None]:
        """A worker that is not waited for."""
        return working(self.dodam.jobs)

    async def asked(self, path: str, *, times: int) -> None:
        """Until Mixpanel was asked for a path so often."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while self.counted.requests.count(path) < times:  # noqa: ASYNC110 - a server is told nothing
                await asyncio.sleep(0.01)

    async def settled(self) -> None:
        """Until all is done that can be done now."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while (await self.rows(_TO_BE_DONE))[0]["count"]:  # noqa: ASYNC110 - jobs are rows; nothing in this process is told
                await asyncio.sleep(0.02)

    async def later(self) -> None:
        """What waits for its time is due."""
        async with self.dodam.database.transaction() as tx:
            await tx.execute("update jobs.pgqueuer set execute_after = now()")

    async def chore(self, name: str) -> None:
        async with self.dodam.database.transaction() as tx:
            await self.dodam.chores[name](tx)


def an_event(name: str = "game_opened", at: datetime | None = None, **told: Any) -> dict[str, Any]:
    """An event as a game tells it."""
    told = told or ({"start": "cold"} if name == "game_opened" else {})
    return {"name": name, "id": str(uuid4()), "at": (at or CLOCK.now()).isoformat(), **told}


async def tell(guardian: Guardian, *events: Any, **envelope: Any) -> list[str]:
    """Upload events; their fates."""
    answer = await upload(guardian, events=list(events), **envelope)
    assert answer.status_code == 202, answer.text
    receipt = answer.json()
    fates = [each["fate"] for each in receipt["events"]]
    assert [each["index"] for each in receipt["events"]] == list(range(len(events)))
    assert receipt["accepted"] == fates.count("accepted")
    return fates


async def upload(guardian: Guardian, **body: Any) -> httpx.Response:
    return await guardian.call("POST", "/behaviour-events", json=body)


def told_mixpanel(settings: Settings, mixpanel: Mixpanel, url: str, **chosen: Any) -> Settings:
    """Settings of a deployment that has a project at Mixpanel."""
    account = mixpanel.account
    access: dict[str, Any] = {
        "mixpanel_base_url": url,
        "mixpanel_app_url": url,
        "mixpanel_project_id": account.project_id,
        "mixpanel_project_token": SecretStr(account.project_token),
        "mixpanel_account": account.username,
        "mixpanel_secret": SecretStr(account.secret),
        "mixpanel_deletion_token": SecretStr(account.oauth_token),
    }
    return settings.model_copy(update={**access, **chosen})


@asynccontextmanager
async def own_database(server_url: str, template: str) -> AsyncGenerator[str]:
    """A migrated database that nobody else uses."""
    name = f"insight_{uuid4().hex}"
    await _execute(server_url, f"create database {name} template {template}")
    yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    await _execute(server_url, f"drop database {name} with (force)")


@pytest.fixture
async def database(database_url: str, template: str) -> AsyncIterator[str]:
    async with own_database(database_url, template) as url:
        yield url


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def tracking_system(
    settings: Settings, database: str, **chosen: Any
) -> AsyncGenerator[Tracking]:
    mixpanel = Mixpanel(CLOCK.now)
    line = Faulty(mixpanel, Random(1))  # noqa: S311 - repeatable
    counted = Counted(line)
    async with serving(counted) as url:
        known = told_mixpanel(settings, mixpanel, url, **chosen)
        dodam = build(known, database, CLOCK)
        transport = httpx.ASGITransport(app=dodam.app)  # pyright: ignore[reportArgumentType]
        async with (
            dodam.running(),
            httpx.AsyncClient(transport=transport, base_url="http://dodam") as http,
        ):
            await dodam.load_catalogue()
            roles = [staff(http, known, role) for role in ("support", "admin")]
            yield Tracking(dodam, http, mixpanel, line, counted, *roles)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once."""
    replace = msgspec.structs.replace
    monkeypatch.setattr(wiring, "EVENTS", replace(wiring.EVENTS, first_delay=_SOON))
    monkeypatch.setattr(wiring, "DELETIONS", replace(wiring.DELETIONS, first_delay=_SOON))
    monkeypatch.setattr(adapter, "_ACCESS_AGAIN", _SOON)


@pytest.fixture
async def tracking(settings: Settings, database: str) -> AsyncIterator[Tracking]:
    async with tracking_system(settings, database) as system:
        yield system


@pytest.fixture
async def guardian(tracking: Tracking) -> Guardian:
    return await tracking.guardian()
