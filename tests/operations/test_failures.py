"""N02: errors that nobody expected are told of by kind and place, and name nobody."""

import asyncio
from typing import Any

import pytest
import structlog

from dodam.bootstrap import build
from dodam.features.operations.models.notices import Level
from dodam.features.operations.service.failures import Failures
from dodam.features.operations.service.notices import Notices
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.operations.conftest import Desk, until

NAME = "김민준"


def _raised(kind: type[Exception]) -> Exception:
    with pytest.raises(kind) as caught:
        raise kind(NAME)
    return caught.value


async def test_N02_a_storm_of_one_error_is_one_notice_with_its_count(desk: Desk) -> None:
    failures = desk.dodam.operations.failures
    error = _raised(KeyError)
    for _ in range(5_000):
        failures.note("POST /v1/children/{child_id}/play-records", error)
    await failures.tell()
    [[level, title, text]] = await desk.told()
    assert (level, title) == ("error", "KeyError in POST /v1/children/{child_id}/play-records")
    assert text.startswith("5000 times since 12:00:00 UTC, at `")
    await failures.tell()
    assert len(await desk.told()) == 1


async def test_N02_errors_are_told_apart_by_kind_and_place(desk: Desk) -> None:
    failures = desk.dodam.operations.failures
    for kind, place in ((KeyError, "a"), (KeyError, "b"), (ValueError, "a"), (KeyError, "a")):
        failures.note(place, _raised(kind))
    await failures.tell()
    told = {title: text.split()[0] for _, title, text in await desk.told()}
    assert told == {"KeyError in a": "2", "KeyError in b": "1", "ValueError in a": "1"}


async def test_N02_ever_new_errors_fill_neither_the_memory_nor_the_channel(desk: Desk) -> None:
    failures = desk.dodam.operations.failures
    for number in range(1_000):
        failures.note(f"place {number}", _raised(KeyError))
    await failures.tell()
    told = await desk.told()
    assert len(told) == 21
    assert told[-1][1] == "Errors of further kinds"
    assert told[-1][2].startswith("980 times")


async def test_N02_an_error_of_a_request_is_told_of_without_what_it_was_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slip(*_: Any, **__: Any) -> None:
        raise RuntimeError(NAME)

    monkeypatch.setattr("dodam.features.operations.service.queue.QueueDesk.dead_letters", slip)
    answer = await desk.admin.call("GET", f"/staff/dead-letters?kind={NAME}")
    assert answer.status_code == 500
    assert (await desk.http.get("/v1/staff/dead-letters")).status_code == 401
    assert (await desk.http.get("/v1/nowhere")).status_code == 404
    await desk.dodam.operations.failures.tell()
    [[_, title, text]] = await desk.told()
    assert title == "RuntimeError in GET /v1/staff/dead-letters"
    assert "dodam.features.operations.routes:" in text
    assert NAME not in str(await desk.told())


async def test_N02_an_error_of_a_job_is_told_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slip(*_: Any, **__: Any) -> None:
        raise RuntimeError(NAME)

    async with desk.dodam.database.transaction() as tx:
        await desk.dodam.operations.notices.tell(tx, Level.INFO, "x")
    with monkeypatch.context() as patched:
        patched.setattr("dodam.features.operations.store.UNSENT.all", slip)
        async with desk.at_work():

            async def tried() -> bool:
                return bool(desk.dodam.operations.failures._groups)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

            await until(tried)
    await desk.dodam.operations.failures.tell()
    titles = [title for _, title, _ in await desk.told()]
    assert titles[1:] == ["RuntimeError in operations.send_notice.v1"]
    assert NAME not in str(await desk.told())


async def test_N02_while_the_database_is_away_errors_are_dropped_and_counted(
    settings: Settings, clock: StoppedClock
) -> None:
    away = build(settings, "postgresql://nobody@127.0.0.1:1/none", clock)
    failures = away.operations.failures
    for _ in range(7):
        failures.note("a", _raised(KeyError))
    with structlog.testing.capture_logs() as log:
        await failures.tell()
    assert [line["count"] for line in log if line["event"] == "errors were not told of"] == [7]


async def test_N02_the_first_error_is_told_of_soon_and_the_rest_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, clock: StoppedClock
) -> None:
    told, slept = list[str](), list[float]()
    pause = asyncio.Event()

    class Board(Notices):
        def __init__(self) -> None:
            pass

        async def try_to_tell(self, level: Any, title: str, text: str = "") -> bool:
            del level
            told.append(f"{title}: {text.split(maxsplit=1)[0]}")
            return True

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if seconds > 1:
            await pause.wait()
            pause.clear()

    failures = Failures(Board(), clock, instance="here")
    module = "dodam.features.operations.service.failures.asyncio.sleep"
    error = _raised(KeyError)
    real_sleep = asyncio.sleep
    monkeypatch.setattr(module, sleep)
    telling = asyncio.create_task(failures.keep_telling())
    failures.note("a", error)
    while len(slept) < 2:
        await real_sleep(0)
    assert told == ["KeyError in a: 1"]
    for _ in range(3):
        failures.note("a", error)
    await real_sleep(0)
    assert len(told) == 1
    pause.set()
    while len(told) < 2:
        await real_sleep(0)
    assert told[1] == "KeyError in a: 3"
    assert slept[:2] == [1.0, 60.0]
    telling.cancel()
