"""N02, N06: what is told reaches Discord, in its order, whatever befalls either side."""

from contextlib import AbstractAsyncContextManager, suppress
from datetime import timedelta
from functools import partial

import pytest

from dodam.bootstrap import build
from dodam.features.operations.models.notices import Level
from dodam.platform.clock import SystemClock
from dodam.platform.database import Database, DatabaseUnavailable, Transaction
from dodam.platform.settings import Settings
from dodam_sim.world.faults import WELL, Fault, Faults
from tests.clock import NOON, StoppedClock
from tests.operations.conftest import SEND, Desk, desk_on, until

NUMBERS = [str(number) for number in range(120)]


async def _tell(desk: Desk, *titles: str) -> None:
    async with desk.dodam.database.transaction() as tx:
        for title in titles:
            await desk.dodam.operations.notices.tell(tx, Level.INFO, title)


def _without_doubles(titles: list[str]) -> list[str]:
    return list(dict.fromkeys(titles))


async def test_N02_what_is_told_is_read_if_its_transaction_is_kept(desk: Desk) -> None:
    with suppress(ZeroDivisionError):
        async with desk.dodam.database.transaction() as tx:
            await desk.dodam.operations.notices.tell(tx, Level.ERROR, "never")
            raise ZeroDivisionError
    await _tell(desk, "first", "second")
    async with desk.at_work():
        await desk.until_sent()
    assert desk.titles == ["first", "second"]
    assert len(desk.discord.received) == 1


async def test_N02_a_notice_is_told_once_however_often_its_task_comes(desk: Desk) -> None:
    await _tell(desk, "once")
    [task] = await desk.rows("select payload from jobs.pgqueuer")
    await desk.rows(
        "insert into jobs.pgqueuer (priority, status, entrypoint, payload)"
        " select 0, 'queued', $1, $2 from generate_series(1, 3)",
        SEND,
        task["payload"],
    )
    async with desk.at_work():
        await desk.until_sent()
    assert desk.titles == ["once"]


async def test_N02_a_storm_of_notices_is_all_read_in_its_order(live_desk: Desk) -> None:
    await _tell(live_desk, *NUMBERS)
    async with live_desk.at_work():
        await live_desk.until_sent()
    assert live_desk.titles == NUMBERS
    assert not live_desk.discord.refused


async def test_N02_a_bad_line_loses_nothing_and_keeps_the_order(live_desk: Desk) -> None:
    """What is lost on the way back may come twice: Discord cannot tell."""
    live_desk.line.faults = Faults.flaky(
        0.5, set(Fault) - {Fault.STUCK, Fault.SLOW}, busy_seconds=0
    )
    await _tell(live_desk, *NUMBERS)
    async with live_desk.at_work():
        await live_desk.until_sent()
    assert _without_doubles(live_desk.titles) == NUMBERS
    assert len(live_desk.titles) > len(NUMBERS)
    assert await live_desk.rows("select * from operations.notice where sent_at is null") == []


async def test_N06_while_discord_is_away_notices_wait_in_their_order(live_desk: Desk) -> None:
    live_desk.line.faults = Faults.always(Fault.DOWN)
    await _tell(live_desk, *NUMBERS[:35])
    async with live_desk.at_work():
        await until(lambda: _asked(live_desk, 10))
        assert set(await live_desk.statuses()) <= {"picked", "queued"}
        live_desk.line.faults = WELL
        await live_desk.until_sent()
    assert live_desk.titles == NUMBERS[:35]
    # Each waited where it was.
    assert await live_desk.rows("select * from jobs.pgqueuer_log where traceback is not null") == []


async def test_N06_days_without_discord_and_restarts_lose_nothing(
    settings: Settings, operations_database: str, live_desk: Desk
) -> None:
    await _tell(live_desk, *NUMBERS[:35])
    for _ in range(3):
        async with desk_on(settings, operations_database, SystemClock()) as away:
            away.line.faults = Faults.always(Fault.DOWN)
            async with away.at_work():
                await until(partial(_asked, away, 2))
        await live_desk.rows(
            "update jobs.pgqueuer set created = created - interval '20 hours', attempts = 12,"
            " execute_after = now()"
        )
    assert await live_desk.statuses() == ["queued"] * 35
    async with live_desk.at_work():
        await live_desk.until_sent()
    # On the minute the watch may find that nothing gets through, and tell of it too.
    told = [title for title in live_desk.titles if title in NUMBERS]
    assert sorted(told) == sorted(NUMBERS[:35])


async def _asked(desk: Desk, times: int) -> bool:
    return desk.asked >= times


async def test_N02_a_refused_webhook_holds_what_it_refused_for_staff(desk: Desk) -> None:
    desk.discord._webhooks.clear()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    await _tell(desk, *NUMBERS[:5])
    async with desk.at_work():

        async def held() -> bool:
            return await desk.statuses() == ["failed"] * 5

        await until(held)
    assert sum(desk.discord.refused.values()) == 1
    page = await desk.admin.get("/staff/dead-letters")
    assert {each["reason"] for each in page["letters"]} == {"discord answered 404"}


async def test_N02_who_tells_of_a_failure_does_not_fail(
    settings: Settings, clock: StoppedClock
) -> None:
    away = build(settings, "postgresql://nobody@127.0.0.1:1/none", clock)
    assert not await away.operations.notices.try_to_tell(Level.ERROR, "the database is away")


async def test_N02_a_notice_is_forgotten_after_ninety_days(desk: Desk, clock: StoppedClock) -> None:
    await _tell(desk, "old")
    clock.set(NOON + timedelta(days=89))
    await desk.chore("forget-notices")
    assert len(await desk.told()) == 1
    clock.set(NOON + timedelta(days=91))
    await desk.chore("forget-notices")
    assert await desk.told() == []
    async with desk.at_work():
        await desk.until_sent()
    assert desk.titles == []


async def test_N02_what_was_posted_and_not_noted_comes_twice_and_never_not(
    live_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a worker is killed between posting a message and noting it."""
    database = live_desk.dodam.database
    monkeypatch.setattr(live_desk.dodam.operations.notices, "_database", _Slipping(database))
    await _tell(live_desk, *NUMBERS[:25])
    async with live_desk.at_work():
        await live_desk.until_sent()
    assert _without_doubles(live_desk.titles) == NUMBERS[:25]
    assert len(live_desk.titles) == 25 + 20


class _Slipping:
    """Is away when the first and the third message are to be noted."""

    def __init__(self, database: Database) -> None:
        self.reading = database.reading
        self._transaction = database.transaction
        self._slips = iter([True, False, True])

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        if next(self._slips, False):
            raise DatabaseUnavailable
        return self._transaction()
