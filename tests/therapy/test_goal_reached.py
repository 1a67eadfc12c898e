"""T09: that all of a day's plan is done is told once, in the upload that makes it so."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from dodam.bootstrap import Dodam
from dodam.features.therapy.events import TherapyGoalReached
from dodam.platform.outbox import Outbox
from tests.facts import Facts
from tests.families import Guardian, play

from .steps import Travel, excuse, make_plan, minutes, plan_day, repetitions, rows, seoul

TODAY = "2026-03-18"
AT = seoul(TODAY)
WEDNESDAY = 3


async def _child(
    guardian: Guardian, *items: dict[str, Any], day: int = WEDNESDAY, **fields: Any
) -> dict[str, Any]:
    """A child whose plan has one day a week, from today on; ten mass grasps unless told."""
    child = await guardian.register_child(**fields)
    await make_plan(guardian, child, [plan_day(day, *items)])
    return child


@pytest.fixture
async def goals(facts: Facts) -> "Goals":
    return Goals(facts)


class Goals:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def of(self, child: dict[str, Any]) -> list[str]:
        """The days whose goal was told of."""
        return [str(each.therapy_day) for each in await self._facts.of(child, TherapyGoalReached)]


async def test_T09_the_play_that_completes_the_plan_is_told_of(
    guardian: Guardian, facts: Facts
) -> None:
    child = await _child(guardian, repetitions("mass_grasp", 10), minutes("tip_pinch", 1))
    await guardian.upload(child, play(AT))
    assert await facts.of(child, TherapyGoalReached) == []
    await guardian.upload(child, play(AT, motion="tip_pinch"))
    assert await facts.of(child, TherapyGoalReached) == [
        TherapyGoalReached(
            child_id=UUID(child["id"]),
            account_id=UUID(guardian.account_id),
            therapy_day=AT.date(),
        )
    ]


async def test_T09_what_is_played_after_the_goal_tells_nothing_more(
    guardian: Guardian, goals: Goals
) -> None:
    child = await _child(guardian)
    done = play(AT)
    for upload in (done, done, play(AT), [done, play(AT)]):
        await guardian.upload(child, upload)
    assert await goals.of(child) == [TODAY]


@pytest.mark.parametrize(
    "short",
    [
        {"repetitions": 9},
        {"hand": "right"},
        {"motion": "tip_pinch"},
    ],
)
async def test_T09_what_falls_short_of_the_plan_is_not_told_of(
    guardian: Guardian, goals: Goals, short: dict[str, Any]
) -> None:
    child = await _child(guardian)
    await guardian.upload(child, play(AT, **short))
    assert await goals.of(child) == []


async def test_T09_a_day_without_a_plan_has_no_goal(guardian: Guardian, goals: Goals) -> None:
    child = await _child(guardian, day=4)
    await guardian.upload(child, play(AT))
    assert await goals.of(child) == []


async def test_T09_an_excused_day_that_is_done_all_the_same_is_told_of(
    guardian: Guardian, goals: Goals
) -> None:
    child = await _child(guardian)
    await excuse(guardian, child, TODAY)
    await guardian.upload(child, play(AT))
    assert await goals.of(child) == [TODAY]


@pytest.mark.parametrize(
    ("received", "told"),
    [
        ("2026-03-18T23:59", [TODAY]),
        ("2026-03-19T12:00", [TODAY]),
        # The child's day begins at four in the morning.
        ("2026-03-20T03:59", [TODAY]),
        ("2026-03-20T04:00", []),
        ("2026-03-25T17:00", []),
    ],
)
async def test_T09_a_record_that_comes_late_is_told_of_until_the_next_day_is_over(
    guardian: Guardian, goals: Goals, travel: Travel, received: str, told: list[str]
) -> None:
    child = await _child(guardian, day_start_hour=4)
    day, _, at = received.partition("T")
    await travel(seoul(day, at))
    receipt = await guardian.upload(child, play(AT))
    assert receipt["created"] == 1
    assert await goals.of(child) == told


async def test_T09_a_late_record_that_completes_yesterday_tells_of_yesterday_only(
    guardian: Guardian, goals: Goals, travel: Travel
) -> None:
    child = await guardian.register_child()
    await make_plan(guardian, child, [plan_day(3), plan_day(4)])
    await guardian.upload(child, play(AT, repetitions=4, successes=4))
    await travel(seoul("2026-03-19"))
    await guardian.upload(
        child, [play(AT, repetitions=6, successes=6), play(seoul("2026-03-19"), repetitions=9)]
    )
    assert await goals.of(child) == [TODAY]


async def test_T09_one_upload_may_reach_two_days_and_two_families_do_not_mix(
    guardian: Guardian, other_guardian: Guardian, goals: Goals, travel: Travel
) -> None:
    days = [plan_day(3), plan_day(4)]
    mine, theirs = await guardian.register_child(), await other_guardian.register_child()
    await make_plan(guardian, mine, days)
    await make_plan(other_guardian, theirs, days)
    await Travel(travel.clock, other_guardian)(seoul("2026-03-19"))
    await travel(seoul("2026-03-19"))
    both = [play(AT), play(seoul("2026-03-19"))]
    await asyncio.gather(guardian.upload(mine, both), other_guardian.upload(theirs, both[:1]))
    assert sorted(await goals.of(mine)) == [TODAY, "2026-03-19"]
    assert await goals.of(theirs) == [TODAY]


async def test_T09_tablets_that_upload_at_once_tell_once(
    guardian: Guardian, elsewhere: Guardian, goals: Goals
) -> None:
    """Each tablet has half of what is planned, and one of them all of it, twice."""
    for _ in range(8):
        child = await _child(guardian, repetitions("mass_grasp", 10), repetitions("tip_pinch", 10))
        one, other = play(AT), play(AT, motion="tip_pinch")
        await asyncio.gather(
            guardian.upload(child, one),
            elsewhere.upload(child, other),
            guardian.upload(child, [other, one]),
            elsewhere.upload(child, [one, other]),
        )
        assert await goals.of(child) == [TODAY]


async def test_T09_a_goal_that_could_not_be_told_of_stores_no_play_either(
    system: Dodam, guardian: Guardian, goals: Goals, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = await _child(guardian)
    told = Outbox.publish

    async def fail(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(Outbox, "publish", fail)
    path = f"/children/{child['id']}/play-records"
    sent = play(AT)
    assert (await guardian.call("POST", path, json=sent)).status_code == 503
    counted = "select count(*) as n from therapy.play_record where child_id = $1"
    assert await rows(system, counted, UUID(child["id"])) == [{"n": 0}]
    monkeypatch.setattr(Outbox, "publish", told)
    receipt = await guardian.upload(child, sent)
    assert receipt["created"] == 1
    assert await goals.of(child) == [TODAY]
