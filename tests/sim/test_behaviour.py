"""How virtual children play their weeks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from dodam_sim.families.behaviour import play_weeks
from dodam_sim.families.learning import BOTH
from dodam_sim.families.motivation import Motivation
from dodam_sim.families.persona import Child, Family, Habits, Weeks, make_family
from dodam_sim.families.plays import Play

from .examples import CATALOGUE, NOW, plan_from

WEEKS = Weeks(56, NOW)
STEADY = Habits(
    planned_day=1.0,
    extra_day=0.0,
    weekend=1.0,
    second_session=0.0,
    night=0.0,
    finishes_item=1.0,
    free_play=0.0,
    usual_minute=17 * 60,
    stamina_minutes=15,
)


def children() -> Iterator[Child]:
    for index in range(20):
        yield from make_family(7, index, WEEKS).children


def plays_of(child: Child) -> list[Play]:
    sessions = play_weeks(child, [plan_from(child.first_day)], CATALOGUE, tablets=1)
    return [play for session in sessions for play in session.plays]


def steady_child(**changes: Any) -> Child:
    child = next(child for child in children() if child.affected_hand == "left")
    return replace(child, habits=replace(STEADY, **changes), sick=frozenset(), away=frozenset())


def success_rate(plays: list[Play]) -> float:
    return sum(play.successes for play in plays) / sum(play.repetitions for play in plays)


def test_the_same_seed_gives_the_same_families_and_plays() -> None:
    first, again = (make_family(7, 3, WEEKS) for _ in range(2))
    assert first == again
    plays, repeated = plays_of(first.children[0]), plays_of(again.children[0])
    assert plays == repeated
    assert [play.payload for play in plays] == [play.payload for play in repeated]


def test_other_seeds_and_other_weeks_are_other_people() -> None:
    families: list[Family] = [
        make_family(7, 3, WEEKS),
        make_family(8, 3, WEEKS),
        make_family(7, 4, WEEKS),
        make_family(7, 3, Weeks(57, NOW)),
        make_family(7, 3, Weeks(56, NOW, until=date(2026, 11, 20))),
    ]
    assert len({family.email for family in families}) == len(families)
    assert len({family.children[0].id for family in families}) == len(families)


def test_ids_are_uuid_version_7_and_never_repeat() -> None:
    ids = [play.id for child in children() for play in plays_of(child)]
    assert len(set(ids)) == len(ids) > 1_000
    assert {identifier.version for identifier in ids} == {7}


def test_all_plays_lie_in_the_simulated_weeks_and_follow_each_other() -> None:
    for child in children():
        plays = plays_of(child)
        assert all(
            child.first_day <= child.days.day_of(play.started_at) <= child.last_day
            for play in plays
        )
        by_session: dict[object, list[Play]] = {}
        for play in plays:
            by_session.setdefault(play.session_id, []).append(play)
        for together in by_session.values():
            for play, following in pairwise(together):
                assert play.ended_at < following.started_at


def test_the_last_day_is_over_where_the_child_lives() -> None:
    for child in children():
        assert child.last_day == child.days.day_of(NOW) - timedelta(days=1)
    with pytest.raises(ValueError, match="not over yet"):
        make_family(7, 0, Weeks(56, NOW, until=date(2026, 11, 25)))


def test_a_steady_child_plays_its_plan_and_reaches_it() -> None:
    child = steady_child()
    plays = plays_of(child)
    weekdays = Counter(child.days.day_of(play.started_at).isoweekday() for play in plays)
    assert set(weekdays) == {1, 2, 3, 4, 5}
    assert {play.hand for play in plays if play.motion == "bimanual_hold"} == {BOTH}
    day = child.days.day_of(plays[0].started_at)
    grasps = [
        play.repetitions
        for play in plays
        if child.days.day_of(play.started_at) == day and play.motion == "mass_grasp"
    ]
    assert 30 <= sum(grasps) <= 50


def test_success_rises_over_the_weeks() -> None:
    plays = [play for play in plays_of(steady_child()) if play.motion == "mass_grasp"]
    third = len(plays) // 3
    assert success_rate(plays[-third:]) > success_rate(plays[:third]) + 0.05


def test_success_falls_within_a_session() -> None:
    plays = plays_of(steady_child(stamina_minutes=1.5))
    first = [play for play in plays if play.motion == "mass_grasp"]
    last = [play for play in plays if play.motion == "bimanual_hold"]
    assert success_rate(last) < success_rate(first)


def test_night_plays_after_midnight_belong_to_the_day_before() -> None:
    child = steady_child(night=1.0)
    child = replace(child, days=replace(child.days, start_hour=4))
    night = [
        play
        for play in plays_of(child)
        if play.started_at.astimezone(child.days.zone).hour < child.days.start_hour
    ]
    assert night
    for play in night:
        wall = play.started_at.astimezone(child.days.zone)
        assert child.days.day_of(play.started_at) == wall.date() - timedelta(days=1)


def test_a_child_who_leaves_does_not_come_back() -> None:
    child = steady_child(motivation=Motivation(leaves_after=10))
    last = max(child.days.day_of(play.started_at) for play in plays_of(child))
    assert last < child.first_day + timedelta(days=10)


def test_children_do_as_much_of_their_plan_as_in_trials_of_home_training() -> None:
    """Of 60 planned hours in 20 weeks children did 32 on average, and 4 to 75 (James 2015)."""
    families = [make_family(7, index, Weeks(140, NOW)) for index in range(40)]
    shares: list[float] = []
    for child in (child for family in families for child in family.children):
        played = {child.days.day_of(play.started_at) for play in plays_of(child)}
        planned = [day for day in child.weeks if day.isoweekday() <= 5 and day not in child.excused]
        shares.append(sum(day in played for day in planned) / len(planned))
    assert 0.5 < sum(shares) / len(shares) < 0.7
    assert min(shares) < 0.15
    assert max(shares) > 0.85
