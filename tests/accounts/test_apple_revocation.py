"""A03, A13: whoever leaves Apple's way in has their consent given back at Apple, for sure."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from dodam.bootstrap import Dodam, build
from dodam.platform.settings import Settings
from dodam_sim.serving import Trouble
from tests.clock import StoppedClock
from tests.conftest import CLOCK
from tests.worker import working

from .providers import People


@pytest.fixture
async def worker(registered: Settings, database_url: str) -> AsyncIterator[Dodam]:
    """A process that does the jobs while the test lasts."""
    dodam = build(registered, database_url, CLOCK)
    async with dodam.running(), working(dodam.jobs):
        yield dodam


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - done by another process, as it were
            await asyncio.sleep(0.02)


async def test_A03_unlinking_is_told_to_apple_until_it_answers(
    people: People, worker: Dodam
) -> None:
    del worker
    account = people.apple_user()
    guardian = await people.guardian_with_google(people.googler())
    proof = await people.apple_proof(account)
    await guardian.call("POST", "/auth/methods/apple", json=proof)
    people.apple.trouble = Trouble.DOWN
    try:
        answer = await guardian.call("DELETE", "/auth/methods/apple")
        await asyncio.sleep(0.2)
    finally:
        people.apple.trouble = Trouble.NONE
    assert answer.status_code == 204
    await _until(lambda: account.subject in people.apple.revoked)


async def test_A13_erasing_an_account_drops_its_identities_and_tells_apple(
    people: People, worker: Dodam, registered: Settings, clock: StoppedClock
) -> None:
    account, googler = people.apple_user(), people.googler()
    guardian = await people.guardian_with_apple(account)
    await guardian.call("POST", "/auth/methods/google", json=await people.google_proof(googler))
    await guardian.call("POST", "/account/withdrawal", json={"confirm": True})
    refused = await people.with_google(googler)
    assert (refused.status_code, refused.json()["code"]) == (403, "account_withdrawn")
    clock.advance(timedelta(days=registered.withdrawal_grace_days))
    async with worker.database.transaction() as tx:
        await worker.chores["erase-withdrawn-accounts"](tx)
    await _until(lambda: account.subject in people.apple.revoked)
    async with worker.database.reading() as db:
        left = await db.fetch(
            "select 1 from accounts.identity where subject in ($1, $2)",
            account.subject,
            googler.subject,
        )
    assert left == []
    newcomer = await people.with_google(googler)
    assert newcomer.status_code == 201
    assert newcomer.json()["account"]["id"] != guardian.tokens["account"]["id"]
