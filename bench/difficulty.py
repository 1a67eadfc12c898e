"""`python -m bench.difficulty`: how the staircase leads simulated players.

A player's skill, learning, tiredness and moods are those of the virtual families. It succeeds three
times in four at the level that fits it, which is theirs too (1 + 9 times the chance of success),
and more or less often along a logistic curve: 85 % one level below, 61 % one above.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import exp, log
from statistics import fmean
from uuid import UUID

from rich import box
from rich.console import Console
from rich.table import Table

from dodam.features.content.models.motions import TherapyHand
from dodam.features.difficulty.models.levels import HIGHEST, LOWEST
from dodam.features.difficulty.models.staircase import returns_from_breaks, staircase
from dodam.features.therapy.models.play_facts import DayFacts
from dodam_sim.families.chance import clamp, lucky, stream
from dodam_sim.families.learning import Form, moods, skill_of, tiredness

PLAYERS = 200
SETTLING = 10
_FIRST = date(2026, 1, 1)
_MOTION = "mass_grasp"
_SPREAD = 1.5
_STAMINA_MINUTES = 12.0


@dataclass(frozen=True)
class Habit:
    """How a motion is played: with which hand, how often, how much, how far into a sitting."""

    affected: bool = True
    every_days: int = 1
    repetitions: int = 20
    minutes_before: float = 4.0
    days: int = 60

    @property
    def start(self) -> int:
        return 2 if self.affected else 3


@dataclass
class Player:
    """A child at one motion, which plays at the level it is asked to."""

    number: int
    habit: Habit
    practised: int = 0
    facts: list[DayFacts] = field(default_factory=list[DayFacts])

    def __post_init__(self) -> None:
        identity = UUID(int=self.number)
        self._chance = stream(identity, "staircase")
        self._moods = moods(366, stream(identity, "moods"))
        hand = "left" if self.habit.affected else "right"
        self._skill = skill_of(identity, "left", _MOTION, hand)

    def fitting(self, day: date, more_minutes: float = 0.0) -> float:
        """The level at which it succeeds three times in four."""
        tired = tiredness(self.habit.minutes_before + more_minutes, _STAMINA_MINUTES)
        form = Form(self._moods[(day - _FIRST).days], tired)
        odds = form.success_chance(self._skill, self.practised)
        return clamp(1 + 9 * odds, LOWEST, HIGHEST)

    def asked(self, day: date) -> int:
        returns = returns_from_breaks((each.therapy_day for each in self.facts), day)
        return staircase(self.facts, self.habit.start, returns, day).level

    def play(self, day: date, more_minutes: float = 0.0) -> float:
        """The share of repetitions that succeeded."""
        level = self.asked(day)
        above = (self.fitting(day, more_minutes) - level) / _SPREAD
        odds = 1 / (1 + exp(-log(3) - above))
        wanted = self.habit.repetitions
        successes = sum(lucky(self._chance, odds) for _ in range(wanted))
        self.facts.append(_facts(day, level, wanted, successes))
        self.practised += wanted
        return successes / wanted


def _facts(day: date, level: int, repetitions: int, successes: int) -> DayFacts:
    return DayFacts(
        therapy_day=day,
        motion=_MOTION,
        hand=TherapyHand.LEFT,
        difficulty=level,
        plays=1,
        repetitions=repetitions,
        successes=successes,
        active_ms=0,
        timed_repetitions=0,
        accuracy_plays=0,
        accuracy_bp=0,
        accuracy_bp_squared=0,
    )


@dataclass(frozen=True)
class Course:
    """What came of the days of play: levels, those that fitted, and success."""

    asked: Sequence[int]
    fitted: Sequence[float]
    success: Sequence[float]

    @property
    def settled_after(self) -> int:
        """Days of play until the level is the fitting one or next to it."""
        near = (abs(a - f) <= 1 for a, f in zip(self.asked, self.fitted, strict=True))
        return next((day for day, is_near in enumerate(near) if is_near), len(self.asked))

    @property
    def apart(self) -> float:
        """Mean distance of the level from the fitting one, once there was time to settle."""
        pairs = zip(self.asked[SETTLING:], self.fitted[SETTLING:], strict=True)
        return fmean(abs(asked - fitted) for asked, fitted in pairs)

    @property
    def settled_success(self) -> float:
        return fmean(self.success[SETTLING:])

    @property
    def moves(self) -> float:
        """Steps in ten days of play, once there was time to settle."""
        steps = [a != b for a, b in pairwise(self.asked[SETTLING:])]
        return 10 * fmean(steps)


def course(number: int, habit: Habit) -> Course:
    player = Player(number, habit)
    asked, fitted, success = list[int](), list[float](), list[float]()
    for n in range(habit.days):
        day = _FIRST + timedelta(days=n * habit.every_days)
        asked.append(player.asked(day))
        fitted.append(player.fitting(day))
        success.append(player.play(day))
    return Course(asked, fitted, success)


def tired_week(number: int) -> Sequence[tuple[int, float]]:
    """Level and success by the day of three weeks, once settled: fresh, tired and fresh again."""
    player = Player(number, Habit())
    more_minutes = [0.0] * 47 + [15.0] * 7 + [0.0] * 7
    played = list[tuple[int, float]]()
    for n, minutes in enumerate(more_minutes):
        day = _FIRST + timedelta(days=n)
        played.append((player.asked(day), player.play(day, minutes)))
    return played[-21:]


HABITS = {
    "affected, daily": Habit(),
    "other hand, daily": Habit(affected=False),
    "affected, weekly": Habit(every_days=7, days=40),
    "affected, 10 a day": Habit(repetitions=10),
    "affected, 40 a day": Habit(repetitions=40),
}


def main() -> None:
    console = Console()
    titles = ("settled after", "success", "apart", "moves", "first", "last")
    table = Table("player", *titles, box=box.SIMPLE_HEAD)
    for name, habit in HABITS.items():
        courses = [course(number, habit) for number in range(PLAYERS)]
        figures = (
            fmean(each.settled_after for each in courses),
            fmean(each.settled_success for each in courses),
            fmean(each.apart for each in courses),
            fmean(each.moves for each in courses),
            fmean(each.asked[0] for each in courses),
            fmean(each.asked[-1] for each in courses),
        )
        table.add_row(name, *(f"{figure:.2f}" for figure in figures))
    console.print(table)
    weeks = [tired_week(number) for number in range(PLAYERS)]
    tired = Table("week", "level", "success", box=box.SIMPLE_HEAD)
    for name, days in (
        ("fresh", range(7)),
        ("tired", range(7, 14)),
        ("fresh again", range(14, 21)),
    ):
        found = [week[day] for week in weeks for day in days]
        level, success = fmean(each[0] for each in found), fmean(each[1] for each in found)
        tired.add_row(name, f"{level:.2f}", f"{success:.2f}")
    console.print(tired)


if __name__ == "__main__":
    main()
