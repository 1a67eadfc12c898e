"""T13: the result of a day is made and told of once, in the evening where the child lives."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from dodam.bootstrap import Dodam, build
from dodam.features.therapy.events import DailyResultReady
from dodam.features.therapy.models.daily_results import SumUpDay, SumUpDays
from dodam.platform.outbox import Outbox
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.conftest import CLOCK
from tests.facts import Facts
from tests.families import Guardian, play, sign_up
from tests.house import House
from tests.worker import working

from .evenings import Evenings, summing_up
from .steps import excuse, make_plan, minutes, plan_day, problem, repetitions, rows, seoul

TODAY = "2026-03-18"
MORNING = seoul(TODAY, "09:00")
EVENING = seoul(TODAY, "20:00")
FIVE_MINUTES = timedelta(minutes=5)
EVERY_DAY = [plan_day(weekday) for weekday in range(1, 8)]


@pytest.fixture
async def home(house: House) -> Guardian:
    return await sign_up(house.http)


@pytest.fixture
async def evenings(house: House, facts: Facts) -> Evenings:
    return Evenings(house, replace(facts, system=house.dodam))


@pytest.fixture
async def another(house: House, settings: Settings) -> AsyncIterator[Dodam]:
    """Another worker's system on the house's database."""
    dodam = build(settings, vars(house.dodam.database)["_url"], CLOCK)
    async with dodam.running(serving=False):
        yield dodam


async def _child(
    house: House, home: Guardian, *days: dict[str, Any], now: datetime = MORNING, **fields: Any
) -> dict[str, Any]:
    """A child registered in the morning, whose plan is for every day unless told otherwise."""
    await house.at(now, home)
    child = await home.register_child(**fields)
    await make_plan(home, child, days or EVERY_DAY)
    return child


async def _results(home: Guardian, child: dict[str, Any], **span: str) -> list[dict[str, Any]]:
    answer = await home.get(f"/children/{child['id']}/daily-results", params=span)
    return answer["results"]


# --- what is in it -----------------------------------------------------------------------------


async def test_T13_a_result_tells_what_was_planned_and_done_and_what_comes_next(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    wednesday = plan_day(
        3, repetitions("mass_grasp", 30), minutes("tip_pinch", 2), repetitions("lateral_pinch", 5)
    )
    child = await _child(house, home, plan_day(2), wednesday, plan_day(5), plan_day(6))
    await excuse(home, child, "2026-03-20", reason="travel")
    await home.upload(
        child,
        [
            play(seoul("2026-03-16")),
            play(seoul("2026-03-17")),
            play(seoul(TODAY, "17:00"), repetitions=20, successes=15, accuracy=0.5, score=7),
            play(seoul(TODAY, "17:05"), motion="tip_pinch", duration_ms=120_000),
        ],
    )
    await evenings.at(EVENING)
    await house.at(EVENING, home)
    [result] = await _results(home, child)
    assert result == {
        "day": TODAY,
        "summed_up_at": "2026-03-18T11:00:00Z",
        "status": "partial",
        "goal_reached": False,
        "planned_motions": 3,
        "reached_motions": 1,
        "planned_repetitions": 35,
        "planned_minutes": 2,
        "totals": {
            "plays": 2,
            "repetitions": 30,
            "successes": 23,
            "active_seconds": 180.0,
            "success_rate": 0.7667,
            "accuracy": 0.5,
            "score": 7,
        },
        "current_streak": 3,
        "next_planned_day": "2026-03-21",
        "by_motion": [
            {
                "motion": motion,
                "hand": "left",
                "target_repetitions": target_repetitions,
                "target_minutes": target_minutes,
                "done_repetitions": done_repetitions,
                "done_seconds": done_seconds,
                "reached": reached,
            }
            for (
                motion,
                target_repetitions,
                target_minutes,
                done_repetitions,
                done_seconds,
                reached,
            ) in (
                ("mass_grasp", 30, None, 20, 60.0, False),
                ("tip_pinch", None, 2, 10, 120.0, True),
                ("lateral_pinch", 5, None, 0, 0.0, False),
            )
        ],
        "next_plan": {"day": "2026-03-21", "at": None, "hand": "left", "motions": 1},
        "week": {
            "from_day": "2026-03-16",
            "to_day": TODAY,
            "planned_days": 1,
            "kept_days": 1,
            "goal_days": 0,
            "adherence": 1.0,
        },
    }
    assert await evenings.facts.of(child, DailyResultReady) == [
        DailyResultReady(
            child_id=UUID(child["id"]),
            account_id=UUID(home.account_id),
            therapy_day=date(2026, 3, 18),
        )
    ]


async def test_T13_a_result_tells_of_what_was_played_though_it_was_not_planned(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    child = await _child(house, home, plan_day(3, repetitions("mass_grasp", 10)))
    others = [play(MORNING, hand="right"), play(MORNING, motion="tip_pinch")]
    await home.upload(child, [*others, play(MORNING)])
    await evenings.at(EVENING)
    await house.at(EVENING, home)
    [result] = await _results(home, child)
    told = [
        (each["motion"], each["hand"], each["target_repetitions"], each["reached"])
        for each in result["by_motion"]
    ]
    assert told == [
        ("mass_grasp", "left", 10, True),
        ("mass_grasp", "right", None, False),
        ("tip_pinch", "left", None, False),
    ]
    assert [each["done_repetitions"] for each in result["by_motion"]] == [10, 10, 10]


async def test_T13_a_week_counts_days_up_to_this_one_and_none_that_was_excused(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    monday = seoul("2026-03-16", "09:00")
    child = await _child(house, home, *EVERY_DAY, now=monday)
    await home.upload(child, play(monday))
    await excuse(home, child, "2026-03-17")
    await evenings.at(EVENING)
    await house.at(EVENING, home)
    week = (await _results(home, child))[-1]["week"]
    assert week == {
        "from_day": "2026-03-16",
        "to_day": TODAY,
        "planned_days": 2,
        "kept_days": 1,
        "goal_days": 1,
        "adherence": 0.5,
    }


async def test_T13_what_is_played_after_the_evening_changes_no_result(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    child = await _child(house, home)
    await evenings.at(EVENING)
    await house.at(EVENING, home)
    before = await _results(home, child)
    assert [each["status"] for each in before] == ["planned"]
    await home.upload(child, play(seoul(TODAY, "19:55")))
    await evenings.at(EVENING + FIVE_MINUTES)
    assert await _results(home, child) == before
    assert await evenings.told(child) == [TODAY]


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ({"planned", "played"}, "done"),
        ({"planned"}, "planned"),
        ({"planned", "excused", "played"}, "done"),
        ({"planned", "excused"}, None),
        ({"played"}, "extra"),
        (set[str](), None),
    ],
)
async def test_T13_a_day_has_a_result_if_something_was_planned_or_played(
    house: House,
    home: Guardian,
    evenings: Evenings,
    day: set[str],
    status: str | None,
) -> None:
    child = await _child(house, home, plan_day(3 if "planned" in day else 4))
    if "excused" in day:
        await excuse(home, child, TODAY)
    if "played" in day:
        await home.upload(child, play(MORNING))
    await evenings.at(EVENING)
    await house.at(EVENING, home)
    assert [each["status"] for each in await _results(home, child)] == ([status] if status else [])
    assert await evenings.told(child) == ([TODAY] if status else [])


async def test_T13_results_are_asked_for_by_days(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    child = await _child(house, home)
    assert await home.get(f"/children/{child['id']}/daily-results") == {
        "child_id": child["id"],
        "from_day": "2026-02-16",
        "to_day": TODAY,
        "results": [],
    }
    for day in range(3):
        await evenings.at(EVENING + timedelta(days=day))
    await house.at(EVENING + timedelta(days=2), home)
    days = [each["day"] for each in await _results(home, child)]
    assert days == [TODAY, "2026-03-19", "2026-03-20"]
    span = {"from": "2026-03-19", "to": "2026-03-19"}
    assert [each["day"] for each in await _results(home, child, **span)] == ["2026-03-19"]
    path = f"/children/{child['id']}/daily-results"
    reversed_span = {"from": "2026-03-20", "to": "2026-03-19"}
    wrong = await home.call("GET", path, params=reversed_span)
    assert problem(wrong, 400, "invalid_input") == {"to": "out_of_range"}


# --- when it is made ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "evening"),
    [
        ("Asia/Seoul", "2026-03-18T11:00Z"),
        ("America/Los_Angeles", "2026-03-19T03:00Z"),
        ("Asia/Kathmandu", "2026-03-18T14:15Z"),
        ("Pacific/Kiritimati", "2026-03-18T06:00Z"),
        ("Pacific/Pago_Pago", "2026-03-19T07:00Z"),
        ("Australia/Lord_Howe", "2026-03-18T09:00Z"),
        ("Atlantic/Azores", "2026-03-18T21:00Z"),
    ],
)
async def test_T13_the_evening_comes_where_the_child_lives(
    house: House, home: Guardian, evenings: Evenings, zone: str, evening: str
) -> None:
    begins = datetime.fromisoformat(evening)
    child = await _child(house, home, now=begins - timedelta(hours=8), time_zone=zone)
    await evenings.at(begins - timedelta(seconds=1))
    assert await evenings.told(child) == []
    await evenings.at(begins)
    assert await evenings.told(child) == [TODAY]


@pytest.mark.parametrize(
    ("zone", "first", "days"),
    [
        # Forward and back, at night; back in an evening's sight; at midnight, forward and back.
        ("America/Los_Angeles", "2026-03-06", 4),
        ("America/Los_Angeles", "2026-10-30", 4),
        ("America/Santiago", "2026-09-04", 4),
        ("America/Santiago", "2026-04-03", 4),
        ("Asia/Beirut", "2026-03-27", 4),
        ("Australia/Lord_Howe", "2026-04-03", 4),
    ],
)
async def test_T13_a_change_of_the_clocks_neither_doubles_nor_skips_a_day(
    house: House, home: Guardian, evenings: Evenings, zone: str, first: str, days: int
) -> None:
    local = ZoneInfo(zone)
    begin = datetime.fromisoformat(f"{first}T09:00").replace(tzinfo=local).astimezone(UTC)
    child = await _child(house, home, now=begin, time_zone=zone)
    told_at: dict[str, str] = {}
    for hour in range(24 * days):
        await evenings.at(begin + timedelta(hours=hour))
        for day in await evenings.told(child):
            shown = (begin + timedelta(hours=hour)).astimezone(local)
            told_at.setdefault(day, f"{shown:%Y-%m-%d %H}")
    expected = [f"{begin.astimezone(local) + timedelta(days=day):%Y-%m-%d}" for day in range(days)]
    assert await evenings.told(child) == expected
    assert list(told_at.values()) == [f"{day} 20" for day in expected]


@pytest.mark.parametrize(
    ("back", "told"),
    [
        ("2026-03-18T20:05", [TODAY]),
        ("2026-03-18T23:59", [TODAY]),
        ("2026-03-19T00:00", [TODAY]),
        ("2026-03-19T03:59", [TODAY]),
        # The day is over at four in the morning; the next one's evening is yet to come.
        ("2026-03-19T04:00", []),
        ("2026-03-19T19:59", []),
        ("2026-03-19T20:00", ["2026-03-19"]),
        ("2026-03-21T21:00", ["2026-03-21"]),
    ],
)
async def test_T13_a_worker_that_was_away_catches_up_until_the_day_ends(
    house: House, home: Guardian, evenings: Evenings, back: str, told: list[str]
) -> None:
    child = await _child(house, home, day_start_hour=4)
    day, _, at = back.partition("T")
    await evenings.at(seoul(day, at))
    assert await evenings.told(child) == told
    await evenings.at(seoul("2026-03-22", "20:00"))
    assert await evenings.told(child) == [*told, "2026-03-22"]


async def test_T13_plays_after_midnight_belong_to_the_day_that_is_caught_up(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    child = await _child(house, home, day_start_hour=4)
    late = seoul("2026-03-19", "00:30")
    await house.at(late, home)
    await home.upload(child, play(late))
    await evenings.at(late)
    [result] = await _results(home, child)
    assert (result["day"], result["status"]) == (TODAY, "done")


# --- a child that moves ------------------------------------------------------------------------


async def _move(evenings: Evenings, home: Guardian, child: dict[str, Any], **fields: Any) -> None:
    """Change the child's clocks; what follows from that is done."""
    answer = await home.call("PATCH", f"/children/{child['id']}", json=fields)
    assert answer.status_code == 200, answer.text
    moved = "select count(*) as n from jobs.pgqueuer where entrypoint = 'deliver:therapy.day_moved'"
    async with working(evenings.house.dodam.jobs), asyncio.timeout(30):
        while (await rows(evenings.house.dodam, moved))[0]["n"]:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.01)


