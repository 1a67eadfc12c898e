"""N04, T08: a week of all children: what was planned, kept, and uploaded late."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dodam.features.accounts.models.permissions import Role
from dodam.features.accounts.service import testing_accounts
from dodam.features.accounts.service.reporting import AccountReporting
from dodam.features.children.service.reporting import ChildReporting
from dodam.features.therapy.models.reporting import WeekOfAll
from dodam.features.therapy.service.reporting import TherapyReporting
from dodam.platform.settings import Settings
from tests.clock import NOON, StoppedClock
from tests.families import Guardian, play, sign_up
from tests.house import House
from tests.staff import Staff, care_member

MONDAY = date(2026, 3, 16)
SEOUL = ZoneInfo("Asia/Seoul")
_ITEM = {"motion": "mass_grasp", "target_repetitions": 10}


async def _week(house: House, monday: date = MONDAY) -> WeekOfAll:
    test_accounts = house.dodam.services["test_accounts"]
    assert isinstance(test_accounts, testing_accounts.TestAccounts)
    reporting = TherapyReporting(ChildReporting(AccountReporting(test_accounts)))
    async with house.dodam.database.reading() as db:
        return await reporting.week(db, monday, SEOUL)


def _planned(week: WeekOfAll) -> tuple[int, int, int, int]:
    return (week.planned_days, week.planned_children, week.kept_days, week.kept_children)


async def _plan(
    who: Guardian | Staff, child: dict[str, Any], *weekdays: int, **fields: Any
) -> None:
    days = [{"weekday": each, "hand": "left", "items": [_ITEM]} for each in weekdays]
    path = f"/children/{child['id']}/plans"
    answer = await who.call("POST", path, json={"days": days, **fields})
    assert answer.is_success, answer.text


async def test_N04_days_are_planned_by_the_plan_that_was_in_force(house: House) -> None:
    guardian = await sign_up(house.http)
    # The default plan trains from Monday to Friday, from today on, a Wednesday.
    child = await guardian.register_child()
    assert _planned(await _week(house)) == (3, 1, 0, 0)
    await _plan(guardian, child, 3, 6, starts_on="2026-03-19")
    assert _planned(await _week(house)) == (2, 1, 0, 0), "Wednesday by the first, then Saturday"
    assert _planned(await _week(house, MONDAY + timedelta(weeks=1))) == (2, 1, 0, 0)
    await _plan(guardian, child, 3, 6, starts_on="2026-03-19", ends_on="2026-03-20")
    assert _planned(await _week(house)) == (1, 1, 0, 0)
    assert _planned(await _week(house, MONDAY - timedelta(weeks=1))) == (0, 0, 0, 0)


async def _planned_by_calendar(guardian: Guardian, child: dict[str, Any]) -> int:
    """The week's days that are asked for, as the family is told."""
    path = f"/children/{child['id']}/schedule?from=2026-03-16&to=2026-03-22"
    days = (await guardian.get(path))["days"]
    return sum(bool(day["items"]) and day["exception"] is None for day in days)


async def test_T02_what_all_were_asked_for_is_what_each_was_asked_for(
    house: House, settings: Settings
) -> None:
    """By plans of every source, ended, called off, resting and paused."""
    guardian = await sign_up(house.http)
    every_day = (1, 2, 3, 4, 5, 6, 7)
    asked: list[int] = []
    for number in range(8):
        child = await guardian.register_child(therapy_starts_on="2026-03-02")
        path = f"/children/{child['id']}"
        coordinator = await care_member(
            house.dodam, house.http, settings, child, Role.TRIAL_COORDINATOR
        )
        if number % 2:
            await _plan(coordinator, child, *every_day, ends_on="2026-03-21")
        if number & 2:
            rests = {"rests_on": ["2026-03-20", "2026-03-21"]}
            await _plan(guardian, child, *every_day, starts_on="2026-03-19", **rests)
        if number & 4:
            await _plan(coordinator, child, 1, source="protocol", starts_on="2026-03-21")
            [newest, *_] = await guardian.get(f"{path}/plans")
            end = f"{path}/plans/{newest['version']}/end"
            form = {"on": "2026-03-20" if number & 2 else "2026-03-21"}
            assert (await coordinator.call("POST", end, json=form)).is_success
            pause = {"from_day": "2026-03-17", "to_day": "2026-03-18", "reason": "travel"}
            assert (await guardian.call("POST", f"{path}/pauses", json=pause)).is_success
        asked.append(await _planned_by_calendar(guardian, child))
    week = await _week(house)
    assert (week.planned_days, week.planned_children) == (sum(asked), 8)
    assert len(set(asked)) > 3


async def test_N04_excused_days_and_children_who_are_hidden_are_asked_for_nothing(
    house: House,
) -> None:
    guardian = await sign_up(house.http)
    child, another = await guardian.register_child(), await guardian.register_child()
    path = f"/children/{child['id']}/exceptional-days/2026-03-19"
    assert (await guardian.call("PUT", path, json={"reason": "holiday"})).is_success
    assert _planned(await _week(house)) == (5, 2, 0, 0)
    assert (await guardian.call("DELETE", f"/children/{another['id']}")).is_success
    assert _planned(await _week(house)) == (2, 1, 0, 0)


async def test_N04_a_planned_day_is_kept_once_however_much_is_played(house: House) -> None:
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    # Wednesday is planned, Tuesday was not.
    await guardian.upload(child, [play(NOON - timedelta(hours=each)) for each in (1, 2, 26)])
    week = await _week(house)
    assert _planned(week) == (3, 1, 1, 1)
    assert (week.active_children, week.plays, week.active_ms) == (1, 3, 180_000)


@pytest.mark.parametrize(
    ("ago", "late"),
    [
        (timedelta(hours=23, minutes=59), 0),
        (timedelta(hours=24, minutes=1), 1),
        (timedelta(days=400), 0),
    ],
    ids=["in time", "late", "of a clock that cannot be right"],
)
async def test_N04_an_upload_is_late_if_it_comes_more_than_a_day_after_the_play(
    house: House, ago: timedelta, late: int
) -> None:
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    await guardian.upload(child, [play(NOON - ago)])
    week = await _week(house)
    assert (week.uploads, week.uploading_children) == (1, 1)
    assert (week.late_uploads, week.late_children) == (late, late)


async def test_N04_uploads_are_counted_by_the_clocks_of_the_zone(
    house: House, clock: StoppedClock
) -> None:
    clock.set(datetime(2026, 3, 22, 14, 59, tzinfo=NOON.tzinfo))
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    for _ in range(2):
        await guardian.upload(child, [play(clock.now() - timedelta(minutes=5))])
        clock.advance(timedelta(minutes=2))
    # 23:59 on Sunday in Seoul, and 00:01 on Monday.
    weeks = [await _week(house, MONDAY + timedelta(weeks=number)) for number in (0, 1)]
    assert [week.uploads for week in weeks] == [1, 1]
