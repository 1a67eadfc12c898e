"""Days off and plans ahead, as families arrange them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from dodam_sim.families.absence import Pause, absence_of
from dodam_sim.families.persona import Child, Weeks, make_family
from dodam_sim.families.planning import PlanAhead, plan_ahead

from .examples import CATALOGUE, NOW

TODAY = date(2026, 11, 24)


def children() -> Iterator[Child]:
    for index in range(40):
        yield from make_family(7, index, Weeks(56, NOW)).children


def plans() -> list[PlanAhead]:
    return [plan for child in children() if (plan := plan_ahead(child, CATALOGUE, TODAY))]


def days(*numbers: int) -> frozenset[date]:
    return frozenset(TODAY - timedelta(days=number) for number in numbers)


def test_X03_three_days_in_a_row_are_a_pause_and_fewer_are_told_one_by_one() -> None:
    child = replace(next(children()), sick=days(20, 19, 18, 9), excused=days(20, 19, 18, 9, 8, 7))
    absence = absence_of(child)
    assert [(pause.first, pause.last, pause.reason) for pause in absence.pauses] == [
        (TODAY - timedelta(days=20), TODAY - timedelta(days=18), "illness")
    ]
    told_singly = {day for day, reason in absence.single.items() if reason != "hospital"}
    assert told_singly == days(9, 8, 7)
    assert absence.reasons()[TODAY - timedelta(days=8)] == "holiday"


def test_X03_what_is_excused_is_excused_however_it_is_told() -> None:
    absences = [(child, absence_of(child)) for child in children()]
    for child, absence in absences:
        assert absence.reasons().keys() == child.excused
    pauses = [pause for _, absence in absences for pause in absence.pauses]
    assert {pause.ends_unknown for pause in pauses} == {True, False}


def test_X03_a_single_day_in_a_pause_keeps_its_own_reason() -> None:
    for child in children():
        absence = absence_of(child)
        for day in absence.single:
            if any(_lies_in(day, pause) for pause in absence.pauses):
                assert absence.reasons()[day] == "hospital"
                return
    raise AssertionError("no single day lies in a pause")


def _lies_in(day: date, pause: Pause) -> bool:
    return pause.first <= day <= pause.last


def test_X03_some_families_plan_ahead_and_the_same_ones_in_the_same_way_again() -> None:
    assert 0 < len(plans()) < len(list(children()))
    assert plans() == plans()


def test_X03_a_plan_ahead_never_begins_or_ends_in_the_past() -> None:
    for plan in plans():
        starts_on = date.fromisoformat(str(plan.form.get("starts_on", TODAY)))
        assert starts_on >= TODAY
        assert plan.ends_early_on is None or plan.ends_early_on >= TODAY


def test_X03_some_plans_end_early_and_some_are_called_off() -> None:
    ends = [
        (plan.ends_early_on, date.fromisoformat(str(plan.form.get("starts_on", TODAY))))
        for plan in plans()
    ]
    assert any(end is None for end, _ in ends)
    assert any(end is not None and end > begin for end, begin in ends)
    assert any(end is not None and end < begin for end, begin in ends)
