"""G02, G06: what processes keep in memory is read again when it changes."""

import asyncio
from uuid import uuid4

import pytest

from dodam.bootstrap import Dodam
from dodam.platform.database import Reading
from dodam.platform.revisions import Revised


class _Thing:
    """Something that changes; reading it may take a while."""

    def __init__(self) -> None:
        self.value = 0
        self.reads = 0
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.begun = asyncio.Event()

    async def read(self, _: Reading) -> int:
        self.reads += 1
        value = self.value
        self.begun.set()
        await self.may_end.wait()
        return value


@pytest.fixture
def thing() -> _Thing:
    return _Thing()


@pytest.fixture
def name() -> str:
    return f"thing_{uuid4().hex}"


async def _current(system: Dodam, kept: Revised[int]) -> int:
    async with system.database.reading() as db:
        return await kept.current(db)


async def test_it_is_read_once_until_it_changes(system: Dodam, thing: _Thing, name: str) -> None:
    kept = Revised(name, thing.read)
    assert [await _current(system, kept) for _ in range(3)] == [0, 0, 0]
    assert thing.reads == 1
    async with system.database.transaction() as tx:
        thing.value = 1
        await kept.changed(tx)
    assert await _current(system, kept) == 1
    assert thing.reads == 2


async def test_whoever_changes_it_sees_the_change_though_somebody_was_still_reading(
    system: Dodam, thing: _Thing, name: str
) -> None:
    kept = Revised(name, thing.read)
    thing.may_end.clear()
    slow = asyncio.create_task(_current(system, kept))
    await thing.begun.wait()
    async with system.database.transaction() as tx:
        thing.value = 1
        await kept.changed(tx)
    thing.may_end.set()
    assert await slow == 0
    assert await _current(system, kept) == 1
