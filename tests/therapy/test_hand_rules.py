"""T03: which hand a training day is for, by each rule, however the days lie."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dodam.features.content.models.motions import TherapyHand
from dodam.features.therapy.models.hands import HandRule, Rule, other_hand
from dodam.features.therapy.models.plans import Plan, PlanDay, PlanItem, PlanSource, plan_day

LEFT, RIGHT, BOTH = TherapyHand.LEFT, TherapyHand.RIGHT, TherapyHand.BOTH
MONDAY = date(2026, 3, 2)


def _rule(
    rule: Rule, affected: TherapyHand = LEFT, first: TherapyHand = LEFT, share: float | None = None
) -> HandRule:
    return HandRule(rule, share, affected, first)


def _hands(rule: HandRule, days: int) -> str:
    return "".join(rule.hand(number).value[0] for number in range(days))


@pytest.mark.parametrize(
    ("share", "hands"),
    [
        (1.0, "lllll"),
        (0.8, "llllrllllr"),
        (0.6, "llrlrllrlr"),
        (0.5, "lrlrlr"),
        (0.4, "lrlrrlrlrr"),
        (0.2, "lrrrrlrrrr"),
        (0.0, "rrrrr"),
        (2 / 3, "llrllrllr"),
        (0.9, "lllllllllr"),
    ],
)
def test_T03_the_affected_hand_has_its_share_of_the_days(share: float, hands: str) -> None:
    assert _hands(_rule(Rule.RATIO, LEFT, LEFT, share), len(hands)) == hands
    mirrored = hands.translate(str.maketrans("lr", "rl"))
    assert _hands(_rule(Rule.RATIO, RIGHT, RIGHT, share), len(hands)) == mirrored


@given(st.integers(0, 100), st.integers(0, 2_000), st.integers(1, 60))
@hypothesis_settings(max_examples=200, deadline=None)
def test_T03_in_every_stretch_of_days_the_share_is_kept_to_within_a_day(
    percent: int, first: int, length: int
) -> None:
    rule = _rule(Rule.RATIO, LEFT, LEFT, percent / 100)
    own = sum(rule.hand(number) is LEFT for number in range(first, first + length))
    assert abs(own - length * percent / 100) < 1 + 1e-9


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize(("first", "hands"), [(LEFT, "lrlrlrl"), (RIGHT, "rlrlrlr")])
def test_T03_with_both_hands_affected_they_take_turns_by_every_rule(
    rule: Rule, first: TherapyHand, hands: str
) -> None:
    assert _hands(_rule(rule, BOTH, first, 0.8), 7) == hands


def test_T03_always_the_affected_hand_or_in_turns() -> None:
    assert _hands(_rule(Rule.AFFECTED, RIGHT, RIGHT), 6) == "rrrrrr"
    assert _hands(_rule(Rule.ALTERNATE, RIGHT, RIGHT), 6) == "rlrlrl"


def _plan(rule: HandRule, *weekdays: int, rests_on: list[date] | None = None) -> Plan:
    item = PlanItem(motion="mass_grasp", target_repetitions=10)
    return Plan(
        version=1,
        source=PlanSource.GUARDIAN,
        starts_on=MONDAY,
        ends_on=None,
        days=[PlanDay(weekday=weekday, items=[item]) for weekday in weekdays],
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        hand_rule=rule,
        rests_on=rests_on or [],
    )


def _calendar(plan: Plan, days: int) -> str:
    """A letter a day from the plan's first on; a dot where it asks for nothing."""
    planned = [plan_day([plan], MONDAY + timedelta(days=number)) for number in range(days)]
    return "".join("." if day is None else day.hand.value[0] for day in planned)


def test_T03_turns_go_on_over_the_weeks_and_do_not_begin_anew_on_monday() -> None:
    plan = _plan(_rule(Rule.ALTERNATE), 1, 3, 5)
    assert _calendar(plan, 21) == "l.r.l..r.l.r..l.r.l.."


def test_T03_a_date_the_plan_rests_on_takes_nobodys_turn() -> None:
    plan = _plan(_rule(Rule.ALTERNATE), 1, 3, 5, rests_on=[MONDAY + timedelta(days=2)])
    assert _calendar(plan, 14) == "l...r..l.r.l.."


@given(
    weekdays=st.sets(st.integers(1, 7), min_size=1),
    rests=st.sets(st.integers(-10, 120), max_size=20),
    percent=st.integers(0, 100),
)
@hypothesis_settings(max_examples=100, deadline=None)
def test_T03_the_hand_of_a_day_is_as_if_the_days_before_it_were_counted_one_by_one(
    weekdays: set[int], rests: set[int], percent: int
) -> None:
    rule = _rule(Rule.RATIO, LEFT, LEFT, percent / 100)
    plan = _plan(rule, *weekdays, rests_on=[MONDAY + timedelta(days=number) for number in rests])
    counted = 0
    for number in range(120):
        planned = plan_day([plan], MONDAY + timedelta(days=number))
        assert (planned is not None) is (number % 7 + 1 in weekdays and number not in rests)
        if planned is not None:
            assert planned.hand is rule.hand(counted)
            counted += 1


def test_T03_the_other_hand_is_the_other_one() -> None:
    assert (other_hand(LEFT), other_hand(RIGHT)) == (RIGHT, LEFT)
