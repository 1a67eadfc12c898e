"""What is to happen in a life, which a seed decides."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
from msgspec import Struct

from dodam_sim.families.chance import stream
from dodam_sim.stores.post import NONE, Mishaps

START = datetime(2026, 1, 31, 9, tzinfo=UTC)
_PACES = (timedelta(days=1), timedelta(days=6), timedelta(days=25), timedelta(days=75))
_MOST_STEPS = 24
_MILLISECOND = timedelta(milliseconds=1)
# A third of all lives have no mishap.
_ROUGH = Mishaps(lost=0.15, twice=0.15, late=0.4, late_by=timedelta(hours=72))


class Step(Struct, frozen=True):
    """A deed, some time after the one before; `dice` decides what it leaves open."""

    wait: timedelta
    deed: str
    dice: int


class Plan(Struct, frozen=True):
    """A life is the same whenever it is lived; without some of its steps it is another."""

    seed: int
    mishaps: Mishaps
    steps: tuple[Step, ...]

    def without(self, first: int, count: int) -> "Plan":
        steps = self.steps[:first] + self.steps[first + count :]
        return msgspec.structs.replace(self, steps=steps)


class Clock:
    """The time of a life, to the millisecond as the stores tell it."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


def plan(seed: int, deeds: Sequence[str]) -> Plan:
    chance = stream(seed, "plan")
    pace = chance.choice(_PACES)
    steps = tuple(
        Step(some(chance, pace), chance.choice(deeds), chance.getrandbits(32))
        for _ in range(chance.randint(1, _MOST_STEPS))
    )
    return Plan(seed, NONE if seed % 3 == 0 else _ROUGH, steps)


def some(chance: Random, mean: timedelta) -> timedelta:
    return whole(mean * chance.expovariate(1))


def whole(span: timedelta) -> timedelta:
    """At least a millisecond."""
    return max(1, span // _MILLISECOND) * _MILLISECOND
