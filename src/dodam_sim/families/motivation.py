"""How a child's will to train comes and goes: lapses, fading before it leaves, leaving at once.

The shapes are assumptions, after what is known of home programmes and games for health. Attrition
is steep early and flattens, because those who stay are those who like it (Eysenbach 2005, J Med
Internet Res 7(1):e11): the time until leaving is Weibull with a falling hazard, shorter for a child
that plays less of its plan anyway. Motivation, illness and the family's time are what adherence to
home programmes of children with cerebral palsy hangs on (Taylor 2004, Physiotherapy 90:57-63), so
most fade out over weeks and others lapse and come back. Of how many children which is true nobody
has counted.
"""

from dataclasses import dataclass
from random import Random

from dodam_sim.families.chance import lucky

_FIRST_DAYS = 14
_FALLING_HAZARD = 0.8
_USUAL_STAY = 700


@dataclass(frozen=True, slots=True)
class Lapse:
    """Days on which a child does not feel like it, and after which it is back.

    It begins `begins` days after the first one; `will` (0 to 1) multiplies the chance to play.
    """

    begins: int
    days: int
    will: float


@dataclass(frozen=True, slots=True)
class Motivation:
    """When a child stops for good, if it does, and what comes before.

    `leaves_after` and `fades_over` are numbers of days: over the last `fades_over` of them its will
    falls to nothing, evenly; with 0 it leaves from one day to the next.
    """

    leaves_after: int | None = None
    fades_over: int = 0
    lapses: tuple[Lapse, ...] = ()

    def will(self, day: int) -> float:
        """What multiplies the chance to play on day number `day` (0 is the first): 0 to 1."""
        will = min(
            (lapse.will for lapse in self.lapses if 0 <= day - lapse.begins < lapse.days),
            default=1.0,
        )
        if self.leaves_after is None:
            return will
        left = self.leaves_after - day
        if left <= 0:
            return 0.0
        return will * min(1.0, left / (self.fades_over + 1))


def make_motivation(chance: Random, eagerness: float, days: int) -> Motivation:
    """Make that of a child that is simulated for `days` and plays an `eagerness` of its plan."""
    leaves = _FIRST_DAYS + int(chance.weibullvariate(_USUAL_STAY * eagerness, _FALLING_HAZARD))
    fades = chance.randint(14, 42) if lucky(chance, 0.65) else 0
    lapses = tuple(
        Lapse(begins, chance.randint(5, 28), chance.uniform(0.05, 0.6))
        for begins in range(days)
        if lucky(chance, 1 / 90)
    )
    if leaves >= days:
        return Motivation(lapses=lapses)
    return Motivation(leaves, min(fades, leaves), lapses)
