"""How one measure of a motion changes from week to week."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from dodam.features.content.models.motions import TherapyHand
from dodam.features.outcomes.models.estimates import Estimate, Verdict


class Measure(StrEnum):
    """`difficulty` is the mean level of the repetitions; it rises as a child gets better."""

    SUCCESS_RATE = "success_rate"
    ACCURACY = "accuracy"
    REPETITIONS_PER_MINUTE = "repetitions_per_minute"
    DIFFICULTY = "difficulty"


class Question(Struct, frozen=True):
    """The trend that is asked for; at one difficulty only, or at each that was played."""

    motion: str
    hand: TherapyHand
    measure: Measure = Measure.SUCCESS_RATE
    weeks: int = 8
    difficulty: int | None = None


class TrendPoint(Struct, frozen=True):
    """An ISO week something was played in, by its Monday. `difficulty` is the mean level."""

    week: date
    days: int
    repetitions: int
    difficulty: float | None
    estimate: Estimate


class Trend(Struct, frozen=True):
    """`slope` is the change a week, of weeks at the same difficulty among themselves, so that a
    harder game is not taken for a worse hand. It rests on `weeks_compared` weeks and
    `levels_compared` difficulties; `words` say so in the caller's language.
    """

    child_id: UUID
    motion: str
    hand: TherapyHand
    measure: Measure
    difficulty: int | None
    from_day: date
    to_day: date
    points: list[TrendPoint]
    slope: Estimate | None
    weeks_compared: int
    levels_compared: int
    verdict: Verdict
    words: str
