"""L01, L05, R02: every line of this machine's files is in the database, once."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from dodam.platform.logging.compression import compressed
from dodam.platform.logging.database.shipping import DatabaseShipping
from dodam.platform.logging.lines import AnyLine, EventLine, Importance, RequestLine
from dodam.platform.logging.segments import Destination, Segment
from dodam.platform.tables import METADATA
from tests.clock import NOON, StoppedClock
from tests.logging.lines import Process
from tests.logging.stored import MONTHS, deliver, event, found, on, request, texts_in, write

_LINES: list[AnyLine] = [
    request(),
    request(
        NOON + timedelta(seconds=1),
        account_id=uuid4(),
        child_id=uuid4(),
        device_id=uuid4(),
        importance=Importance.ERROR,
        method="POST",
        status=503,
        request_bytes=12_345,
        response_bytes=678,
        caller_kind="guardian",
        error_code="database_unavailable",
        fields={"hand": "left", "ids": [str(uuid4())], "nested": {"deep": [True, None, 1.5]}},
    ),
    event(NOON + timedelta(seconds=2)),
    event(
        NOON + timedelta(seconds=3),
        importance=Importance.KEPT,
        request_id=uuid4(),
        account_id=uuid4(),
        child_id=uuid4(),
        level="critical",
        event="김민 님의 일이 끝났어요 — 'quoted' \\ \t 100 %",
        job=4_000_000_000,
        task="messaging.send.v1",
        fields={"가": "나", "empty": {}},
        error={"type": "ValueError", "frames": ["dodam.x:y:1"], "cause": {"type": "KeyError"}},
    ),
]


@pytest.fixture
def process(tmp_path: Path, clock: StoppedClock) -> Process:
    return Process(tmp_path, clock, destinations=(Destination.DATABASE,))


def test_L01_a_table_has_a_column_for_every_field_of_its_line() -> None:
    for name, line in (("request_log", RequestLine), ("event_log", EventLine)):
        columns = {column.name for column in METADATA.tables[f"ops.{name}"].columns}
        assert columns == set(line.__struct_fields__)


async def test_L01_lines_come_back_from_the_database_as_they_were_written(
    process: Process, clock: StoppedClock, log_url: str
) -> None:
    write(process, _LINES)
    await deliver(process, log_url, clock)
    assert await found(log_url) == _LINES[::-1]


async def test_L05_a_segment_that_grows_is_copied_as_it_grows_and_acknowledged_once_it_is_closed(
    process: Process, clock: StoppedClock, log_url: str
) -> None:
    shipping = DatabaseShipping(log_url, clock, months=MONTHS)
    process.say("a", "b")
    await shipping.deliver(process.spool)
    assert await texts_in(log_url) == ["a", "b"]
    process.say("c")
    await shipping.deliver(process.spool)
    [segment] = process.run.segments()
    assert not segment.is_acknowledged(Destination.DATABASE)
    process.close("d")
    await shipping.deliver(process.spool)
    assert segment.is_acknowledged(Destination.DATABASE)
    process.say("e")
    await shipping.deliver(process.spool)
    shipping.close()
    assert await texts_in(log_url) == ["a", "b", "c", "d", "e"]


async def test_L05_shipping_goes_on_in_a_segment_that_was_compressed_meanwhile(
    process: Process, clock: StoppedClock, log_url: str
) -> None:
    process.say("a", "b")
    await deliver(process, log_url, clock)
    compressed(process.close("c"))
    await deliver(process, log_url, clock)
    assert await texts_in(log_url) == ["a", "b", "c"]


class _Killed(BaseException):
    """As `kill -9`: nothing of ours runs after it."""


def _die_at(patch: pytest.MonkeyPatch, fatal: int) -> None:
    """Be killed before that statement, of all that are sent."""
    statements = count(1)

    def dying(whole: Callable[..., Any]) -> Callable[..., Any]:
        async def send(*args: Any, **named: Any) -> Any:
            if next(statements) == fatal:
                raise _Killed
            return await whole(*args, **named)

        return send

    for name in ("execute", "fetch", "copy_records_to_table"):
        patch.setattr(asyncpg.Connection, name, dying(getattr(asyncpg.Connection, name)))


async def test_L05_whoever_is_killed_between_any_two_statements_each_line_is_there_once(
    tmp_path: Path, clock: StoppedClock, log_url: str
) -> None:
    said: list[str] = []
    killed = 0
    for fatal in count(1):
        name = f"20260318T12{fatal:04}Z-api-test"
        process = Process(tmp_path, clock, name, destinations=(Destination.DATABASE,))
        # More than one batch.
        events = [f"{fatal:03} {number:03} {'x' * 600}" for number in range(500)]
        process.close(*events)
        said += events
        with pytest.MonkeyPatch.context() as patch:
            _die_at(patch, fatal)
            try:
                await deliver(process, log_url, clock)
            except _Killed:
                process.die()
                killed += 1
            else:
                break
        heir = Process(tmp_path, clock, f"{name}-heir", destinations=(Destination.DATABASE,))
        heir.spool.adopt()
        await deliver(heir, log_url, clock)
        heir.die()
        assert await texts_in(log_url) == said
    # As many as are sent for two batches.
    assert killed > 14
    assert await texts_in(log_url) == said


async def test_L05_whoever_is_killed_once_all_is_there_leaves_nothing_to_copy_again(
    process: Process, tmp_path: Path, clock: StoppedClock, log_url: str
) -> None:
    def die(*_: object) -> None:
        raise _Killed

    process.close("a", "b")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Segment, "acknowledge", die)
        with pytest.raises(_Killed):
            await deliver(process, log_url, clock)
    process.die()
    heir = Process(
        tmp_path, clock, "20260318T120001Z-api-test-2", destinations=(Destination.DATABASE,)
    )
    heir.spool.adopt()
    await deliver(heir, log_url, clock)
    assert await texts_in(log_url) == ["a", "b"]
    assert process.run.segments()[0].is_acknowledged(Destination.DATABASE)


async def test_L05_of_several_that_ship_the_same_segment_one_goes_on(
    process: Process, clock: StoppedClock, log_url: str
) -> None:
    events = [f"{number:05} {'x' * 500}" for number in range(1500)]
    process.say(*events)
    await asyncio.gather(*(deliver(process, log_url, clock) for _ in range(4)))
    await deliver(process, log_url, clock)
    assert await texts_in(log_url) == events


async def test_L01_lines_of_a_months_end_are_in_both_months(
    process: Process, clock: StoppedClock, log_url: str
) -> None:
    midnight = datetime(2026, 4, 1, tzinfo=UTC)
    clock.set(midnight)
    lines: list[AnyLine] = [
        event(midnight - timedelta(microseconds=1), event="last of March"),
        event(midnight, event="first of April"),
    ]
    write(process, lines)
    await deliver(process, log_url, clock)
    march = await on(log_url, "select event from ops.event_log_2026_03")
    april = await on(log_url, "select event from ops.event_log_2026_04")
    assert [row["event"] for row in (*march, *april)] == ["last of March", "first of April"]


@pytest.mark.parametrize(
    "at",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2025, 2, 28, 23, 59, tzinfo=UTC),
        datetime(2026, 6, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
async def test_L01_a_line_of_no_month_that_is_kept_is_an_event_of_now_that_holds_it(
    process: Process, clock: StoppedClock, log_url: str, at: datetime
) -> None:
    odd = request(at)
    write(process, [event(event="before"), odd, event(event="behind")])
    await deliver(process, log_url, clock)
    [told] = await found(log_url, request_id=odd.request_id)
    assert isinstance(told, EventLine)
    assert (told.at, told.level) == (clock.now(), "warning")
    assert f'"at":"{at.isoformat().replace("+00:00", "Z")}"' in told.fields["line"]
    assert await texts_in(log_url) == sorted(["before", "behind", told.event])


@pytest.mark.parametrize(
    "at", [datetime(2026, 5, 31, 23, 59, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)]
)
async def test_L01_the_oldest_month_that_is_kept_and_the_last_ahead_are_stored_as_they_are(
    process: Process, clock: StoppedClock, log_url: str, at: datetime
) -> None:
    line = request(at)
    write(process, [line])
    await deliver(process, log_url, clock)
    assert await found(log_url) == [line]


@pytest.mark.parametrize(
    "odd",
    [
        event(event="with a \0 in it"),
        event(fields={"in JSON": "\0"}),
        event(job=1 << 70),
        request(status=40_000),
        request(route="\0"),
    ],
    ids=["text", "fields", "large number", "status", "route"],
)
async def test_L01_what_the_database_does_not_take_is_an_event_that_holds_it(
    process: Process, clock: StoppedClock, log_url: str, odd: AnyLine
) -> None:
    around: list[AnyLine] = [event(event=f"{number:03}") for number in range(200)]
    write(process, [*around[:77], odd, *around[77:]])
    await deliver(process, log_url, clock)
    lines = await found(log_url)
    [told] = [line for line in lines if line not in around]
    assert isinstance(told, EventLine)
    assert told.event == "the database does not take a line of the log"
    assert told.fields == {"line": msgspec.json.encode(odd).decode()}
    assert len(lines) == 201


async def test_L01_what_is_deeply_nested_is_stored_as_it_is(
    process: Process, clock: StoppedClock, log_url: str
) -> None:
    fields: dict[str, Any] = {}
    for _ in range(200):
        fields = {"deeper": [fields]}
    deep = event(fields=fields)
    write(process, [deep])
    await deliver(process, log_url, clock)
    assert await found(log_url) == [deep]


async def test_L05_damage_is_said_in_the_database_once(
    process: Process, clock: StoppedClock, log_url: str
) -> None:
    process.active.write(b'{"kind":"event","at":"2026-03-18T12:\xff\n')
    process.say("behind")
    for _ in range(2):
        await deliver(process, log_url, clock)
    assert await texts_in(log_url) == ["a damaged part of the log is left out", "behind"]


async def test_L05_what_was_pruned_meanwhile_is_passed_over(
    process: Process, clock: StoppedClock, log_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, there = process.close("gone"), process.close("there")
    fetch: Callable[..., Any] = asyncpg.Connection.fetch

    async def prune(*args: Any, **named: Any) -> Any:
        gone.remove()
        return await fetch(*args, **named)

    monkeypatch.setattr(asyncpg.Connection, "fetch", prune)
    await deliver(process, log_url, clock)
    assert await texts_in(log_url) == ["there"]
    assert there.is_acknowledged(Destination.DATABASE)


async def test_L01_shipping_waits_no_longer_for_a_lock_than_its_patience(
    process: Process, clock: StoppedClock, log_url: str
) -> None:
    process.say("a")
    await deliver(process, log_url, clock)
    holder = await asyncpg.connect(log_url)
    try:
        async with holder.transaction():
            await holder.execute("lock table ops.event_log_2026_03 in access exclusive mode")
            process.say("b")
            with pytest.raises(asyncpg.LockNotAvailableError):
                await deliver(process, log_url, clock)
    finally:
        await holder.close()
    await deliver(process, log_url, clock)
    assert await texts_in(log_url) == ["a", "b"]
