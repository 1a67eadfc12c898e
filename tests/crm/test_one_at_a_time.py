"""N04: one worker at a time has a page, and none of what happens meanwhile is lost."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam
from dodam.features.accounts.service import testing_accounts
from dodam.features.accounts.service.profiles import Profiles
from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.accounts.service.withdrawal import Withdrawals
from dodam.features.children.service.children import Children
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.crm.models.customers import Customer
from dodam.features.crm.service.customers import LEASE, Customers
from dodam.features.crm.service.people import People
from dodam.features.crm.store import customers as store
from dodam.features.therapy.service.reporting import TherapyReporting
from dodam.platform.ids import new_id
from dodam.platform.work import TryLater
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.families import sign_up

Service = TypeVar("Service")


@dataclass
class Board:
    """A CRM in memory, where writing takes as long as a test wants it to."""

    pages: dict[str, Customer] = field(default_factory=dict[str, Customer])
    writing: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most_at_once: int = 0
    written: int = 0
    fails: bool = False

    async def check(self) -> None:
        raise NotImplementedError

    async def show(self, customer: Customer, page_id: str | None) -> str:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.writing.set()
        try:
            await self.may_end.wait()
            if self.fails:
                raise TryLater("it is away")
        finally:
            self.at_once -= 1
        self.written += 1
        page_id = page_id or str(new_id())
        self.pages[page_id] = customer
        return page_id

    async def hide(self, external_id: UUID, page_id: str | None) -> str | None:
        raise NotImplementedError

    async def erase(self, external_id: UUID, page_id: str | None) -> int:
        raise NotImplementedError

    def url(self, page_id: str) -> str:
        raise NotImplementedError


@dataclass
class Scene:
    system: Dodam
    board: Board
    customers: Customers
    account_id: UUID

    async def change(self, name: str) -> None:
        async with self.system.database.transaction() as tx:
            await tx.execute(
                "update accounts.account set name = $2 where id = $1", self.account_id, name
            )
            await store.WANT.all(tx, accounts=[self.account_id])

    @property
    def names(self) -> list[str | None]:
        return [each.name for each in self.board.pages.values()]

    async def row(self) -> store.CustomerRow:
        async with self.system.database.reading() as db:
            row = await store.FIND.first(db, account=self.account_id)
        assert row is not None
        return row

    async def behind(self) -> int:
        row = await self.row()
        return row.wanted - row.synced

    def sync(self) -> asyncio.Task[None]:
        return asyncio.create_task(self.customers.sync(self.account_id))


@pytest.fixture
async def scene(system: Dodam, http: httpx.AsyncClient) -> Scene:
    """The system itself has no CRM; the service is asked as jobs would ask it."""
    test_accounts = _offered(system, "test_accounts", testing_accounts.TestAccounts)
    therapy = TherapyReporting(ChildReporting(AccountReporting(test_accounts)))
    people = People(CLOCK, Profiles(), _offered(system, "children", Children), therapy)
    board = Board()
    withdrawals = _offered(system, "withdrawals", Withdrawals)
    customers = Customers(system.database, CLOCK, board, people, withdrawals)
    account_id = UUID((await sign_up(http)).account_id)
    scene = Scene(system, board, customers, account_id)
    await scene.change("first")
    return scene


def _offered(system: Dodam, name: str, kind: type[Service]) -> Service:
    service = system.services[name]
    assert isinstance(service, kind)
    return service


async def test_N04_of_two_workers_one_writes_and_the_other_comes_back(scene: Scene) -> None:
    writing = scene.sync()
    await scene.board.writing.wait()
    for _ in range(3):
        with pytest.raises(TryLater, match="another worker") as busy:
            await scene.customers.sync(scene.account_id)
        assert busy.value.after == timedelta(seconds=2)
    scene.board.may_end.set()
    await writing
    await scene.customers.sync(scene.account_id)
    assert (scene.names, scene.board.most_at_once) == (["first"], 1)


async def test_N04_many_jobs_for_one_page_write_it_once(scene: Scene) -> None:
    scene.board.may_end.set()
    outcomes = await asyncio.gather(*(scene.sync() for _ in range(8)), return_exceptions=True)
    assert all(each is None or isinstance(each, TryLater) for each in outcomes)
    assert (scene.board.written, scene.board.most_at_once) == (1, 1)


async def test_N04_what_changes_while_a_page_is_written_is_written_next(scene: Scene) -> None:
    writing = scene.sync()
    await scene.board.writing.wait()
    await scene.change("second")
    scene.board.may_end.set()
    await writing
    assert (scene.names, await scene.behind()) == (["first"], 1)
    await scene.customers.sync(scene.account_id)
    assert (scene.names, await scene.behind()) == (["second"], 0)
    await scene.customers.sync(scene.account_id)
    assert scene.board.written == 2, "a page that is not behind is left alone"


async def test_N04_an_attempt_that_failed_leaves_the_page_to_the_next(scene: Scene) -> None:
    scene.board.may_end.set()
    scene.board.fails = True
    with pytest.raises(TryLater, match="it is away"):
        await scene.customers.sync(scene.account_id)
    scene.board.fails = False
    await scene.customers.sync(scene.account_id)
    assert scene.names == ["first"]


async def test_N04_an_attempt_that_took_too_long_leaves_the_page_to_the_next(scene: Scene) -> None:
    writing = scene.sync()
    await scene.board.writing.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    scene.board.may_end.set()
    await scene.customers.sync(scene.account_id)
    assert scene.names == ["first"]


async def test_N04_the_page_of_a_worker_that_died_is_taken_over_after_a_while(
    scene: Scene, clock: StoppedClock
) -> None:
    async with scene.system.database.transaction() as tx:
        await tx.execute(
            "update crm.customer set busy_until = $2 where account_id = $1",
            scene.account_id,
            clock.now() + LEASE,
        )
    scene.board.may_end.set()
    with pytest.raises(TryLater):
        await scene.customers.sync(scene.account_id)
    clock.advance(LEASE)
    await scene.customers.sync(scene.account_id)
    assert scene.names == ["first"]


async def test_N04_who_was_given_up_for_dead_does_not_overwrite_what_is_known_of_the_page(
    scene: Scene, clock: StoppedClock
) -> None:
    late = scene.sync()
    await scene.board.writing.wait()
    clock.advance(LEASE + timedelta(seconds=1))
    await scene.change("second")
    scene.board.may_end.set()
    await scene.customers.sync(scene.account_id)
    before = await scene.row()
    await late
    assert await scene.row() == before
    assert before.page_id is not None
    assert scene.board.pages[before.page_id].name == "second"
