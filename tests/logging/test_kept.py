"""L05: of deeds that are audited and of money that moved, the log has all that was committed."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from dodam.features.audit.models import OPERATOR, Subject
from dodam.features.audit.service import Audit
from dodam.platform.ids import new_id
from dodam.platform.logging.lines import EventLine, Importance, Line
from dodam.platform.settings import Settings
from tests.billing.books import DAY, PRICE, Books, period, some_key, told
from tests.clock import NOON, StoppedClock
from tests.logging.lines import events_in
from tests.logging.watched import KeptLines, watched

_IS_COMMITTED = (
    "select exists(select from billing.payment where id = $1)"
    " or exists(select from audit.entry where id = $1)"
)


class Witness(KeptLines):
    """Notes of each line that is to be kept whether what it tells of was committed by then."""

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self.committed: list[bool] = []
        self._connection = connection

    async def keep(self, lines: Sequence[Line]) -> None:
        await super().keep(lines)
        for line in lines:
            assert isinstance(line, EventLine)
            assert line.importance is Importance.KEPT
            id_ = line.fields.get("payment_id") or line.fields["entry_id"]
            self.committed.append(await self._connection.fetchval(_IS_COMMITTED, id_))


@pytest.fixture
async def witness(database_url: str) -> AsyncIterator[Witness]:
    connection = await asyncpg.connect(database_url)
    yield Witness(connection)
    await connection.close()


async def test_L05_money_that_moved_is_in_the_log_before_it_is_in_the_ledger(
    settings: Settings, database_url: str, witness: Witness
) -> None:
    given_back = period(0, refunded=PRICE, refunded_at=NOON + DAY, told_at=NOON + DAY)
    async with watched(settings, database_url, witness) as system:
        books = Books(system)
        key = some_key()
        known = await books.hear(told(key, [period(0)]), told(key, [given_back]))
        rows = await books.rows(
            "select id, kind, micros from billing.payment where subscription_id = $1"
            " order by booked_at, id",
            known,
        )
    assert witness.committed == [False, False]
    assert [
        (line.event, line.fields["payment_id"], line.fields["micros"]) for line in witness.events
    ] == [(f"payment.{row['kind']}", row["id"], row["micros"]) for row in rows]
    assert [line.event for line in witness.events] == ["payment.charge", "payment.refund"]
    assert {line.fields["subscription_id"] for line in witness.events} == {known}


async def test_L05_a_deed_is_in_the_log_before_it_is_in_the_trail(
    settings: Settings, database_url: str, witness: Witness, clock: StoppedClock
) -> None:
    subject = Subject("thing", new_id())
    async with watched(settings, database_url, witness) as system:
        async with system.database.transaction() as tx:
            await Audit(clock, witness).record(tx, OPERATOR, "thing.done", subject, why="words")
        with pytest.raises(ZeroDivisionError):
            await _broken_off(system, Audit(clock, witness), subject)
    assert witness.committed == [False]
    [line] = witness.events
    entry = line.fields.pop("entry_id")
    assert (line.event, line.fields) == (
        "thing.done",
        {
            "actor_kind": "operator",
            "actor_id": None,
            "subject_kind": "thing",
            "subject_id": subject.id,
        },
    )
    connection = await asyncpg.connect(database_url)
    assert await connection.fetchval(_IS_COMMITTED, entry)
    await connection.close()


async def _broken_off(system: Any, audit: Audit, subject: Subject) -> None:
    async with system.database.transaction() as tx:
        await audit.record(tx, OPERATOR, "thing.done", subject)
        raise ZeroDivisionError


async def test_L05_of_a_process_that_is_killed_no_committed_deed_lacks_its_line(
    database_url: str, tmp_path: Path
) -> None:
    subject = new_id()
    connection = await asyncpg.connect(database_url)
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own program
        [sys.executable, "-m", "tests.logging.auditing", str(tmp_path), database_url, str(subject)],
        stderr=subprocess.DEVNULL,
    )
    try:
        while len(await _entries(connection, subject)) < 100:
            assert process.poll() is None
            await asyncio.sleep(0.05)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    committed = await _entries(connection, subject)
    await connection.close()
    told = {line.fields["entry_id"] for line in events_in(tmp_path / "logs")}
    assert {str(each) for each in committed} <= told
    # What was under way when it was killed was told of, and not done.
    assert len(told) - len(committed) <= 4


async def _entries(connection: Any, subject: Any) -> list[Any]:
    rows = await connection.fetch("select id from audit.entry where subject_id = $1", subject)
    return [row["id"] for row in rows]
