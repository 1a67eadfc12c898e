"""N02, L07: unexpected errors are counted on all instances, and told of when it is news."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import structlog
from litestar.exceptions import LitestarException

from dodam.bootstrap import build
from dodam.features.operations.models.notices import Level
from dodam.features.operations.service.failures import Failures
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.operations.conftest import Desk, until

NAME = "김민준"
ROUTE = "POST /v1/children/{child_id}/play-records"


def _raised(kind: type[Exception] = KeyError) -> Exception:
    with pytest.raises(kind) as caught:
        raise kind(NAME)
    return caught.value


async def _happen(failures: Failures, times: int = 1, place: str = ROUTE) -> None:
    for _ in range(times):
        failures.note(place, _raised())
    await failures.write_down()


@asynccontextmanager
async def _instances(settings: Settings, url: str, count: int) -> AsyncGenerator[list[Failures]]:
    """As many processes as one database serves."""
    clock = StoppedClock()
    async with AsyncExitStack() as stack:
        systems = [build(settings, url, clock) for _ in range(count)]
        for each in systems:
            await stack.enter_async_context(each.running(serving=False))
        yield [each.operations.failures for each in systems]


def _newer(_: str) -> str:
    return "99.0"


async def _reasons(desk: Desk) -> list[str]:
    """Why was told, in order."""
    return [title.partition(":")[0] for _, title, _ in await desk.told()]


async def _known(desk: Desk) -> dict[str, Any]:
    [known] = (await desk.admin.get("/staff/failures"))["failures"]
    return known


async def test_N02_a_new_error_is_told_of_with_where_and_not_with_its_words(desk: Desk) -> None:
    await _happen(desk.dodam.operations.failures, 5)
    [[level, title, text]] = await desk.told()
    known = await _known(desk)
    assert (level, title) == ("error", f"New: KeyError in {ROUTE}")
    assert text.startswith(f"`{known['fingerprint']}`, 5 within an hour, 5 in all, at `")
    assert f"last 12:00:00 UTC on `{known['last_instance']}` {known['last_version']}" in text
    assert known["count"] == 5
    await desk.dodam.operations.failures.write_down()
    assert len(await desk.told()) == 1


async def test_L07_a_thousand_errors_on_three_instances_are_three_notices(
    settings: Settings, operations_database: str, desk: Desk
) -> None:
    """One that it is new, and one each that there were a hundred and a thousand in an hour."""
    async with _instances(settings, operations_database, 3) as instances:
        await _happen(instances[0])
        for turn in range(111):
            await _happen(instances[turn % 3], 9)
    assert await _reasons(desk) == ["New", "Often", "Often", "Often"]
    hours = [text.split(", ")[1] for _, _, text in await desk.told()]
    assert hours == [f"{count} within an hour" for count in (1, 10, 100, 1000)]
    assert (await _known(desk))["count"] == 1_000


async def test_L07_instances_that_see_it_at_the_same_time_tell_of_it_once(
    settings: Settings, operations_database: str, desk: Desk
) -> None:
    async with _instances(settings, operations_database, 4) as instances:
        await asyncio.gather(*(_happen(each, 2) for each in instances))
    assert await _reasons(desk) == ["New"]
    assert (await _known(desk))["count"] == 8


async def test_L07_instances_that_see_many_in_any_order_do_not_wait_for_each_other(
    settings: Settings, operations_database: str, desk: Desk
) -> None:
    places = [f"place {number}" for number in range(40)]
    async with _instances(settings, operations_database, 2) as [one, other]:
        for _ in range(10):
            for place in places:
                one.note(place, _raised())
            for place in reversed(places):
                other.note(place, _raised())
            await asyncio.gather(one.write_down(), other.write_down())
    counts = [row["count"] for row in await desk.rows("select count from operations.failure")]
    assert counts == [20] * 40


async def test_L07_ever_new_errors_fill_neither_the_memory_nor_the_channel(desk: Desk) -> None:
    """Nobody outside can make new ones: a place is a template. A broken release might."""
    failures = desk.dodam.operations.failures
    for number in range(10_000):
        failures.note(f"place {number}", _raised())
    await failures.write_down()
    assert len(await desk.rows("select from operations.failure")) == 501
    page = await desk.admin.get("/staff/failures?order=most_frequent&limit=1")
    assert [(each["kind"], each["count"]) for each in page["failures"]] == [("Further kinds", 9500)]
    titles = [title for _, title, _ in await desk.told()]
    assert len(titles) == 6
    assert titles[-1] == "496 further kinds of errors"


async def test_L07_errors_are_told_apart_by_type_and_place(desk: Desk) -> None:
    failures = desk.dodam.operations.failures
    for kind, place in ((KeyError, "a"), (KeyError, "b"), (ValueError, "a"), (KeyError, "a")):
        failures.note(place, _raised(kind))
    await failures.write_down()
    assert {title: text.split(", ")[2] for _, title, text in await desk.told()} == {
        "New: KeyError in a": "2 in all",
        "New: KeyError in b": "1 in all",
        "New: ValueError in a": "1 in all",
    }


async def test_L07_one_that_goes_on_is_told_of_once_a_day_or_when_it_is_ten_times_worse(
    desk: Desk, clock: StoppedClock
) -> None:
    failures = desk.dodam.operations.failures
    await _happen(failures)
    for hour in range(48):
        clock.set(NOON + timedelta(hours=hour))
        await _happen(failures, 20)
    assert await _reasons(desk) == ["New", "Often", "Often"]
    clock.advance(timedelta(hours=1))
    await _happen(failures, 100)
    assert await _reasons(desk) == ["New", "Often", "Often", "Often"]


async def test_L07_a_few_in_an_hour_are_told_of_once_however_long_they_trickle_on(
    desk: Desk, clock: StoppedClock
) -> None:
    for hour in range(48):
        clock.set(NOON + timedelta(hours=hour))
        await _happen(desk.dodam.operations.failures, 9)
    assert await _reasons(desk) == ["New"]


async def test_L07_one_that_was_quiet_for_a_week_is_told_of_again(
    desk: Desk, clock: StoppedClock
) -> None:
    failures = desk.dodam.operations.failures
    await _happen(failures, 50)
    clock.advance(timedelta(days=6, hours=23))
    await _happen(failures)
    clock.advance(timedelta(days=7))
    await _happen(failures)
    assert await _reasons(desk) == ["New", "Quiet for a week, and back"]
    clock.advance(timedelta(minutes=1))
    await _happen(failures, 9)
    assert (await _reasons(desk))[2:] == ["Often"]


async def test_L07_a_new_release_does_not_make_an_old_error_new(
    settings: Settings, operations_database: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _happen(desk.dodam.operations.failures)
    monkeypatch.setattr("dodam.bootstrap.version", _newer)
    async with _instances(settings, operations_database, 1) as [newer]:
        await _happen(newer)
    assert await _reasons(desk) == ["New"]
    known = await _known(desk)
    assert (known["first_version"] != "99.0", known["last_version"]) == (True, "99.0")


async def test_L07_while_the_database_is_away_errors_wait_and_are_counted_when_it_is_back(
    settings: Settings, operations_database: str, desk: Desk
) -> None:
    system = build(settings, operations_database, StoppedClock())
    failures = system.operations.failures
    with structlog.testing.capture_logs() as log:
        for times in (7, 3):
            await _happen(failures, times)
    waiting = [line["count"] for line in log if line["event"] == "errors wait to be counted"]
    assert waiting == [7, 10]
    for number in range(1_000):
        await _happen(failures, place=f"place {number % 600}")
    async with system.running(serving=False):
        await failures.write_down()
    rows = await desk.rows("select sum(count)::int as all, count(*) from operations.failure")
    assert rows == [{"all": 1_010, "count": 501}]


async def test_L07_an_error_of_a_request_is_told_of_without_what_it_was_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slip(*_: Any, **__: Any) -> None:
        raise RuntimeError(NAME)

    monkeypatch.setattr("dodam.features.operations.service.queue.QueueDesk.dead_letters", slip)
    answer = await desk.admin.call("GET", f"/staff/dead-letters?kind={NAME}")
    assert answer.status_code == 500
    assert (await desk.http.get("/v1/staff/dead-letters")).status_code == 401
    assert (await desk.http.get("/v1/nowhere")).status_code == 404
    await desk.dodam.operations.failures.write_down()
    [[_, title, text]] = await desk.told()
    assert title == "New: RuntimeError in GET /v1/staff/dead-letters"
    assert ", at `dodam.features.operations.routes:QueueController.dead_letters:" in text
    assert NAME not in str(await desk.told()) + str(await _known(desk))


async def test_L07_an_answer_that_fails_once_it_has_begun_is_told_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lines() -> AsyncGenerator[bytes]:
        yield b"number,code"
        raise RuntimeError(NAME)

    async def csv(*_: Any, **__: Any) -> AsyncGenerator[bytes]:
        return lines()

    monkeypatch.setattr("dodam.features.promotions.service.issuing.Issuing.csv", csv)
    with pytest.raises(LitestarException):
        await desk.admin.call("GET", f"/staff/promotions/{uuid4()}/codes.csv")
    await desk.dodam.operations.failures.write_down()
    [title] = [title for _, title, _ in await desk.told()]
    route = "GET /v1/staff/promotions/{promotion_id}/codes.csv"
    assert title == f"New: LitestarException in {route}"


async def test_N02_an_error_of_a_job_is_told_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slip(*_: Any, **__: Any) -> None:
        raise RuntimeError(NAME)

    failures = desk.dodam.operations.failures
    async with desk.dodam.database.transaction() as tx:
        await desk.dodam.operations.notices.tell(tx, Level.INFO, "x")
    with monkeypatch.context() as patched:
        patched.setattr("dodam.features.operations.store.UNSENT.all", slip)
        async with desk.at_work():

            async def told() -> bool:
                await failures.write_down()
                return len(await desk.told()) > 1

            await until(told)
    titles = [title for _, title, _ in await desk.told()]
    assert titles[1] == "New: RuntimeError in operations.send_notice.v1"
    assert NAME not in str(await desk.told())
