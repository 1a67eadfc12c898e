"""A simulated Notion behind a line that fails when told to, and dodam's side of it."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from dodam.adapters.notion.client import Notion as Client
from dodam.adapters.notion.client import NotionAccess
from dodam.adapters.notion.customers import NotionCustomers
from dodam.adapters.notion.reports import NotionReports
from dodam.platform.i18n import Language
from dodam.platform.rate_limit import Limit, RateLimits
from dodam_sim.serving import Message, Receive, Send, serving
from dodam_sim.world.faults import WELL, Fault, Faults, Faulty
from dodam_sim.world.notion import Database, Notion, Page
from tests.clock import StoppedClock


class Line:
    """Leads to a new Notion each time; notes requests, and lets chosen ones meet a fault."""

    def __init__(self) -> None:
        self.lead_to(None)

    def lead_to(self, notion: Notion | None) -> None:
        self._faulty = notion and Faulty(notion, Random(7))  # noqa: S311 - dice, no secret
        self._faults: dict[int, Faults] = {}
        self.always = WELL
        self.requests: list[str] = []
        self.times: list[float] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        assert self._faulty is not None
        self._faulty.faults = self._faults.get(len(self.requests), self.always)
        self.requests.append(f"{scope['method']} {scope['path']}")
        self.times.append(time.time())
        await self._faulty(scope, receive, send)

    def fails(self, fault: Fault, *, after: int = 0, **seconds: Any) -> None:
        """The next request, or one after so many others, meets the fault."""
        self._faults[len(self.requests) + after] = Faults.always(fault, **seconds)


class NoLimits(RateLimits):
    """Of tests on anything but the rate."""

    async def spend(self, limit: Limit, *key: object) -> None:
        del limit, key


@dataclass
class Desk:
    notion: Notion
    line: Line
    url: str

    @property
    def database(self) -> Database:
        return self.notion.account.databases[0]

    @property
    def pages(self) -> list[Page]:
        """The customers', the oldest first, those in the trash too."""
        return list(self.notion.workspace.rows(self.database))[::-1]

    def client(self, rate_limits: RateLimits | None = None, **access: str) -> Client:
        known = {"base_url": self.url, "token": self.notion.account.token, **access}
        return Client(NotionAccess(**known), rate_limits or NoLimits())

    def customers(
        self, client: Client | None = None, language: Language = Language.ENGLISH
    ) -> NotionCustomers:
        return NotionCustomers(client or self.client(), self.database.id, language)

    def reports(self) -> NotionReports:
        return NotionReports(self.client(), self.notion.account.root_page_id)

    def written(self, page: Page) -> dict[str, str]:
        """What can be read on a page, by column, without those that are empty."""
        return {name: text for name in page.names if (text := page.plain(name))}


@dataclass
class Hall:
    """Where one Notion after another is served."""

    line: Line
    url: str

    def desk(self, clock: StoppedClock) -> Desk:
        notion = Notion(clock.now, budget=1_000_000)
        self.line.lead_to(notion)
        return Desk(notion, self.line, self.url)


@asynccontextmanager
async def notion_hall() -> AsyncGenerator[Hall]:
    line = Line()
    async with serving(line) as url:
        yield Hall(line, url)
