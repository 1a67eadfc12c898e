"""T09, P09: therapy earns tickets: days, plans that are done, and streaks; each once."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from dodam.bootstrap import Dodam
from dodam.features.rewards.models import TicketRules
from dodam.features.therapy.events import DayAttended, StreakReached, TherapyGoalReached
from dodam.platform.database import Event
from dodam.platform.settings import Settings
from tests.clock import NOON
from tests.families import Guardian, play, sign_up
from tests.house import House
from tests.staff import care_member
from tests.worker import all_done, working

TODAY = date(2026, 3, 18)
_EVERY_DAY = [
    {
        "weekday": weekday,
        "hand": "left",
        "items": [{"motion": "mass_grasp", "target_repetitions": 10}],
    }
    for weekday in range(1, 8)
]


async def _earned(guardian: Guardian, child: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Reason, reference and tickets of each line, in the order of the alphabet."""
    page = await guardian.get(f"/children/{child['id']}/tickets")
    assert page["balance"] == sum(line["tickets"] for line in page["entries"])
    return sorted((line["reason"], line["reference"], line["tickets"]) for line in page["entries"])


async def _told(system: Dodam, *facts: Event) -> None:
    """Publish the facts, and wait until all that follows is done."""
    async with system.database.transaction() as tx:
        for fact in facts:
            await tx.publish(fact)
    await all_done(system)


def _facts(guardian: Guardian, child: dict[str, Any]) -> list[Event]:
    child_id, account_id = UUID(child["id"]), UUID(guardian.account_id)
    return [
        DayAttended(child_id=child_id, account_id=account_id, therapy_day=TODAY),
        TherapyGoalReached(child_id=child_id, account_id=account_id, therapy_day=TODAY),
        StreakReached(child_id=child_id, account_id=account_id, therapy_day=TODAY, length=30),
    ]


async def test_T09_P09_days_plans_and_streaks_earn_tickets(house: House) -> None:
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    path = f"/children/{child['id']}"
    answer = await guardian.call("POST", f"{path}/plans", json={"days": _EVERY_DAY})
    assert answer.status_code == 201, answer.text
    async with working(house.dodam.jobs):
        for day, repetitions in enumerate((10, 3, 10)):
            at = NOON + timedelta(days=day)
            await house.at(at, guardian)
            # The tablet sends what it has again and again.
            record = play(at, repetitions=repetitions, successes=1)
            for _ in range(3):
                await guardian.upload(child, record)
            await all_done(house.dodam)
    assert await _earned(guardian, child) == [
        ("attendance", "2026-03-18", 1),
        ("attendance", "2026-03-19", 1),
        ("attendance", "2026-03-20", 1),
        ("goal_reached", "2026-03-18", 1),
        ("goal_reached", "2026-03-20", 1),
        ("streak", "3/2026-03-20", 1),
    ]


async def test_P09_a_fact_that_is_told_twice_earns_once(house: House) -> None:
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    facts = _facts(guardian, child)
    async with working(house.dodam.jobs):
        await _told(house.dodam, *facts, *facts)
        await _told(house.dodam, *facts)
    assert await _earned(guardian, child) == [
        ("attendance", "2026-03-18", 1),
        ("goal_reached", "2026-03-18", 1),
        ("streak", "30/2026-03-18", 5),
    ]


async def test_P09_a_child_that_is_removed_or_without_consent_earns_nothing(house: House) -> None:
    guardian = await sign_up(house.http)
    removed, unconsented = [await guardian.register_child() for _ in range(2)]
    await guardian.call("DELETE", f"/children/{removed['id']}")
    answer = await guardian.call(
        "PUT",
        f"/children/{unconsented['id']}/consent",
        json={"given_by": "legal_guardian", "documents": {"child_health": None}},
    )
    assert answer.is_success, answer.text
    async with working(house.dodam.jobs):
        await _told(house.dodam, *_facts(guardian, removed), *_facts(guardian, unconsented))
    await guardian.call("POST", f"/children/{removed['id']}/restore")
    for child in (removed, unconsented):
        assert await _earned(guardian, child) == []


async def test_T09_T12_what_was_earned_by_plays_that_are_voided_later_stays(
    house: House, settings: Settings
) -> None:
    guardian = await sign_up(house.http)
    child = await guardian.register_child()
    record = play(NOON)
    await guardian.upload(child, record)
    clinician = await care_member(house.dodam, house.http, settings, child)
    async with working(house.dodam.jobs):
        await all_done(house.dodam)
        earned = await _earned(guardian, child)
        assert ("attendance", "2026-03-18", 1) in earned
        for kind in ("void", "restore"):
            answer = await clinician.call(
                "POST",
                f"/children/{child['id']}/corrections",
                json={"kind": kind, "plays": [record["id"]], "reason": "시연이었어요."},
            )
            assert answer.status_code == 201, answer.text
            await all_done(house.dodam)
            assert await _earned(guardian, child) == earned


def test_P09_a_streak_earns_what_the_longest_length_below_it_does() -> None:
    rules = TicketRules(day=1, goal=1, streaks={14: 3, 7: 2, 100: 10})
    lengths = (3, 7, 13, 14, 50, 100, 250)
    assert [rules.for_streak(length) for length in lengths] == [0, 2, 2, 3, 3, 10, 10]
    assert TicketRules(day=1, goal=1, streaks={}).for_streak(100) == 0
