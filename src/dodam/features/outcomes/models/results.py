"""What came of a child's plays over a range of days."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from dodam.features.content.models.motions import TherapyHand
from dodam.features.outcomes.models.estimates import Estimate, Verdict


class Accuracy(Struct, frozen=True):
    """Accuracy (0 to 1) of the `plays` that reported one; a spread takes two of them."""

    mean: float
    standard_deviation: float | None
    plays: int


class Pace(Struct, frozen=True):
    """How fast, over active time.

    `seconds_per_repetition` is the median of the plays, with the quartiles about it.
    """

    repetitions_per_minute: float
    seconds_per_repetition: float
    lower_quartile: float
    upper_quartile: float


class Measures(Struct, frozen=True):
    """The plays of some days; `success_rate` allows for the repetitions of a day being alike."""

    days: int
    plays: int
    repetitions: int
    successes: int
    active_seconds: float
    success_rate: Estimate | None
    accuracy: Accuracy | None
    pace: Pace | None


class LevelResult(Measures, frozen=True, kw_only=True):
    """At one difficulty; null holds the plays that named none."""

    difficulty: int | None


class Fatigue(Struct, frozen=True):
    """How the last third of the active time of a session differs from its first third.

    Compared within plays of one motion, hand and difficulty in one session, where each of the two
    thirds has at least 5 repetitions. `success_change` is the median over such stretches of the
    difference in success rate, `pace_change` that of the relative change of repetitions a minute.
    """

    stretches: int
    success_change: Estimate | None
    pace_change: Estimate | None
    verdict: Verdict


class BestKind(StrEnum):
    """What a best is the best of.

    `level`: the highest difficulty at 80 % success or more; `success`: the best success rate at a
    difficulty; `pace`: the most repetitions a minute at 80 % success or more; `repetitions`: the
    most in a day, at whatever difficulties.
    """

    LEVEL = "level"
    SUCCESS = "success"
    PACE = "pace"
    REPETITIONS = "repetitions"


class Best(Struct, frozen=True):
    """A personal best of the asked-for days: of a day's plays at one difficulty, of at least 10
    repetitions, so that a lucky single one is none. `day` is the first it was reached on.
    """

    kind: BestKind
    value: float
    difficulty: int | None
    day: date


class AtLevel(Struct, frozen=True):
    """Plays at the difficulty at which two hands, or two times, can be compared."""

    days: int
    repetitions: int
    success_rate: Estimate
    repetitions_per_minute: float | None


class BaselineComparison(Struct, frozen=True):
    """The last two weeks of the asked-for days beside the child's own first two weeks.

    The first two weeks begin with the first play of that motion and hand there ever was. Compared
    is the difficulty that both played most; `then` and `now` are null where there is none with
    enough. `level_then` and `level_now` are the mean difficulties of the repetitions.
    """

    then_from: date
    then_to: date
    now_from: date
    now_to: date
    difficulty: int | None
    then: AtLevel | None
    now: AtLevel | None
    success_change: Estimate | None
    pace_change: float | None
    level_then: float | None
    level_now: float | None
    verdict: Verdict


class MotionResult(Measures, frozen=True, kw_only=True):
    """One motion with one hand, over all difficulties, and at each of them, easiest first."""

    motion: str
    hand: TherapyHand
    levels: list[LevelResult]
    fatigue: Fatigue
    bests: list[Best]
    baseline: BaselineComparison


class SidesVerdict(StrEnum):
    LEFT_AHEAD = "left_ahead"
    RIGHT_AHEAD = "right_ahead"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"
    NOT_ENOUGH_DATA = "not_enough_data"


class SidesComparison(Struct, frozen=True):
    """Left beside right in one motion, at the difficulty that both hands played most.

    `success_difference` is right minus left. An asymmetry is (right - left) / (right + left), from
    -1 (left only) to 1 (right only).
    """

    motion: str
    difficulty: int | None
    left: AtLevel | None
    right: AtLevel | None
    success_difference: Estimate | None
    success_asymmetry: float | None
    pace_asymmetry: float | None
    verdict: SidesVerdict


class Results(Struct, frozen=True):
    """By motion and hand, in the catalogue's order. `fatigue` is over all motions."""

    child_id: UUID
    from_day: date
    to_day: date
    motions: list[MotionResult]
    sides: list[SidesComparison]
    fatigue: Fatigue
