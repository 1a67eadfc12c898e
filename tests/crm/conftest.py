"""A house with a CRM: a database of its own, a worker, and a simulated Notion."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.platform.rate_limit import Limit
from dodam.platform.settings import Settings
from dodam_sim.world.notion import NotionAccount, Page
from tests.adapters.notion_desk import Desk, Hall, notion_hall
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.families import PASSWORD, Guardian, sign_up
from tests.house import named_database, new_database
from tests.staff import Staff, staff
from tests.worker import working

_WAITING = """
    select count(*) as count from jobs.pgqueuer where status in ('queued', 'picked')
"""
House = tuple[Dodam, httpx.AsyncClient, str]
_PUT_OFF = "select 1 from jobs.pgqueuer where status = 'queued' and attempts > 0"


@dataclass
class Office:
    system: Dodam
    http: httpx.AsyncClient
    desk: Desk
    admin: Staff
    settings: Settings
    url: str

    async def settled(self) -> None:
        """Until everything that was to be done is done, or held."""
        async with asyncio.timeout(30):
            while (await self.rows(_WAITING))[0]["count"]:  # noqa: ASYNC110 - jobs are rows; nothing here is told
                await asyncio.sleep(0.02)

    async def put_off(self) -> None:
        """Until a job was tried and is to be tried again."""
        async with asyncio.timeout(30):
            while not await self.rows(_PUT_OFF):  # noqa: ASYNC110 - jobs are rows
                await asyncio.sleep(0.02)

    async def hurry(self) -> None:
        """What was put off is to be tried now."""
        async with self.system.database.transaction() as tx:
            await tx.execute("update jobs.pgqueuer set execute_after = now()")

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not happened():  # noqa: ASYNC110 - a server in this process is told nothing
                await asyncio.sleep(0.02)

    async def rows(self, query: str, *args: object) -> list[dict[str, Any]]:
        async with self.system.database.reading() as db:
            return [dict(row) for row in await db.fetch(query, *args)]

    async def customer(self, guardian: Guardian) -> dict[str, Any]:
        [row] = await self.rows(
            "select * from crm.customer where account_id = $1", UUID(guardian.account_id)
        )
        return row

    async def page(self, guardian: Guardian) -> Page:
        row = await self.customer(guardian)
        return self.desk.notion.workspace.page(row["page_id"])

    async def shown(self, guardian: Guardian) -> dict[str, str]:
        """What colleagues read on the guardian's page, once all is settled."""
        await self.settled()
        return self.desk.written(await self.page(guardian))

    async def do_chore(self, name: str) -> None:
        async with self.system.database.transaction() as tx:
            await self.system.chores[name](tx)

    async def leave(self, guardian: Guardian) -> dict[str, Any]:
        form = {"confirm": True, "password": PASSWORD}
        answer = await guardian.call("POST", "/account/withdrawal", json=form)
        assert answer.status_code == 202, answer.text
        return answer.json()

    async def come_back(self, guardian: Guardian) -> None:
        form = {"email": guardian.email, "password": PASSWORD}
        refused = await self.http.post("/v1/auth/sign-in", json=form)
        token = refused.json()["details"]["undo_token"]
        answer = await self.http.post("/v1/auth/withdrawal/undo", json={"token": token})
        assert answer.is_success, answer.text

    async def attach(self, owner: Guardian, *testers: Guardian) -> None:
        form = {"accounts": [each.account_id for each in testers]}
        path = f"/staff/accounts/{owner.account_id}/test-accounts"
        answer = await self.admin.call("PUT", path, json=form)
        assert answer.is_success, answer.text


@pytest.fixture(scope="session")
async def hall() -> AsyncIterator[Hall]:
    async with notion_hall() as hall:
        yield hall


@pytest.fixture
def desk(hall: Hall, clock: StoppedClock) -> Desk:
    """A Notion that nobody wrote to yet."""
    return hall.desk(clock)


@pytest.fixture(scope="session")
def crm_settings(settings: Settings, hall: Hall) -> Settings:
    account = NotionAccount()
    chosen: dict[str, Any] = {
        "notion_base_url": hall.url,
        "notion_token": account.token,
        "notion_database_id": account.databases[0].id,
        "notion_reports_page_id": account.root_page_id,
        "notion_language": "en",
    }
    return Settings(**{**settings.model_dump(), **chosen})


@asynccontextmanager
async def a_house(settings: Settings, url: str) -> AsyncGenerator[tuple[Dodam, httpx.AsyncClient]]:
    """A system with a worker. Notion's rate has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dodam.adapters.notion.client._RATE", Limit("notion", "1000000/second"))
        system = build(settings, url, CLOCK)
        transport = httpx.ASGITransport(app=system.app)  # pyright: ignore[reportArgumentType]
        async with (
            system.running(),
            httpx.AsyncClient(transport=transport, base_url="http://office") as http,
        ):
            await system.load_catalogue()
            async with working(system.jobs):
                yield system, http


@pytest.fixture(scope="session")
async def shared_house(
    database_url: str, template: str, crm_settings: Settings
) -> AsyncIterator[House]:
    url = named_database(database_url, await new_database(database_url, template))
    async with a_house(crm_settings, url) as (system, http):
        yield system, http, url


@pytest.fixture
async def office(shared_house: House, crm_settings: Settings, desk: Desk) -> Office:
    """Shared: of what others left there is no page any more."""
    system, http, url = shared_house
    return Office(system, http, desk, staff(http, crm_settings, "admin"), crm_settings, url)


@pytest.fixture
async def new_office(
    database_url: str, template: str, crm_settings: Settings, desk: Desk
) -> AsyncIterator[Office]:
    """For tests that look at everybody."""
    url = named_database(database_url, await new_database(database_url, template))
    async with a_house(crm_settings, url) as (system, http):
        admin = staff(http, crm_settings, "admin")
        yield Office(system, http, desk, admin, crm_settings, url)


@pytest.fixture
async def guardian(office: Office) -> Guardian:
    """One whose page is written."""
    guardian = await sign_up(office.http)
    await office.settled()
    return guardian
