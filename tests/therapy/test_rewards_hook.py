"""T09: what rewards are given for is told once: days played on, and how long streaks become."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam, build
from dodam.features.therapy.events import DayAttended, StreakReached
from dodam.features.therapy.models.streaks import milestones
from dodam.platform.settings import Settings
from tests.clock import StoppedClock
from tests.facts import Facts
from tests.families import Guardian, play

from .steps import Travel, excuse, make_plan, plan_day, rows, seoul

TODAY = "2026-03-18"
AT = seoul(TODAY)


async def _attended(facts: Facts, child: dict[str, Any]) -> list[str]:
    return [str(each.therapy_day) for each in await facts.of(child, DayAttended)]


async def test_T09_the_first_play_of_a_day_is_told_of(
    guardian: Guardian, child: dict[str, Any], facts: Facts
) -> None:
    await guardian.upload(child, play(AT))
    assert await facts.of(child, DayAttended) == [
        DayAttended(
            child_id=UUID(child["id"]),
            account_id=UUID(guardian.account_id),
            therapy_day=date(2026, 3, 18),
        )
    ]
    await guardian.upload(child, [play(AT), play(seoul(TODAY, "05:00"))])
    await guardian.upload(child, [play(seoul("2026-03-17")), play(seoul("2026-03-17", "18:00"))])
    assert await _attended(facts, child) == [TODAY, "2026-03-17"]


@pytest.mark.parametrize(
    ("received", "told"),
    [
        (f"{TODAY}T23:59", [TODAY]),
        # The child's day begins at four in the morning.
        ("2026-03-20T03:59", [TODAY]),
        ("2026-03-20T04:00", []),
        ("2026-03-25T17:00", []),
    ],
)
async def test_T09_a_day_that_comes_in_late_counts_and_rings_no_phone(
    guardian: Guardian,
    child: dict[str, Any],
    facts: Facts,
    travel: Travel,
    received: str,
    told: list[str],
) -> None:
    await travel(seoul(*received.split("T")))
    await guardian.upload(child, play(AT))
    assert await _attended(facts, child) == told
    assert TODAY in (await guardian.get(f"/children/{child['id']}/attendance"))["attended"]


async def test_T09_a_day_is_told_of_once_however_many_uploads_begin_it_at_once(
    guardian: Guardian, elsewhere: Guardian, child: dict[str, Any], facts: Facts
) -> None:
    plays = [play(AT) for _ in range(20)]
    await asyncio.gather(
        *(who.upload(child, sent) for who in (guardian, elsewhere) for sent in (*plays, plays))
    )
    assert await _attended(facts, child) == [TODAY]


async def test_T09_each_child_of_a_group_of_uploads_is_told_of_by_itself(
    guardian: Guardian, other_guardian: Guardian, facts: Facts
) -> None:
    homes = [(who, await who.register_child()) for who in (guardian, other_guardian, guardian)]
    await asyncio.gather(*(who.upload(child, play(AT)) for who, child in homes))
    for who, child in homes:
        [told] = await facts.of(child, DayAttended)
        assert told.account_id == UUID(who.account_id)


def test_T09_streaks_are_told_of_at_their_milestones() -> None:
    assert list(milestones(2)) == []
    assert list(milestones(3)) == [3]
    assert list(milestones(99)) == [3, 7, 14, 30, 50]
    assert list(milestones(250)) == [3, 7, 14, 30, 50, 100, 150, 200, 250]


@asynccontextmanager
async def _worker(settings: Settings, url: str, clock: StoppedClock) -> AsyncGenerator[Dodam]:
    """A worker for streaks only: jobs that other tests left behind may take long."""
    dodam = build(settings, url, clock)
    kinds = cast("dict[str, object]", vars(vars(dodam.jobs)["_kinds"])["_kinds"])
    for name in [name for name in kinds if name != "deliver:therapy.streaks"]:
        del kinds[name]
    async with dodam.running():
        run = asyncio.create_task(dodam.jobs.run())
        try:
            yield dodam
        finally:
            dodam.jobs.stop()
            await asyncio.wait_for(run, 20)


async def _streaks(system: Dodam, facts: Facts, child: dict[str, Any]) -> list[tuple[int, str]]:
    """The lengths that were told of, and on which day, once all facts are delivered."""
    waiting = "select 1 from outbox.in_order where handler = 'therapy.streaks' and key = $1"
    async with asyncio.timeout(30):
        while await rows(system, waiting, UUID(child["id"])):  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.02)
    told = await facts.of(child, StreakReached)
    return [(each.length, str(each.therapy_day)) for each in told]


async def _play_on(
    guardian: Guardian, child: dict[str, Any], travel: Travel, first: date, days: int
) -> None:
    for n in range(days):
        at = seoul(str(first + timedelta(days=n)))
        await travel(at)
        await guardian.upload(child, play(at))


async def test_T09_a_streak_is_told_of_once_at_each_milestone(
    system: Dodam,
    settings: Settings,
    database_url: str,
    clock: StoppedClock,
    guardian: Guardian,
    facts: Facts,
    travel: Travel,
) -> None:
    child = await guardian.register_child()
    await make_plan(guardian, child, [plan_day(day) for day in range(1, 8)])
    async with _worker(settings, database_url, clock):
        await _play_on(guardian, child, travel, date(2026, 3, 18), 7)
        assert await _streaks(system, facts, child) == [(3, "2026-03-20"), (7, "2026-03-24")]
        # A day is missed: the streak begins anew, and so do its milestones.
        await _play_on(guardian, child, travel, date(2026, 3, 26), 3)
        assert (await _streaks(system, facts, child))[2:] == [(3, "2026-03-28")]
        # The missing day comes in late and makes one streak of two: nothing is told twice.
        await guardian.upload(child, play(seoul("2026-03-25")))
        await _play_on(guardian, child, travel, date(2026, 3, 29), 3)
        assert (await _streaks(system, facts, child))[3:] == [(14, "2026-03-31")]


async def test_T09_an_excused_day_does_not_end_a_streak(
    system: Dodam,
    settings: Settings,
    database_url: str,
    clock: StoppedClock,
    guardian: Guardian,
    facts: Facts,
    travel: Travel,
) -> None:
    child = await guardian.register_child()
    await make_plan(guardian, child, [plan_day(day) for day in range(1, 8)])
    await excuse(guardian, child, "2026-03-20")
    async with _worker(settings, database_url, clock):
        await _play_on(guardian, child, travel, date(2026, 3, 18), 2)
        await _play_on(guardian, child, travel, date(2026, 3, 21), 1)
        assert await _streaks(system, facts, child) == [(3, "2026-03-21")]
