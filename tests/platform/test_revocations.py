"""A07: an ended session's access token is refused by every process, at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from dodam.bootstrap import Dodam, build
from dodam.platform.database import Database
from dodam.platform.ids import new_id
from dodam.platform.revocations import Revocations
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.families import PASSWORD, Guardian

SECONDS = 600
_PATIENCE_SECONDS = 10


@pytest.fixture
async def watching(
    system: Dodam, clock: StoppedClock
) -> AsyncIterator[Callable[[], Awaitable[Revocations]]]:
    """Makes revocations as another process has them, which watch until the test is over."""
    async with AsyncExitStack() as stack:

        async def one_more() -> Revocations:
            one = Revocations(system.database, clock, token_seconds=SECONDS)
            await stack.enter_async_context(one.watch())
            return one

        yield one_more


async def _revoke(system: Dodam, revocations: Revocations, session_id: UUID) -> None:
    async with system.database.transaction() as tx:
        await revocations.revoke(tx, [session_id])


async def _until_known(revocations: Revocations, session_id: UUID) -> None:
    async def known() -> bool:
        return bool(revocations.is_known_to_be_ended(session_id))

    await _until(known)


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Let the other connections' sockets be read until it is so."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not await is_so():  # noqa: ASYNC110 - another process has no event of ours
            await asyncio.sleep(0)


async def test_A07_every_process_hears_of_an_ended_session(
    system: Dodam, watching: Callable[[], Awaitable[Revocations]]
) -> None:
    processes = [await watching() for _ in range(4)]
    session_id = new_id()
    assert [each.is_known_to_be_ended(session_id) for each in processes] == [False] * 4
    await _revoke(system, processes[0], session_id)
    assert [each.is_known_to_be_ended(session_id) for each in processes] == [True] * 4


async def test_A07_many_sessions_that_end_together_are_known_together(
    system: Dodam, watching: Callable[[], Awaitable[Revocations]]
) -> None:
    here, there = await watching(), await watching()
    session_ids = [new_id() for _ in range(250)]
    async with system.database.transaction() as tx:
        await here.revoke(tx, session_ids)
    assert all(there.is_known_to_be_ended(each) for each in session_ids)


async def test_A07_a_process_that_hangs_keeps_nobody_signed_in_and_nobody_waiting_for_ever(
    system: Dodam,
    watching: Callable[[], Awaitable[Revocations]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dodam.platform.revocations._CONFIRM_SECONDS", 0.1)
    here, there = await watching(), await watching()
    session_id = new_id()
    async with system.database.listening("dodam, listening", {}):
        await _revoke(system, here, session_id)
    assert here.is_known_to_be_ended(session_id)
    await _until_known(there, session_id)


async def test_A07_a_transaction_that_is_rolled_back_ends_no_session(
    system: Dodam, watching: Callable[[], Awaitable[Revocations]]
) -> None:
    revocations = await watching()
    kept, ended = new_id(), new_id()

    async def fail() -> None:
        async with system.database.transaction() as tx:
            await revocations.revoke(tx, [kept])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await _revoke(system, system.revocations, ended)
    await _until_known(revocations, ended)
    assert revocations.is_known_to_be_ended(kept) is False


async def test_A07_a_process_that_starts_later_knows_what_ended_before(
    system: Dodam, watching: Callable[[], Awaitable[Revocations]], clock: StoppedClock
) -> None:
    recent, old = new_id(), new_id()
    await _revoke(system, system.revocations, old)
    clock.advance(timedelta(seconds=SECONDS + 1))
    await _revoke(system, system.revocations, recent)
    revocations = await watching()
    assert revocations.is_known_to_be_ended(recent) is True
    # Every access token of the older one has expired by itself.
    assert revocations.is_known_to_be_ended(old) is False


async def test_A07_a_process_that_does_not_hear_asks_the_database(
    system: Dodam, clock: StoppedClock
) -> None:
    deaf = Revocations(system.database, clock, token_seconds=SECONDS)
    session_id = new_id()
    assert deaf.is_known_to_be_ended(session_id) is None
    assert await deaf.has_ended(session_id) is False
    await _revoke(system, system.revocations, session_id)
    assert await deaf.has_ended(session_id) is True


async def test_A07_without_a_database_nobody_is_believed_and_the_process_still_starts(
    clock: StoppedClock,
) -> None:
    away = Database("postgresql:///nowhere?host=/nonexistent", pool_size=2, publisher=_NO_PUBLISHER)
    revocations = Revocations(away, clock, token_seconds=SECONDS)
    async with revocations.watch():
        assert revocations.is_known_to_be_ended(new_id()) is None


async def test_A07_a_broken_connection_is_noticed_and_what_was_missed_is_learnt(
    system: Dodam, watching: Callable[[], Awaitable[Revocations]]
) -> None:
    revocations = await watching()
    async with system.database.reading() as db:
        broken = await db.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where query like 'LISTEN%' or query like '%access.ended_session%'"
            " and pid <> pg_backend_pid()"
        )
    assert broken
    session_id = new_id()
    await _revoke(system, system.revocations, session_id)
    await _until_known(revocations, session_id)


async def test_A07_signing_out_on_one_instance_signs_out_on_another(
    database_url: str, settings: Settings, guardian: Guardian, clock: StoppedClock
) -> None:
    other = build(settings, database_url, clock)
    async with other.running():
        transport = httpx.ASGITransport(app=other.app)  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url="http://other") as http:
            there = Guardian(http, guardian.email, guardian.tokens)
            assert (await there.call("GET", "/children")).status_code == 200
            assert (await guardian.call("POST", "/auth/sign-out", json={})).status_code == 204
            assert (await guardian.call("GET", "/children")).status_code == 401

            assert (await there.call("GET", "/children")).status_code == 401
            signed_in = await http.post(
                "/v1/auth/sign-in", json={"email": guardian.email, "password": PASSWORD}
            )
            assert signed_in.status_code == 200


async def test_A07_what_ended_long_ago_is_forgotten(system: Dodam, clock: StoppedClock) -> None:
    session_id = new_id()
    await _revoke(system, system.revocations, session_id)
    clock.advance(timedelta(seconds=2 * SECONDS + 1))
    async with system.database.transaction() as tx:
        await system.revocations.forget_old(tx)
    assert await system.revocations.has_ended(session_id) is False


class _NoPublisher:
    async def publish(self, connection: object, event: object) -> None:
        raise NotImplementedError

    async def enqueue(
        self, connection: object, tasks: object, dedupe_key: str | None, after: timedelta | None
    ) -> None:
        raise NotImplementedError


_NO_PUBLISHER = _NoPublisher()
