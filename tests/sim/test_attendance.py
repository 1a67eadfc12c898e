"""Planned, played and missed days on a small calendar: a plan for Monday to Friday."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from dodam_sim.families.attendance import History, done_parts, planned_on
from dodam_sim.families.ledger import Ledger
from dodam_sim.families.therapy_day import TherapyDays, days_between

from .examples import a_play, plan_from

MONDAY = date(2026, 11, 2)
AT_NOON = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)  # in Seoul


def a_history(played: Iterable[int], today: int, excused: Iterable[int] = ()) -> History:
    """Days are numbered from Monday, 0."""
    ledger = Ledger(TherapyDays(ZoneInfo("Asia/Seoul"), 4))
    for number in played:
        ledger.write(a_play(number, AT_NOON + timedelta(days=number)))
    return History(
        plans=[plan_from(MONDAY)],
        ledger=ledger,
        excused={MONDAY + timedelta(days=number): "illness" for number in excused},
        bimanual={"bimanual_hold"},
        first_day=MONDAY,
        today=MONDAY + timedelta(days=today),
    )


@pytest.mark.parametrize(
    ("played", "excused", "today", "streaks"),
    [
        ([], [], 0, (0, 0)),
        ([0, 1, 2], [], 3, (3, 3)),  # today breaks nothing until it is over
        ([0, 1, 2], [], 4, (0, 3)),  # but yesterday does
        ([0, 1, 2, 3, 4], [], 7, (5, 5)),  # rest days do not
        ([0, 1, 2, 3, 4, 5], [], 7, (6, 6)),  # an extra day is a day played
        ([0, 1, 3, 4], [2], 5, (4, 4)),  # nor does an excused day
        ([0, 1, 3, 4], [], 5, (2, 2)),
        ([0, 1, 2], [2], 3, (3, 3)),  # played though excused
    ],
)
def test_streaks(
    played: list[int], excused: list[int], today: int, streaks: tuple[int, int]
) -> None:
    assert a_history(played, today, excused).streaks() == streaks


def test_status_of_each_kind_of_day() -> None:
    history = a_history(played=[0, 5], today=7, excused=[0, 2])
    week = [history.status(MONDAY + timedelta(days=number)) for number in range(8)]
    assert week == [
        "partial", "missed", "excused", "missed", "missed", "extra", "rest", "planned",
    ]  # fmt: skip
    assert history.planned_days(days_between(MONDAY, MONDAY + timedelta(days=6))) == [
        MONDAY + timedelta(days=number) for number in (1, 3, 4)
    ]


def test_before_the_first_plan_nothing_is_planned() -> None:
    assert planned_on([plan_from(MONDAY)], MONDAY - timedelta(days=3)) is None


def test_a_later_plan_holds_from_its_first_day() -> None:
    first, other = plan_from(MONDAY), plan_from(MONDAY + timedelta(days=7))
    saturday = structs.replace(other.days[0], weekday=6)
    plans = [structs.replace(other, version=2, days=[saturday]), first]
    assert planned_on(plans, MONDAY + timedelta(days=5)) is None
    assert planned_on(plans, MONDAY + timedelta(days=12)) is not None


def test_targets_are_reached_by_hand_and_by_their_own_measure() -> None:
    plan = planned_on([plan_from(MONDAY)], MONDAY)
    assert plan is not None
    grasp = a_play(1, AT_NOON)
    minute = replace(grasp, motion="wrist_extension", duration_ms=60_000, repetitions=1)
    held = replace(grasp, motion="bimanual_hold", hand="both", repetitions=20)
    wrong_hand = replace(grasp, hand="right", repetitions=30)
    assert done_parts(plan, [grasp] * 4, {"bimanual_hold"}) == [Fraction(4, 3), 0, 0]
    assert done_parts(plan, [minute, held, wrong_hand], {"bimanual_hold"}) == [0, 1, 1]
