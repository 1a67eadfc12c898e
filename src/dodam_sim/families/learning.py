"""How well a hand does: learning over weeks, fatigue within a session, good and bad days."""

from dataclasses import dataclass
from math import exp
from random import Random
from uuid import UUID

from dodam_sim.families.chance import clamp, stream

BOTH = "both"


@dataclass(frozen=True, slots=True)
class Skill:
    """One hand's way with one motion, from its first repetition towards what it can reach.

    `first` and `best` are chances of success (0 to 1), `slow` and `fast` seconds a repetition;
    after `pace` repetitions 63 % of the way is done.
    """

    first: float
    best: float
    slow: float
    fast: float
    pace: float

    def success_chance(self, practised: int) -> float:
        return self.best - (self.best - self.first) * exp(-practised / self.pace)

    def seconds_per_repetition(self, practised: int) -> float:
        return self.fast + (self.slow - self.fast) * exp(-practised / self.pace)


def is_affected(affected_hand: str, hand: str) -> bool:
    """Whether the impairment limits what `hand` does; two-handed play always needs that hand."""
    return BOTH in {affected_hand, hand} or affected_hand == hand


def skill_of(child_id: UUID, affected_hand: str, motion: str, hand: str) -> Skill:
    """Return a child's skill; the affected hand starts lower, learns slower and ends lower."""
    chance = stream(child_id, "skill", motion, hand)
    if is_affected(affected_hand, hand):
        first, gain, slow, pace = chance.uniform(0.36, 0.50), 0.28, 4.5, 300.0
    else:
        first, gain, slow, pace = chance.uniform(0.74, 0.84), 0.14, 2.4, 150.0
    slow *= chance.uniform(0.85, 1.2)
    return Skill(
        first=first,
        best=clamp(first + gain * chance.uniform(0.7, 1.2), 0.0, 0.97),
        slow=slow,
        fast=slow * chance.uniform(0.5, 0.65),
        pace=pace * chance.uniform(0.7, 1.3),
    )


@dataclass(frozen=True, slots=True)
class Form:
    """A child's form at one moment: `mood` about -1 to 1, `tiredness` 0 (fresh) to 1 (spent)."""

    mood: float
    tiredness: float

    def success_chance(self, skill: Skill, practised: int) -> float:
        fresh = skill.success_chance(practised) + 0.08 * self.mood
        return clamp(fresh * (1 - 0.4 * self.tiredness), 0.02, 0.99)

    def seconds_per_repetition(self, skill: Skill, practised: int) -> float:
        fresh = skill.seconds_per_repetition(practised) * (1 - 0.1 * self.mood)
        return max(0.4, fresh * (1 + 0.6 * self.tiredness))


def tiredness(active_minutes: float, stamina_minutes: float) -> float:
    """Tiredness (0 to 1) after `active_minutes`; `stamina_minutes` bring 63 % of it."""
    return 1 - exp(-active_minutes / stamina_minutes)


def moods(days: int, chance: Random) -> list[float]:
    """Return each day's mood, -1 to 1; a good day is likely followed by another one."""
    series: list[float] = []
    mood = chance.gauss(0, 0.4)
    for _ in range(days):
        mood = clamp(0.7 * mood + chance.gauss(0, 0.35), -1, 1)
        series.append(mood)
    return series