async def test_T13_a_child_that_lives_its_evening_again_is_told_of_once(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    child = await _child(house, home)
    await evenings.at(EVENING)
    await house.at(EVENING, home)
    await _move(evenings, home, child, time_zone="America/Los_Angeles")
    await evenings.at(datetime(2026, 3, 19, 3, tzinfo=UTC))
    assert await evenings.told(child) == [TODAY]
    await evenings.at(datetime(2026, 3, 20, 3, tzinfo=UTC))
    assert await evenings.told(child) == [TODAY, "2026-03-19"]


async def test_T13_a_child_that_moves_into_its_evening_is_told_of_at_once(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    child = await _child(
        house, home, now=datetime(2026, 3, 18, 9, tzinfo=UTC), time_zone="Europe/Berlin"
    )
    await house.at(NOON, home)
    await evenings.at(NOON)
    assert await evenings.told(child) == []
    await _move(evenings, home, child, time_zone="Asia/Seoul")
    await evenings.at(NOON)
    assert await evenings.told(child) == [TODAY]


async def test_T13_a_day_that_ends_by_moving_is_not_skipped(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    """Seven in the evening in Los Angeles is eleven in the morning of the next day in Seoul."""
    moving = datetime(2026, 3, 19, 2, tzinfo=UTC)
    child = await _child(
        house, home, now=moving - timedelta(hours=8), time_zone="America/Los_Angeles"
    )
    await house.at(moving, home)
    await home.upload(child, play(moving - timedelta(hours=1)))
    await _move(evenings, home, child, time_zone="Asia/Seoul")
    assert await evenings.told(child) == [TODAY]
    await evenings.at(seoul("2026-03-19", "20:00"))
    assert await evenings.told(child) == [TODAY, "2026-03-19"]


# --- of whom nothing is told -------------------------------------------------------------------


async def test_T13_of_a_removed_child_nothing_is_told_until_it_is_back(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    child = await _child(house, home)
    sibling = await home.register_child(name="서연")
    await home.call("DELETE", f"/children/{child['id']}")
    await evenings.at(EVENING)
    assert (await evenings.told(child), await evenings.told(sibling)) == ([], [TODAY])
    await house.at(EVENING, home)
    await home.call("POST", f"/children/{child['id']}/restore")
    await evenings.at(EVENING + timedelta(hours=1))
    assert await evenings.told(child) == [TODAY]


async def test_T13_of_a_child_without_consent_nothing_is_told_until_it_is_given(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    child = await _child(house, home)
    path = f"/children/{child['id']}/consent"
    for version, told in ((None, []), (1, [TODAY])):
        form = {"given_by": "legal_guardian", "documents": {"child_health": version}}
        answer = await home.call("PUT", path, json=form)
        assert answer.status_code == 200, answer.text
        await evenings.at(EVENING if version is None else EVENING + timedelta(hours=1))
        await house.at(EVENING, home)
        assert await evenings.told(child) == told


async def test_T13_of_a_child_of_a_test_account_nothing_is_told(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    child = await _child(house, home)
    owner = await sign_up(house.http)
    path = f"/staff/accounts/{owner.account_id}/test-accounts"
    answer = await house.admin.call("PUT", path, json={"accounts": [home.account_id]})
    assert answer.status_code == 200, answer.text
    await evenings.at(EVENING)
    await evenings.at(EVENING + timedelta(days=1))
    assert await evenings.told(child) == []
    assert await rows(house.dodam, "select * from therapy.daily_result") == []


# --- once, whatever happens --------------------------------------------------------------------


async def _family(house: House, home: Guardian, count: int) -> list[dict[str, Any]]:
    await house.at(MORNING, home)
    return [await home.register_child() for _ in range(count)]


async def _told(evenings: Evenings, children: list[dict[str, Any]]) -> list[list[str]]:
    return [await evenings.told(child) for child in children]


async def test_T13_workers_at_once_tell_once(
    house: House, home: Guardian, evenings: Evenings, another: Dodam
) -> None:
    children = await _family(house, home, 10)
    one, other = summing_up(house.dodam), summing_up(another)
    for day in range(3):
        await house.at(EVENING + timedelta(days=day))
        await asyncio.gather(
            *(by.some(SumUpDays()) for by in (one, other) * 3),
            *(other.one(SumUpDay(child_id=UUID(child["id"]))) for child in children[:3]),
        )
    days = [TODAY, "2026-03-19", "2026-03-20"]
    assert await _told(evenings, children) == [days] * 10


async def test_T13_a_task_done_twice_tells_once(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    children = await _family(house, home, 3)
    await evenings.at(EVENING)
    await evenings.begin()
    assert await evenings.work() == 0
    by = summing_up(house.dodam)
    await by.some(SumUpDays())
    for child in children:
        await by.one(SumUpDay(child_id=UUID(child["id"])))
    assert await _told(evenings, children) == [[TODAY]] * 3


async def test_T13_a_worker_that_dies_half_way_leaves_nothing_half_told(
    house: House, home: Guardian, evenings: Evenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    children = await _family(house, home, 5)
    publish, told = Outbox.publish, Counter[str]()

    async def die(*args: Any) -> None:
        told["published"] += 1
        if told["published"] > 3:
            raise asyncio.CancelledError
        await publish(*args)

    monkeypatch.setattr(Outbox, "publish", die)
    with pytest.raises(asyncio.CancelledError):
        await evenings.at(EVENING)
    assert await rows(house.dodam, "select * from therapy.daily_result") == []
    monkeypatch.setattr(Outbox, "publish", publish)
    await evenings.at(EVENING + FIVE_MINUTES)
    assert await _told(evenings, children) == [[TODAY]] * 5


async def test_T13_a_child_that_cannot_be_summed_up_holds_up_no_other(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    children = await _family(house, home, 4)
    lost = UUID(children[1]["id"])
    async with house.dodam.database.transaction() as tx:
        await tx.execute("update children.child set time_zone = 'Mars/Utopia' where id = $1", lost)
    await house.at(EVENING)
    await evenings.begin()
    by, failed = summing_up(house.dodam), list[UUID]()
    while tasks := await evenings.tasks():
        for task in tasks:
            if isinstance(task, SumUpDays):
                await by.some(task)
                continue
            try:
                await by.one(task)
            except ZoneInfoNotFoundError:
                failed.append(task.child_id)
    assert failed == [lost]
    others = [child for child in children if child is not children[1]]
    assert await _told(evenings, others) == [[TODAY]] * 3


async def test_T13_workers_find_the_evening_by_themselves(
    house: House, home: Guardian, evenings: Evenings
) -> None:
    children = await _family(house, home, 2)
    await house.at(EVENING)
    async with working(house.dodam.jobs), asyncio.timeout(30):
        await evenings.begin()
        while await _told(evenings, children) != [[TODAY]] * 2:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.01)


async def test_T13_many_children_are_shared_out_between_tasks(
    house: House, home: Guardian, evenings: Evenings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dodam.features.therapy.service.daily_results._TOGETHER", 3)
    children = await _family(house, home, 7)
    await house.at(EVENING)
    await evenings.begin()
    await evenings.begin()
    assert await evenings.work() == 3
    assert await _told(evenings, children) == [[TODAY]] * 7
