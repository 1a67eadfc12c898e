"""Mornings of virtual children: what the product would know then, and what came of it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from msgspec import Struct

from dodam.features.outcomes.models.dropout import (
    HORIZON_DAYS,
    WINDOW_DAYS,
    Features,
    KeptDay,
    RiskState,
    features_of,
    state_of,
)
from dodam_sim.families.answers import Motion, Plan, PlanDay, PlanItem
from dodam_sim.families.behaviour import play_weeks
from dodam_sim.families.chance import lucky, stream
from dodam_sim.families.motivation import Motivation
from dodam_sim.families.persona import Child, Weeks, make_family

DEFAULT_WEEKDAYS = range(1, 6)
# Fixed, so that the same seed is the same children whenever it is asked.
_WEEKS = Weeks(days=26 * 7, now=datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
_CATALOGUE = [Motion("mass_grasp", bimanual=False, labels=[])]
_ITEMS = [PlanItem("mass_grasp", target_repetitions=20)]
_EVERY = 7


class Morning(Struct, frozen=True):
    """What is known of a child one morning; `stops` says that it did not play for 14 days then."""

    child: UUID
    features: Features
    stops: bool


def as_assumed(motivation: Motivation) -> Motivation:
    return motivation


def mornings_of(
    seed: int, families: int, world: Callable[[Motivation], Motivation] = as_assumed
) -> list[Morning]:
    """One morning a week of every child of so many families, where a risk would be told.

    `world` turns the children's motivation into that of children who are otherwise the same.
    """
    children = (
        _moved(child, world)
        for n in range(families)
        for child in make_family(seed, n, _WEEKS).children
    )
    return [
        morning
        for child in children
        for morning in _mornings(child.id, kept_days(child, _weekdays(child)), _first(child))
    ]


def _moved(child: Child, world: Callable[[Motivation], Motivation]) -> Child:
    return replace(child, habits=replace(child.habits, motivation=world(child.habits.motivation)))


def kept_days(child: Child, weekdays: Collection[int]) -> list[KeptDay]:
    """The days of a child whose plan asks for those weekdays, oldest first."""
    days = [PlanDay(weekday, "left", _ITEMS) for weekday in weekdays]
    sessions = play_weeks(child, [Plan(1, child.first_day, None, days)], _CATALOGUE, tablets=1)
    played = {child.days.day_of(play.started_at) for each in sessions for play in each.plays}
    return [
        KeptDay(
            asked=day.isoweekday() in weekdays and day not in child.excused,
            excused=day in child.excused,
            played=day in played,
        )
        for day in child.weeks
    ]


def _weekdays(child: Child) -> Collection[int]:
    """Two of three have the default plan; the others' asks for three to six days of the week."""
    chance = stream(child.id, "weekdays")
    if lucky(chance, 2 / 3):
        return DEFAULT_WEEKDAYS
    return chance.sample(range(1, 8), k=chance.randint(3, 6))


def _first(child: Child) -> int:
    return HORIZON_DAYS + stream(child.id, "mornings").randrange(_EVERY)


def _mornings(child: UUID, days: Sequence[KeptDay], first: int) -> Iterator[Morning]:
    for n in range(first, len(days) - HORIZON_DAYS + 1, _EVERY):
        past, ahead = days[max(0, n - WINDOW_DAYS) : n], days[n : n + HORIZON_DAYS]
        if state_of(past, ahead) is RiskState.ESTIMATED:
            stops = not any(day.played for day in ahead)
            yield Morning(child, features_of(past, n), stops)
